"""One code is redeemed twice (RFC 6749 4.1.2, 10.5)."""

from __future__ import annotations

from itertools import pairwise

from proofkey.doctor.assemble.codes import is_placeholder
from proofkey.doctor.facts import gap
from proofkey.doctor.fault import LIKELY, POSSIBLE, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.steps import TokenRequest
from proofkey.doctor.transcript import login, token_request


def check(login: Login) -> Finding | None:
    """Look for a second request with the code after one that was accepted or was still under way."""
    requests = [each for each in login.token_requests if not each.answer.speaks_of("dpop-nonce")]
    for first, second in pairwise(requests):
        code = second.value("code")
        if code is None or is_placeholder(code) or first.value("code") != code:
            continue
        if second.answer.gave_tokens and not (_overlap(first, second) and first.answer.error == "invalid_grant"):
            continue  # the retry that the protocol knows: another way to authenticate, a DPoP nonce
        hidden = first.answer.went_well and not first.answer.gave_tokens and second.answer.refused
        if not (first.answer.gave_tokens or hidden or _overlap(first, second)):
            continue  # the first one failed or was lost: other faults speak of that
        apart = gap(second.seconds_after(first), ", {} after the first")
        state = "was accepted" if first.answer.gave_tokens or hidden else "was still under way"
        # None of two that are answered alike was the use: both met another fault, or one was recorded twice.
        alike = not first.answer.gave_tokens and first.answer.summary == second.answer.summary
        return Finding(
            POSSIBLE if alike else LIKELY if hidden and not _overlap(first, second) else PROVEN,
            f"Two token requests carry the same code. The first {state}; the second left{apart}, and a code is for one"
            " use. Many servers also revoke what the first one got.",
            (first.shows(f"first redemption: {first.answer.summary}"), second.shows(second.answer.summary)),
        )
    return None


def _overlap(first: TokenRequest, second: TokenRequest) -> bool:
    ended = first.message.ended
    return ended is not None and second.started is not None and second.started < ended and not first.answer.lost


FAULT = Fault(
    title="One code is redeemed twice",
    meaning=(
        "A code works once. Here the callback was handled twice: an effect that runs twice, two components that both"
        " redeem, a listener that serves every hit, or a trial by hand before the program came. The second request must"
        " fail, and the server may take it for a theft and end the login."
    ),
    fix="Redeem each code once: take the code out of the URL first, and share one promise among all who wait for it.",
    example_js="history.replaceState(null, '', location.pathname);\n"
    "redeeming ??= redeem(code); // module level: a second call waits for the first\nawait redeeming;",
    wrong_fix="A longer lifetime of the code, or a retry: the code is spent, not expired.",
    spec=("RFC 6749 4.1.2", "RFC 6749 10.5"),
    blame="client",
    explains=("code-not-accepted", "code-expired", "code-burned-by-failed-attempt"),
    even_if_accepted=True,
    needs=("token.code", "token.answer"),
    check=check,
    bad=login(answer={}) + "\n" + token_request(),
    good=login(answer={}),
)
