"""The parameters are in the query of the token URL (RFC 6749 3.2, RFC 9700 4.3.2)."""

from __future__ import annotations

from urllib.parse import urlencode

from proofkey.doctor.echoes import UNREAD
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import CODE, VERIFIER, login

_OURS = ("grant_type", "code", "redirect_uri", "client_id", "client_secret", "code_verifier")


def check(login: Login) -> Finding | None:
    """Look for parameters of the request that stand in the URL and not in the body; a GET has another name."""
    token = login.token
    if token is None or token.message.method in ("GET", "HEAD", "OPTIONS"):
        return None
    query = token.address.parameters
    asked = [name for name in _OURS if name in query]
    misplaced = asked if token.in_query else [name for name in asked if token.value(name) is None]
    if not misplaced or not {"grant_type", "code", "code_verifier"} & set(misplaced):
        return None
    if not token.in_query and token.parameters is None:
        return None
    where = "all in the URL" if token.in_query else "in the URL while the rest is in the body"
    return Finding(
        PROVEN,
        f"The parameters {', '.join(misplaced)} are {where}. The endpoint reads the body only; besides, proxies and"
        " servers write URLs into their logs, with the code and the verifier in them.",
        (Evidence(f"{token.message.where}, URL", f"query parameters: {', '.join(misplaced)}"),),
    )


FAULT = Fault(
    title="The parameters are in the query of the token URL",
    meaning=(
        "The request is a POST, but its parameters were appended to the URL and the body is empty or lacks them. A"
        " token endpoint must take them from the body, so the server finds none."
    ),
    fix="Put the parameters into the body as a form, and leave the token URL without a query.",
    example_js="await fetch(tokenUrl, { method: 'POST', body: new URLSearchParams(params) });\n"
    "// axios: axios.post(url, new URLSearchParams(params)), not axios.post(url, null, { params })",
    example_py="httpx.post(token_url, data=params)  # not params=params",
    wrong_fix="Switching to GET: the endpoint takes POST only.",
    spec=("RFC 6749 3.2", "RFC 6749 4.1.3", "RFC 9700 4.3.2"),
    blame="client",
    explains=(*UNREAD, "token-content-type-wrong"),
    needs=("token",),
    check=check,
    bad=login(
        token_url="https://login.example/oauth/token?"
        + urlencode(
            {
                "grant_type": "authorization_code",
                "code": CODE,
                "redirect_uri": "https://app.example/cb",
                "client_id": "app",
                "code_verifier": VERIFIER,
            }
        ),
        token_body="",
        answer={"error": "invalid_request", "error_description": "Missing required parameter: grant_type"},
    ),
    good=login(answer={}),
)
