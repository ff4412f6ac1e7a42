"""What a failed login looked like from the client's side: the cause that its error carries, for the doctor to read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from proofkey.core.client_side import Transaction
from proofkey.core.errors import ProofkeyError
from proofkey.core.metadata import ServerMetadata
from proofkey.core.wire import HttpRequest, HttpResponse


class FailedLogin(Exception):
    """The `__cause__` of an error. Its fields hold secrets; its text and its repr hold none, and it is not pickled."""

    def __init__(
        self,
        server: ServerMetadata,
        *,
        transaction: Transaction | None = None,
        callback_url: str | None = None,
        request: HttpRequest | None = None,
        response: HttpResponse | None = None,
    ) -> None:
        super().__init__()
        self.server, self.transaction, self.callback_url = server, transaction, callback_url
        self.request, self.response = request, response

    def __str__(self) -> str:
        if self.request is None:
            return "the callback of a login was refused"
        answer = f"was answered {self.response.status}" if self.response else "had no answer"
        return f"{self.request.method} {self.request.url.partition('?')[0]} {answer}"

    def __repr__(self) -> str:
        return f"FailedLogin({self})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a FailedLogin cannot be pickled: it would leave the process with its secrets")


@contextmanager
def blamed_on(failed: FailedLogin) -> Iterator[None]:
    """Give what is raised inside its cause."""
    try:
        yield
    except ProofkeyError as error:
        raise error from failed
