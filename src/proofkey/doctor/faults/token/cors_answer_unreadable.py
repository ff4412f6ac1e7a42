"""The token request was answered, and the page may not read the answer (Fetch 3.2)."""

from __future__ import annotations

from proofkey.doctor.evidence import Evidence, Seen
from proofkey.doctor.fault import LIKELY, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """A cross-origin request was answered without a fitting Access-Control-Allow-Origin."""
    token = login.token
    if token is None or not token.answer.status or token.message.response_headers is None:
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
        PROVEN if token.message.network_error else LIKELY,
        f"The page at {origin.value} called the token endpoint of another origin. The answer came back with {seen}, so"
        " the browser hides it: the page sees a network error, and the code is spent all the same.",
        (origin.shows(f"Origin: {origin.value}"), Evidence(f"{token.message.where}, answer", seen)),
    )


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
