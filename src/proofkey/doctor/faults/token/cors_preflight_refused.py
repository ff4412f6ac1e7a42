"""The browser's preflight of the token call was refused (Fetch 4.8)."""

from __future__ import annotations

from proofkey.doctor.dialects import topics_of
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import LIKELY, POSSIBLE, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.steps import Preflight
from proofkey.doctor.transcript import login, request, response

_SAFE_HEADERS = ("accept", "accept-language", "content-language")


def check(login: Login) -> Finding | None:
    """No answer to the POST is seen, and the OPTIONS before it got no permission; else what the console says."""
    token = login.token
    if token is not None and token.answer.observed:
        return None  # the request got through
    for preflight in reversed(login.preflights):
        found = _judge(preflight, token is not None and token.answer.lost)
        if found is not None:
            return found
    if login.preflights:
        return None
    if token is not None and token.answer.lost and _blames_preflight(token.message.network_error or ""):
        words = "The browser says of the token request, which got no answer, that its preflight was refused."
        return Finding(LIKELY, words, (token.answer.shows(),))
    for fragment in login.fragments:
        if "blocked-by-cors" in topics_of(None, fragment.text) and _blames_preflight(fragment.text):
            words = "The browser's console says that the preflight of the token request was refused."
            return Finding(LIKELY, words, (Evidence(fragment.where, "a console line about the preflight"),))
    return None


def _blames_preflight(words: str) -> bool:
    topics = topics_of(None, words)
    return "preflight" in topics and "preflight-redirect" not in topics


def _judge(preflight: Preflight, lost: bool) -> Finding | None:
    answer = preflight.answer
    if answer.status is None or answer.status in range(300, 400):
        return None
    what = _what_is_missing(preflight)
    bare = 200 <= answer.status <= 299 and not preflight.message.response_headers
    if not what or (bare and not lost):
        return None
    certainty = POSSIBLE if not answer.status else PROVEN if lost or answer.status >= 400 else LIKELY
    return Finding(
        certainty,
        f"Before the token request the browser asked with OPTIONS, and {what}. So the POST never left; the page sees a"
        " network error, and the code is unused.",
        (Evidence(f"{preflight.message.where}, answer", f"OPTIONS: {what}"),),
    )


def _what_is_missing(preflight: Preflight) -> str:
    message, status = preflight.message, preflight.answer.status or 0
    if not status:
        return "got no answer"
    if not 200 <= status <= 299:
        return f"the server answered with status {status}"
    if message.response_headers is None:
        return ""
    origin = message.request_header("origin")
    allowed = message.response_header("access-control-allow-origin")
    if allowed is None:
        return "the answer has no Access-Control-Allow-Origin"
    if origin is not None and allowed.strip() not in ("*", origin):
        return f"the answer allows the origin {allowed[:100]}, not {origin[:100]}"
    wanted = _names(message.request_header("access-control-request-headers"))
    granted = _names(message.response_header("access-control-allow-headers"))
    refused = [
        name
        for name in wanted
        if name not in granted and name not in _SAFE_HEADERS and ("*" not in granted or name == "authorization")
    ]
    return f"the answer does not allow the header {', '.join(refused)[:120]}" if refused else ""


def _names(header: str | None) -> list[str]:
    return [name.strip().lower() for name in (header or "").split(",") if name.strip()]


FAULT = Fault(
    title="The preflight of the token call was refused",
    meaning=(
        "A call from a page to another origin with special headers (Authorization, a JSON content type, X-...) needs"
        " permission: the browser sends OPTIONS first and goes on only if the answer allows the page's origin and those"
        " headers. Here it does not."
    ),
    fix="Send the token request as a plain form POST without extra headers, which needs no preflight; and have this"
    " origin allowed at the server, or redeem the code in a back end.",
    example_js="await fetch(tokenUrl, { method: 'POST', body: new URLSearchParams(params) }); // no headers at all",
    wrong_fix="mode: 'no-cors', which hides the answer from the page, or a public CORS proxy, which reads the code.",
    spec=("Fetch 4.8",),
    blame="server",
    explains=("cors-answer-unreadable", "server-unavailable", "code-not-redeemed"),
    needs=(),
    check=check,
    bad=login(steps=("authorize", "callback"))
    + "\n"
    + request(
        "OPTIONS",
        "https://login.example/oauth/token",
        {
            "Origin": "https://app.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "x-requested-with",
        },
    )
    + response(405, {"Allow": "POST"}),
    good=login(answer={}),
)
