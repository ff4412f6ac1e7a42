"""The server limits the rate of requests (RFC 6585 4)."""

from __future__ import annotations

from proofkey.doctor.fault import LIKELY, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.steps import Step
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """Status 429, or words that name a rate limit: at the token endpoint, at a refresh, else at authorize."""
    steps: list[Step] = [login.token] if login.token is not None else []
    if not steps and not login.callbacks:
        steps += login.authorize_hops[-1:]
    if login.refreshes:
        steps.append(login.refreshes[-1])
    for step in steps:
        limited = step.answer.status == 429
        if not limited and not (step.answer.refused and step.answer.speaks_of("rate-limited")):
            continue
        wait = step.message.response_header("retry-after")
        pause = f" Retry-After: {wait[:40]}." if wait else ""
        return Finding(
            PROVEN if limited else LIKELY,
            f"The server answered that there were too many requests.{pause} The OAuth parameters are not what it"
            " complains about.",
            (step.answer.shows(),),
        )
    return None


FAULT = Fault(
    title="The server limits the rate of token requests",
    meaning=(
        "Too many requests came in a short time, from this client, user or address. The usual status is 429; Genesys"
        " Cloud is reported to say it with 400. A loop of logins or renewals, or a token fetched anew for each API"
        " call, gets there quickly."
    ),
    fix="Wait as long as Retry-After says, then start a new login; keep tokens until they expire, and stop the loop.",
    example_js="const pause = Number(response.headers.get('Retry-After') ?? 30) * 1000;",
    wrong_fix="Changing parameters and trying again at once.",
    spec=("RFC 6585 4",),
    blame="client",
    explains=(
        *("token-answer-html", "client-secret-wrong", "secret-missing", "code-not-accepted", "gateway-hides-error"),
        *("blocked-by-firewall", "server-ignored-body", "cors-answer-unreadable"),
    ),
    needs=(),
    even_if_accepted=True,
    check=check,
    bad=login(status=429, answer={"error": "too_many_requests", "message": "Rate limit exceeded"}),
    good=login(answer={}),
)
