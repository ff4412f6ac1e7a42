"""What of a request goes on to an API, and what of its answer comes back: lists of headers, everything else stays here.

So neither the session cookie nor hop-by-hop headers nor anybody's claim about his identity reaches the API (RFC 9110
7.6.1, RFC 9700 4.13), and neither cookies nor scripts of the API reach our origin.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from proofkey import __version__
from proofkey.bff.api_rules import Api
from proofkey.bff.arrived import Arrived
from proofkey.bff.replies import EVERYWHERE, Declined
from proofkey.core.secret import AccessToken
from proofkey.core.wire import Headers

_TO_API = frozenset(
    {
        "accept",
        "accept-encoding",
        "accept-language",
        "content-type",
        "content-language",
        "idempotency-key",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-unmodified-since",
        "last-event-id",
        "prefer",
        "range",
    }
)
_TO_BROWSER = frozenset(
    {
        "accept-ranges",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-length",
        "content-range",
        "content-type",
        "etag",
        "inin-correlation-id",
        "last-modified",
        "link",
        "retry-after",
        "x-accel-buffering",  # with it a stream of events gets through a proxy before us in time
    }
)
# An answer that a browser would show as a page of ours runs no script there.
_HARMLESS: Headers = (*EVERYWHERE, ("content-security-policy", "default-src 'none'; frame-ancestors 'none'; sandbox"))
_VALUE = re.compile(r"[\t\x20-\x7E\x80-\xFF]{0,4096}")
_LENGTH = re.compile(r"\d{1,15}")
_WITHOUT_BODY = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Forward:
    """A request to an API. `length` is that of its body, None where it is not known before."""

    api: Api
    method: str
    url: str
    headers: Headers = field(repr=False)
    token: AccessToken
    session: bytes = field(repr=False)
    has_body: bool
    length: int | None

    def sent_headers(self) -> list[tuple[str, str]]:
        """Give all headers, the token among them."""
        length = [("content-length", str(self.length))] if self.has_body and self.length is not None else []
        return [*self.headers, *length, ("authorization", f"Bearer {self.token.reveal()}")]


def forward(api: Api, request: Arrived, url: str, token: AccessToken, session: bytes) -> Forward:
    """Write the request to the API. Raises Declined."""
    headers = [("user-agent", f"proofkey/{__version__}"), ("x-request-id", request.id)]
    given = [(name, value) for name, value in request.headers if name in _TO_API or name in api.headers]
    for name, value in given:
        if not _VALUE.fullmatch(value):
            raise Declined(400, "header_refused", f"the header {name} holds what no header holds, or too much")
    named = {name for name, _ in given}
    if "accept-encoding" not in named:
        headers.append(("accept-encoding", "identity"))
    has_body, length = _body_of(request, api)
    return Forward(api, request.method, url, (*headers, *given), token, session, has_body, length)


def _body_of(request: Arrived, api: Api) -> tuple[bool, int | None]:
    lengths = [value for name, value in request.headers if name == "content-length" and value]
    chunked = request.header("transfer-encoding") is not None
    if any(not _LENGTH.fullmatch(value) for value in lengths) or len(set(lengths)) > 1 or (lengths and chunked):
        raise Declined(400, "length_refused", "the length of the body can be read in more than one way")
    if request.method in _WITHOUT_BODY:
        return False, None
    if chunked:
        return True, None
    length = int(lengths[0]) if lengths else 0
    if length > api.max_request:
        raise too_large(api)
    return length > 0, length or None


def too_large(api: Api) -> Declined:
    """Say that a body is longer than what goes to this API."""
    return Declined(413, "body_too_large", f"at most {api.max_request} bytes go to the API {api.name}")


def answer_headers(api: Api, status: int, headers: Iterable[tuple[str, str]], request_id: str) -> Headers:
    """Give the headers with which an API's answer goes to the browser. Raises Declined for what is not passed on."""
    if 300 <= status < 400 and status != 304:
        raise Declined(
            502,
            "api_redirects",
            f"the API {api.name} answered with a redirect, which is not followed",
            fault="wrong-host",
        )
    kept = [(name.lower(), value) for name, value in headers if name.lower() in _TO_BROWSER]
    length = dict(kept).get("content-length", "0")
    if not _LENGTH.fullmatch(length) or int(length) > api.max_answer:
        raise answer_too_large(api)
    return (*kept, *_HARMLESS, ("x-request-id", request_id))


def answer_too_large(api: Api) -> Declined:
    """Say that an API's answer is longer than what is passed on."""
    return Declined(502, "answer_too_large", f"the API {api.name} answered more than {api.max_answer} bytes")


def not_reached(api: Api, arrived: bool) -> Declined:
    """Say that an API gave no answer; `arrived`: the request may have."""
    if arrived:
        return Declined(504, "api_silent", f"the API {api.name} gave no whole answer; the request may have arrived")
    return Declined(502, "api_not_reached", f"the API {api.name} cannot be reached", fault="server-unavailable")
