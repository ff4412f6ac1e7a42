"""What goes back to the browser: documents and refusals, never stored by anybody, each with its request id.

A refusal of ours carries `x-proofkey-error`; an answer of the API behind the proxy never does.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from proofkey.core.wire import JSON, Headers

EVERYWHERE: Headers = (
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
)


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer."""

    status: int
    headers: Headers = ()
    body: bytes = b""

    def with_headers(self, *more: tuple[str, str]) -> Reply:
        """Give the same answer with further headers."""
        return replace(self, headers=(*self.headers, *more))


class Declined(Exception):
    """Raised where a request is refused; `message` is for the developer and holds nothing that was sent."""

    def __init__(
        self, status: int, error: str, message: str, *, fault: str | None = None, headers: Headers = ()
    ) -> None:
        super().__init__(message)
        self.status, self.error, self.message = status, error, message
        self.fault, self.headers = fault, headers


def document(content: object, status: int = 200, headers: Headers = ()) -> Reply:
    """Answer with JSON."""
    return Reply(status, (("content-type", JSON), *headers), json.dumps(content).encode())


def refusal(declined: Declined, request_id: str, **more: object) -> Reply:
    """Answer a refusal as JSON: the error, a sentence, the fault's name and the request id."""
    content = {
        "error": declined.error,
        "message": declined.message,
        "fault": declined.fault,
        "request_id": request_id,
    } | more
    return document(content, declined.status, (("x-proofkey-error", declined.error), *declined.headers))


def login_required(message: str, fault: str | None = None) -> Declined:
    """Say that nobody is logged in (any more)."""
    return Declined(401, "login_required", message, fault=fault)


def unavailable(message: str, fault: str | None = "server-unavailable") -> Declined:
    """Say that it may work in a moment."""
    return Declined(503, "temporarily_unavailable", message, fault=fault, headers=(("retry-after", "2"),))
