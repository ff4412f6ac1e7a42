"""A refresh was repeated after its answer was lost, and the token was rotated by then (RFC 9700 4.14.2)."""

from __future__ import annotations

from proofkey.doctor.facts import gap
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.renewals import has_no_usable_answer, same_token, token_was_refused, was_rotated
from proofkey.doctor.transcript import ISSUED, login, refresh


def check(login: Login) -> Finding | None:
    """Find two refreshes with one token, of which the first got no usable answer and the second a refusal."""
    for first, second in same_token(login):
        if not has_no_usable_answer(login, first) or not token_was_refused(second):
            continue
        if any(was_rotated(each) for each in login.refreshes if first.number < each.number < second.number):
            continue
        apart = gap(second.seconds_after(first), " {} later")
        return Finding(
            LIKELY,
            f"A refresh got no usable answer ({first.answer.summary}); the same refresh token left again{apart} and was"
            " refused. The server had most likely rotated the token with the first request.",
            (first.shows(first.answer.summary), second.shows(second.answer.summary)),
        )
    return None


FAULT = Fault(
    title="The refresh was repeated after its answer was lost",
    meaning=(
        "The connection broke or a gateway gave up, and the client sent the same refresh token again. The first request"
        " may have been served: then the token was already replaced, the new one was lost with the answer, and the"
        " second use looks like theft."
    ),
    fix=(
        "Do not repeat a refresh blindly: after a lost answer try once within the server's grace period, then start a"
        " new login. Ask the server's owner for a short grace period for the previous token."
    ),
    example_js="const response = await fetch(tokenUrl, { method: 'POST', body }); // outside of the retrying wrapper",
    example_py="transport = httpx.HTTPTransport(retries=0)  # for POSTs with grant_type=refresh_token",
    wrong_fix="More retries: each of them carries the replaced token, and may end the session.",
    spec=("RFC 9700 4.14.2", "RFC 6749 6"),
    blame="client",
    explains=("refresh-token-expired", "refresh-token-reused", "server-unavailable"),
    needs=("refresh.refresh_token", "refresh.answer"),
    check=check,
    bad=login(answer=ISSUED, status=200) + refresh(status=504, answer={"message": "upstream timed out"}) + refresh(),
    good=login(answer=ISSUED, status=200)
    + refresh(status=504, answer={"message": "upstream timed out"})
    + refresh(answer={}),
)
