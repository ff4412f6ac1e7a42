"""A provider that is known to compare with another transform than S256."""

from __future__ import annotations

from proofkey.doctor import pair
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login

# Known from these providers' own issue trackers.
_QUIRKS = {
    "nylas.com": "base64 of the hexadecimal SHA-256 digest, without padding",
    "tiktok.com": "the hexadecimal SHA-256 digest (desktop applications)",
    "tiktokapis.com": "the hexadecimal SHA-256 digest (desktop applications)",
    "eveonline.com": "SHA-256 over the base64url-decoded octets of the verifier",
}


def check(login: Login) -> Finding | None:
    """The pair is right by the RFC, it was refused, and the host is one of the table."""
    found = pair.found_in(login)
    token = login.token
    if found is None or not found.is_s256 or login.accepted or token is None or not token.answer.refused:
        return None
    host = token.address.host
    wanted = next((words for suffix, words in _QUIRKS.items() if host == suffix or host.endswith(f".{suffix}")), None)
    if wanted is None:
        return None
    return Finding(
        LIKELY,
        f"Challenge and verifier fit by the RFC, and {host} is known to want {wanted}.",
        (token.answer.shows(),),
        f"Send the challenge as this provider wants it: {wanted}; or use its own SDK.",
    )


FAULT = Fault(
    title="This provider is known to compare with another transform than S256",
    meaning=(
        "The pair is right by the standard, and the host belongs to a provider whose PKCE differs from it."
        " The client is correct and must still follow the provider."
    ),
    fix="Use the transform that the provider documents, or its own SDK, for this provider only.",
    wrong_fix="Rewriting the client for every provider.",
    spec=("RFC 7636 4.2",),
    blame="server",
    explains=("server-refuses-correct-pair", "code-not-accepted"),
    needs=("authorize.code_challenge", "token.code_verifier", "token.answer"),
    check=check,
    bad=login(
        authorize_url="https://api.us.nylas.com/v3/connect/auth",
        token_url="https://api.us.nylas.com/v3/connect/token",
        answer={"error": "invalid_grant", "error_description": "code verifier does not match"},
    ),
    good=login(answer={}),
)
