"""One HTTP exchange as it was observed, and loose facts that are no exchange.

None always means "not observed"; an empty text or tuple means "observed, and empty".
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from proofkey.doctor.parameters import Parameters
from proofkey.doctor.record import record

Headers: TypeAlias = tuple[tuple[str, str], ...]  # names in lower case


@record
class Message:
    """One request and, where it was captured, its answer. Values may be secret; `repr` leaves them out."""

    number: int  # position in the capture, from 1; decides "earlier" where there are no times
    where: str  # for people: "entry 7", "line 12"
    method: str = "GET"  # upper case
    url: str = ""  # as written
    request_headers: Headers | None = None
    body: str | None = None  # the request body as sent
    body_params: Parameters | None = None  # where the tool recorded parameters and no text; already decoded
    status: int | None = None  # 0: the request got no answer (refused by the browser, aborted, timed out)
    response_headers: Headers | None = None
    response_body: str | None = None
    started: float | None = None  # seconds since the epoch
    duration: float | None = None  # seconds
    initiator: str | None = None  # "script", "parser", "other", or the URL of the script or page that asked
    resource_type: str | None = None  # "document", "fetch", "xhr", "preflight", "script", "image", ...
    from_cache: bool = False
    network_error: str | None = None  # "net::ERR_FAILED" and the like
    redirect_target: str | None = None  # the Location of a 3xx answer, as written
    source: str = ""  # the input that it was read from, as the user named it
    page: str | None = None  # the page or frame the tool assigned the request to
    # Parameters of query, body or credentials that are sent, but whose values stand for others ({{id}}, YOUR_CODE):
    # present, value unobserved.
    placeholders: frozenset[str] = frozenset()

    def request_header(self, name: str) -> str | None:
        """Give the first request header of this (lower-case) name, None where absent or unobserved."""
        return _first(self.request_headers, name)

    def response_header(self, name: str) -> str | None:
        """Give the first response header of this (lower-case) name, None where absent or unobserved."""
        return _first(self.response_headers, name)

    def response_headers_named(self, name: str) -> list[str]:
        """Give every response header of this (lower-case) name, for Set-Cookie and its like."""
        return [value for key, value in self.response_headers or () if key == name]

    @property
    def ended(self) -> float | None:
        """The time at which the answer was complete, in seconds since the epoch."""
        return None if self.started is None else self.started + (self.duration or 0.0)

    def __repr__(self) -> str:
        return f"Message({self.where}, {self.method}, {self.url.partition('?')[0]}, {self.status})"


def _first(headers: Headers | None, name: str) -> str | None:
    return next((value for key, value in headers or () if key == name), None)


FragmentKind: TypeAlias = Literal["url", "error", "value", "console"]


class Fragment(NamedTuple):
    """A fact without an exchange around it.

    url      a URL pasted without method (authorize URL, callback URL); assembly reads it as a GET
    error    an error body ({"error": ...}) or the text of one, which belongs to no request in the text
    value    a value given by its name: `name` is a parameter's name such as "code_verifier"
    console  a line of a browser console or of a log
    """

    kind: FragmentKind
    text: str
    where: str
    number: int  # position among messages and fragments, from 1
    name: str = ""

    def __repr__(self) -> str:
        return f"Fragment({self.kind} {self.name}, {len(self.text)} characters at {self.where})"
