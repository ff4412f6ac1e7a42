"""A refresh token was used again after it had been exchanged for a new one (RFC 9700 4.14.2)."""

from __future__ import annotations

from proofkey.doctor.facts import fingerprint, gap
from proofkey.doctor.fault import LIKELY, POSSIBLE, PROVEN, Certainty, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.renewals import same_token, token_of, token_was_refused, was_rotated
from proofkey.doctor.steps import TokenRequest
from proofkey.doctor.transcript import ISSUED, ROTATED, login, refresh

_RACE = 2.0  # seconds; of two requests closer than that, either may have reached the server first


def check(login: Login) -> Finding | None:
    """Find two refreshes with one token, of which one got a new token and the other was refused."""
    for first, second in same_token(login):
        if not token_was_refused(second):
            if _is_lost_race(first, second):
                return _finding(
                    LIKELY, first, second, "refused beside it", gap(second.seconds_after(first), ", {} apart")
                )
            continue
        if was_rotated(first):
            return _finding(PROVEN, first, second, "refused", gap(second.seconds_after(first), ", {} apart"))
        if first.answer.status == 200 and not first.answer.body:
            return _finding(LIKELY, first, second, "refused", gap(second.seconds_after(first), ", {} apart"))
    for only in login.refreshes:
        if token_was_refused(only) and only.answer.speaks_of("refresh-reused"):
            return Finding(
                POSSIBLE,
                "The server says that the refresh token was used before; the capture shows only one use of it.",
                (only.answer.shows(),),
            )
    return None


def _is_lost_race(first: TokenRequest, second: TokenRequest) -> bool:
    """Tell whether the earlier of two nearly simultaneous refreshes lost."""
    span = second.seconds_after(first)
    if span is None or span > _RACE:
        return False
    return token_was_refused(first) and was_rotated(second) and first.value("client_id") == second.value("client_id")


def _finding(certainty: Certainty, first: TokenRequest, second: TokenRequest, end: str, pace: str) -> Finding:
    name = fingerprint(token_of(first) or "")
    got = "with a new refresh token" if certainty is PROVEN else "with tokens"
    words = f"One refresh token was sent twice{pace}. One request was answered {got}; the other was {end}."
    return Finding(
        certainty,
        words,
        (
            first.shows(f"refresh token {name}, {first.answer.summary}"),
            second.shows(f"the same refresh token {name}, {second.answer.summary}"),
        ),
    )


FAULT = Fault(
    title="A rotated refresh token was used again",
    meaning=(
        "With rotation each refresh token is for one use: the first request got a new one, and the second still carried"
        " the old. Tabs or parallel calls raced, or the new token was not stored. A server takes this for theft and may"
        " end the whole session, with the new token too."
    ),
    fix=(
        "Let one place refresh at a time, store the new refresh token before anything else, and let the others wait"
        " for it. After a refusal start a new login."
    ),
    example_js=(
        "await navigator.locks.request('refresh', async () => {\n"
        "  if (expired(load())) store(await refresh(load().refresh_token)); // read again inside the lock\n"
        "});"
    ),
    example_py="with lock:  # one refresh at a time, in all processes\n    tokens = load()",
    wrong_fix="Turning rotation off: a stolen refresh token then works unnoticed.",
    spec=("RFC 9700 4.14.2", "RFC 6749 10.4"),
    blame="client",
    explains=("refresh-token-expired",),
    needs=("refresh.refresh_token", "refresh.answer"),
    check=check,
    bad=login(answer=ISSUED, status=200) + refresh(answer=ROTATED, status=200) + refresh(),
    good=login(answer=ISSUED, status=200)
    + refresh(answer=ROTATED, status=200)
    + refresh({"refresh_token": "8xLOxBtZp8Yq1mWc3RfJdA"}, answer={}),
)
