"""The server takes the Origin header for a browser and demands PKCE (RFC 9700 2.1.1)."""

from __future__ import annotations

from proofkey.doctor.evidence import Absent, Evidence, Seen
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login

_OKTA = (".okta.com", ".oktapreview.com", ".okta-emea.com")


def check(login: Login) -> Finding | None:
    """No challenge, no verifier, an Origin header; the words say it, or the server is known for it."""
    token = login.token
    if token is None or not token.answer.refused or not isinstance(login.verifier, Absent):
        return None
    if isinstance(login.challenge, Seen):
        return None  # the verifier alone is missing
    origin = token.header("origin")
    said = token.answer.speaks_of("browser-needs-pkce")
    known = token.address.host.endswith(_OKTA) and token.answer.error == "invalid_client"
    if isinstance(origin, Absent) or not (said or (known and isinstance(origin, Seen))):
        return None
    shown = f"Origin: {origin.value[:100]}" if isinstance(origin, Seen) else "headers are not in the capture"
    return Finding(
        LIKELY,
        "The token request has an Origin header and no code_verifier, and the login no code_challenge. This server"
        " takes the header for a browser, and lets browsers redeem a code with PKCE only.",
        (Evidence(token.message.where, shown), token.answer.shows()),
    )


FAULT = Fault(
    title="The server takes the Origin header as a browser and demands PKCE",
    meaning=(
        "Okta treats every token request with an Origin header as one from a browser and refuses it without PKCE,"
        " whatever the client's type. A page sends that header by itself; some HTTP tools and back ends do, too."
    ),
    fix="Use PKCE: send code_challenge at the start and code_verifier here. In a back end or tool, remove the Origin"
    " header.",
    example_js="// a page: const verifier = randomText(); authorizeUrl.searchParams.set('code_challenge', await"
    " s256(verifier));",
    wrong_fix="Adding a secret in the page.",
    spec=("RFC 9700 2.1.1",),
    blame="client",
    explains=("secret-missing", "client-secret-wrong", "code-not-accepted", "challenge-missing"),
    needs=("token.code_verifier", "token.answer"),
    check=check,
    bad=login(
        authorize={"code_challenge": None, "code_challenge_method": None},
        token={"code_verifier": None},
        token_headers={"Origin": "https://app.example"},
        status=401,
        answer={
            "error": "invalid_client",
            "error_description": "Browser requests to the token endpoint must use Proof Key for Code Exchange.",
        },
    ),
    good=login(answer={}),
)
