"""The token request was repeated after its answer was lost (RFC 6749 4.1.2)."""

from __future__ import annotations

from itertools import pairwise

from proofkey.doctor.assemble.codes import is_placeholder
from proofkey.doctor.facts import gap
from proofkey.doctor.fault import LIKELY, POSSIBLE, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.soundness import flaws
from proofkey.doctor.steps import TokenRequest
from proofkey.doctor.transcript import login, token_request


def check(login: Login) -> Finding | None:
    """Look for two equal requests, of which the first got no usable answer and the later one a refusal."""
    for first, second in pairwise(login.token_requests):
        code = first.value("code")
        if code is None or is_placeholder(code) or not _has_no_usable_answer(first) or _sent(first) != _sent(second):
            continue
        last = next((each for each in login.token_requests if each.number > first.number and each.answer.refused), None)
        if last is None or last.answer.is_outage:
            continue
        about_code = last.answer.speaks_of("code-used", "code-invalid", "code-expired")
        if not about_code and last.answer.error not in ("invalid_grant", "invalid_request", None):
            continue
        sure = (about_code or last.answer.error == "invalid_grant") and not flaws(login)
        apart = gap(second.seconds_after(first), " {} later")
        return Finding(
            LIKELY if sure else POSSIBLE,
            f"The first token request got no usable answer ({first.answer.summary}); the same request left"
            f" again{apart} and was refused. The server had most likely taken the code with the first one.",
            (first.shows(first.answer.summary), last.shows(last.answer.summary)),
        )
    return None


def _has_no_usable_answer(request: TokenRequest) -> bool:
    answer = request.answer
    return answer.lost or (answer.is_outage and answer.error not in ("invalid_grant", "invalid_request"))


def _sent(request: TokenRequest) -> list[tuple[str, str]]:
    return [(each.name, each.value) for each in request.parameters or ()]


FAULT = Fault(
    title="The token request was repeated after a lost answer",
    meaning=(
        "The connection broke, timed out, or a gateway answered with an error, and the HTTP client sent the same"
        " request again. A code works once: the first request may have been served although its answer never arrived."
    ),
    fix="Never repeat a token request with an authorization code; where its answer is lost, start a new login.",
    example_js="await fetch(tokenUrl, { method: 'POST', body }); // outside of the retrying wrapper",
    example_py="transport = httpx.HTTPTransport(retries=0)  # for POSTs with grant_type=authorization_code",
    wrong_fix="More retries: each of them carries the spent code.",
    spec=("RFC 6749 4.1.2",),
    blame="client",
    explains=(
        *("code-not-accepted", "code-redeemed-twice", "code-expired", "server-unavailable", "gateway-hides-error"),
        *(
            "token-answer-html",
            "server-refuses-correct-pair",
            "code-burned-by-failed-attempt",
            "cors-answer-unreadable",
        ),
    ),
    needs=("token.code",),
    check=check,
    bad=login(status=504, answer={"message": "upstream timed out"}) + "\n" + token_request(),
    good=login(status=504, answer={"message": "upstream timed out"}),
)
