"""The token request was answered, and the page may not read the answer (Fetch 3.2)."""

from __future__ import annotations

import re

from proofkey.doctor.address import split
from proofkey.doctor.dialects import topics_of
from proofkey.doctor.evidence import Evidence, Seen, text_of
from proofkey.doctor.fault import LIKELY, POSSIBLE, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.pattern import Pattern
from proofkey.doctor.steps import FORM_TYPE, TokenRequest
from proofkey.doctor.transcript import login

_WITHHELD = Pattern(r"(?:net::)?ERR_FAILED|NS_ERROR_DOM_BAD_URI|Failed to fetch|.*\bcors\b.*", re.IGNORECASE)


def check(login: Login) -> Finding | None:
    """A cross-origin request was answered without a fitting Access-Control-Allow-Origin."""
    token = login.token
    if token is None:
        return None
    if token.answer.lost:
        return _hidden(login, token)
    if not token.answer.status or token.message.response_headers is None:
        return None
    origin = token.header("origin")
    if not isinstance(origin, Seen) or origin.value == token.address.origin or not token.message.response_headers:
        return None
    allowed = token.message.response_header("access-control-allow-origin")
    if allowed is not None and allowed.strip() in ("*", origin.value):
        return None
    if login.api_calls or token.message.status in range(300, 400):
        return None  # the page has the token, so it could read the answer
    seen = "no Access-Control-Allow-Origin" if allowed is None else f"Access-Control-Allow-Origin: {allowed}"
    return Finding(
        PROVEN if token.message.network_error or _is_of_a_page(token) else LIKELY,
        f"The page at {origin.value} called the token endpoint of another origin. The answer came back with {seen}, so"
        " the browser hides it: the page sees a network error, and the code is spent all the same.",
        (origin.shows(f"Origin: {origin.value}"), Evidence(f"{token.message.where}, answer", seen)),
    )


def _is_of_a_page(token: TokenRequest) -> bool:
    """Tell whether a page's script asked: only browsers send Sec-Fetch-Mode, and no script can (Fetch Metadata 2.2)."""
    origin, mode = token.header("origin"), text_of(token.header("sec-fetch-mode"))
    return mode in ("cors", "no-cors") and isinstance(origin, Seen) and split(origin.value).is_web


def _hidden(login: Login, token: TokenRequest) -> Finding | None:
    """Judge a request whose answer the browser itself withheld: it says so with an error that names no network."""
    origin = token.header("origin")
    if not isinstance(origin, Seen) or origin.value == token.address.origin:
        return None
    if login.preflights or not _needs_no_preflight(token):
        return None
    error = token.message.network_error or ""
    if error and not _is_withheld(error):
        return None
    return Finding(
        LIKELY if error else POSSIBLE,
        f"The page at {origin.value} called the token endpoint of another origin and got nothing, with no failure of"
        " the network to be seen. So a browser fails where the answer has no Access-Control-Allow-Origin for the page.",
        (origin.shows(f"Origin: {origin.value}"), token.answer.shows()),
    )


def _is_withheld(error: str) -> bool:
    """Tell whether the browser's error names no network (Chrome, Firefox), or names the missing header (Safari)."""
    return _WITHHELD.fullmatch(error.strip()) is not None or "blocked-by-cors" in topics_of(None, error)


def _needs_no_preflight(token: TokenRequest) -> bool:
    """Tell whether the request leaves without asking first (Fetch 2.2.2): a form without headers of its own."""
    kind = text_of(token.content_type) or FORM_TYPE
    simple = kind.lower().startswith((FORM_TYPE, "text/plain", "multipart/form-data"))
    return simple and not any(isinstance(token.header(name), Seen) for name in ("authorization", "dpop"))


FAULT = Fault(
    title="The token answer lacks the CORS header for this origin",
    meaning=(
        "A form POST without special headers needs no preflight, so the request went out and was served. Without a"
        " fitting Access-Control-Allow-Origin the browser keeps the answer from the page, good or bad."
    ),
    fix="Allow this origin at the token endpoint, on success and on errors alike, or redeem the code in a back end.",
    wrong_fix="Sending the request again: the code was used by the first one.",
    spec=("Fetch 3.2",),
    blame="server",
    even_if_accepted=True,
    needs=("token.answer",),
    check=check,
    bad=login(token_headers={"Origin": "https://app.example"}, answer={}),
    good=login(answer={}),
)
