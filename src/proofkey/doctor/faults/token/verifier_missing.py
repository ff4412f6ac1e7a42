"""The authorization request had a challenge and the token request has no verifier (RFC 7636 4.5)."""

from __future__ import annotations

from proofkey.doctor.evidence import Absent, Seen, Unobserved
from proofkey.doctor.fault import LIKELY, POSSIBLE, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.refusals import names_every_reason
from proofkey.doctor.steps import TokenRequest
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """The token request was captured and has no code_verifier; the challenge is seen, or the server asks for one."""
    challenge, verifier = login.challenge, login.verifier
    if login.token is None or (login.token.syntax in ("empty", "other") and not login.token.in_query):
        return None  # nothing of the request was readable: that is another fault
    if isinstance(challenge, Seen) and challenge.value and isinstance(verifier, Absent):
        return Finding(
            PROVEN,
            "The authorization request carried a code_challenge; the token request has no code_verifier. The server"
            " keeps the challenge with the code and cannot check it.",
            (challenge.shows("code_challenge is there"), verifier.shows("no code_verifier among the parameters")),
        )
    if isinstance(challenge, Unobserved) and isinstance(verifier, Absent) and _says_so(login.token):
        return Finding(
            LIKELY,
            "The token request has no code_verifier, and the server asks for one: the authorization request, which is"
            " not in the capture, must have carried a code_challenge.",
            (verifier.shows("no code_verifier among the parameters"), login.token.answer.shows()),
        )
    if login.authorize is None and isinstance(verifier, Absent) and _may_need_one(login.token):
        refused = login.token.answer.observed
        return Finding(
            POSSIBLE,
            "The token request has no code_verifier and no secret either. Whether that is the mistake is decided by the"
            " address with which the login began, which is not there: with a code_challenge in it, the server refuses"
            " this request.",
            (
                verifier.shows("no code_verifier among the parameters"),
                *((login.token.answer.shows(),) if refused else ()),
            ),
            _NEXT if refused else f"{_NEXT} Give what the server answered, too, its status and body.",
        )
    return None


_NEXT = (
    "Give the address with which the login began (/authorize?...) as well. If it has a code_challenge, send"
    " code_verifier with the verifier from which that challenge was made; if it has none, add both: a client without a"
    " secret needs them."
)


def _may_need_one(token: TokenRequest) -> bool:
    """Tell whether a redemption of a client without a secret stands alone, and was not refused for another reason."""
    if token.syntax != "form" or token.message.request_headers is None or token.authenticates:
        return False  # a header that was not captured may have carried a secret
    if token.value("grant_type") != "authorization_code":
        return False
    answer = token.answer
    unexplained = not answer.description or names_every_reason(answer)
    fits = answer.error in ("invalid_grant", "invalid_request") or (answer.status == 400 and not answer.body)
    return not answer.lost and ((fits and unexplained) or not answer.observed)


def _says_so(token: TokenRequest) -> bool:
    return token.answer.refused and token.answer.speaks_of("verifier-missing")


FAULT = Fault(
    title="The token request has no code_verifier",
    meaning=(
        "With the challenge the server took a promise: whoever redeems the code must show the verifier. This token"
        " request does not. It happens when one program starts the login and another redeems the code, or when the"
        " verifier got lost between the two."
    ),
    fix="Send code_verifier with the verifier from which this login's challenge was made.",
    example_js="body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri, client_id,\n"
    "  code_verifier: verifier })",
    example_py='data = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier, ...}',
    wrong_fix="Leaving the challenge out: public clients are refused without one, and the others lose its protection.",
    spec=("RFC 7636 4.5",),
    blame="client",
    explains=("verifier-is-null-text",),
    needs=("token.code_verifier",),
    check=check,
    bad=login(token={"code_verifier": None}),
    good=login(answer={}),
)
