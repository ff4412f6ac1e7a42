"""The refresh token is past its lifetime (RFC 6749 6)."""

from __future__ import annotations

from proofkey.doctor.facts import seconds
from proofkey.doctor.fault import LIKELY, POSSIBLE, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.renewals import issuing, logged_in_again, recovered, token_of, token_was_refused
from proofkey.doctor.steps import TokenRequest
from proofkey.doctor.transcript import ISSUED, login, refresh

_DAY = 86_400.0  # seconds; Microsoft's limit for refresh tokens of single-page applications
_LIFETIMES = ("refresh_expires_in", "refresh_token_expires_in")  # members of token answers, in seconds


def check(login: Login) -> Finding | None:
    """Compare the token's age with the lifetime that came with it; then read the server's words."""
    for request in login.refreshes:
        if not token_was_refused(request) or token_of(request) is None or recovered(login, request):
            continue
        age, lifetime = _age(login, request), _lifetime(login, request)
        old = age is not None and lifetime is not None and age > lifetime
        said = request.answer.speaks_of("refresh-expired")
        grown = f" It was {seconds(age)} old." if age is not None else ""
        if logged_in_again(login, request):
            continue  # the client did what it must
        if old or (said and not request.answer.speaks_of("refresh-reused")):
            known = f" Its lifetime is {seconds(lifetime)}." if old and lifetime is not None else ""
            words = " The server says that it has expired or is no longer active." if said else ""
            return Finding(
                LIKELY, f"The server refuses the refresh token.{grown}{known}{words}", (request.answer.shows(),)
            )
        return Finding(
            POSSIBLE,
            f"The server refuses the refresh token, and the capture shows no reason.{grown} It may have expired, been"
            " revoked, or been used outside of this capture.",
            (request.answer.shows(),),
        )
    return None


def _age(login: Login, request: TokenRequest) -> float | None:
    giver = issuing(login, request) or next((each for each in login.token_requests if each.answer.gave_tokens), None)
    return request.seconds_after(giver) if giver is not None else None


def _lifetime(login: Login, request: TokenRequest) -> float | None:
    giver = issuing(login, request)
    members = giver.answer.members if giver is not None else {}
    for name in _LIFETIMES:
        value = members.get(name)
        if isinstance(value, int | float) and value > 0:
            return float(value)
    entra = request.address.host.endswith((".microsoftonline.com", ".ciamlogin.com", ".b2clogin.com"))
    return _DAY if entra and request.message.request_header("origin") else None


FAULT = Fault(
    title="The refresh token is past its lifetime",
    meaning=(
        "A refresh token ends after a fixed time, after a time without use, with the session at the server, or when a"
        " password or policy changes. For browser applications some servers give it a day and no more, however often it"
        " is exchanged."
    ),
    fix="Start a new login when a refresh is refused; it is silent where the session at the server still lives.",
    example_js="if (answer.error === 'invalid_grant') { clearTokens(); return login(); }",
    example_py='if answer.get("error") == "invalid_grant":\n    return login()',
    wrong_fix="Trying the same refresh token again: it will not come back.",
    spec=("RFC 6749 6", "RFC 9700 4.14"),
    blame="client",
    needs=("refresh.refresh_token", "refresh.answer"),
    check=check,
    bad=login(answer=ISSUED, status=200)
    + refresh(answer={"error": "invalid_grant", "error_description": "Token is not active"}),
    good=login(answer=ISSUED, status=200) + refresh(answer={}),
)
