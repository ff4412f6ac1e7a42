"""A refresh was tried without a refresh token (RFC 6749 6, 5.1)."""

from __future__ import annotations

from proofkey.doctor.evidence import Absent, Seen
from proofkey.doctor.fault import PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.renewals import recovered
from proofkey.doctor.soundness import stands_for_nothing
from proofkey.doctor.steps import TokenRequest
from proofkey.doctor.transcript import TOKENS, login, refresh


def check(login: Login) -> Finding | None:
    """Read what each refused refresh carries; a missing value, or another token of the answer that had none."""
    for request in login.refreshes:
        in_cookie = "refresh" in (request.message.request_header("cookie") or "").lower()
        if not request.answer.refused or in_cookie or recovered(login, request):
            continue
        sent = request.get("refresh_token")
        match sent:
            case Absent():
                carries = "no refresh_token"
            case Seen("" | " "):
                carries = "an empty refresh_token"
            case Seen(value) if stands_for_nothing(value):
                carries = "the text of a missing value as refresh_token"
            case Seen(value) if other := _other_token(login, value):
                carries = f"the {other} as refresh_token"
            case _:
                continue
        giver = _answer_without(login, request)
        why = " The answer that gave the tokens had no refresh token." if giver is not None else ""
        places = (sent.shows(carries), *((giver.answer.shows("no refresh_token"),) if giver is not None else ()))
        return Finding(PROVEN, f"The refresh carries {carries}.{why}", places)
    return None


def _grants(login: Login) -> list[TokenRequest]:
    others = [each for other in login.others if other.client_id == login.client_id for each in other.other_grants]
    return [each for each in (*login.token_requests, *login.other_grants, *others) if each.answer.gave_tokens]


def _answer_without(login: Login, request: TokenRequest) -> TokenRequest | None:
    """Find the answer before the refresh that gave an access token alone."""
    before = [each for each in _grants(login) if each.number < request.number]
    return before[-1] if before and not before[-1].answer.member("refresh_token") else None


def _other_token(login: Login, value: str) -> str | None:
    for grant in _grants(login):
        for name in ("access_token", "id_token"):
            if grant.answer.member(name) == value and not grant.answer.member("refresh_token"):
                return name.replace("_", " ")
    return None


FAULT = Fault(
    title="There is no refresh token to use",
    meaning=(
        "The refresh request carries no refresh token, or the printed name of a missing value. Mostly none was ever"
        " given: the scope offline_access was not asked for, the client's type or policy has none, or the tokens came"
        " from the client_credentials or implicit grant."
    ),
    fix=(
        "Ask for offline_access (or what this server wants) at the login, and refresh only where a refresh token was"
        " stored. With client_credentials just ask for a new access token; else start a new login."
    ),
    example_js="if (!tokens.refresh_token) return login(); // nothing to refresh with",
    example_py='if not tokens.get("refresh_token"):\n    return login()',
    wrong_fix="Sending the access token in its place.",
    spec=("RFC 6749 6", "RFC 6749 5.1"),
    blame="client",
    explains=("refresh-token-expired", "refresh-token-reused", "refresh-client-unidentified", "scope-refused"),
    needs=("refresh.refresh_token",),
    check=check,
    bad=login(answer=TOKENS, status=200) + refresh({"refresh_token": "undefined"}),
    good=login(answer=TOKENS, status=200),
)
