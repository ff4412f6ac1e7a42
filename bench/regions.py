"""Does a code stay good for one use only when several regions redeem it, and what does that cost? A simulation.

    python bench/regions.py [LOGINS] [SEED]

No machine is measured: the distances and the lag below are assumptions, printed with the result, and time is simulated.
Some logins redeem their code in another region than the one that issued it, and every code is tried a second time by
somebody who stole it. Every region has a copy of the grants; a row is at once in the copy of the region that inserted
it, and in the others when it has got there. docs/scale.md draws the conclusion.
"""

from __future__ import annotations

import random
import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

REGIONS = ("east", "west", "south")
ONE_WAY = {("east", "west"): 35.0, ("east", "south"): 60.0, ("west", "south"): 90.0}  # ms
LAG_MEAN, STALL_SHARE, STALL = 80.0, 0.01, 5_000.0  # ms; a stalled replica is the case that matters
ELSEWHERE = 0.02  # share of logins whose second half reaches another region
USER_DELAY, THEFT_DELAY = 150.0, 300.0  # ms from issue to the user's and the thief's request, in the mean


@dataclass(frozen=True, slots=True)
class Attempt:
    """One redemption of a code: when it reaches a region (ms since the issue), and whose it is."""

    at: float
    region: str
    thief: bool


@dataclass(frozen=True, slots=True)
class Login:
    """A code with its issuing region, the attempts to redeem it, and how late each region hears of a row (ms)."""

    home: str
    attempts: tuple[Attempt, ...]
    lag: dict[str, float]
    home_lost_at: float  # ms since the issue


@dataclass(slots=True)
class Outcome:
    """What a way of deciding did to many logins."""

    logins: int = 0
    answered_twice: int = 0
    start_again: int = 0
    added: list[float] = field(default_factory=list)  # ms that the decision added to the user's redemption
    exposed: list[float] = field(default_factory=list)  # ms in which two grants of one code lived


def distance(one: str, other: str) -> float:
    """Give the one-way time between two regions in milliseconds."""
    return 0.0 if one == other else ONE_WAY.get((one, other)) or ONE_WAY[other, one]


def nearest_to(region: str) -> str:
    """Give the region that is fewest milliseconds away."""
    return min((each for each in REGIONS if each != region), key=lambda each: distance(region, each))


def draw_logins(count: int, draw: random.Random) -> Iterator[Login]:
    """Make logins: the user's redemption soon after the issue, a thief's at a random time and place."""
    for _ in range(count):
        home = draw.choice(REGIONS)
        region = draw.choice([each for each in REGIONS if each != home]) if draw.random() < ELSEWHERE else home
        user = Attempt(draw.expovariate(1 / USER_DELAY), region, thief=False)
        thief = Attempt(draw.expovariate(1 / THEFT_DELAY), draw.choice(REGIONS), thief=True)
        lag = {each: STALL if draw.random() < STALL_SHARE else draw.expovariate(1 / LAG_MEAN) for each in REGIONS}
        yield Login(home, (user, thief), lag, home_lost_at=draw.uniform(0, 2 * THEFT_DELAY))


Forward = Callable[[Login, Attempt], Attempt | None]  # where and when an attempt is decided; None: not at all


def where_it_arrives(login: Login, attempt: Attempt) -> Attempt | None:
    """Insert into the copy of whichever region was asked."""
    return attempt


def at_home(login: Login, attempt: Attempt) -> Attempt | None:
    """Forward to the region that issued the code; the grant id or the code's key id can name it."""
    return replace(attempt, region=login.home, at=attempt.at + distance(attempt.region, login.home))


def only_at_home(login: Login, attempt: Attempt) -> Attempt | None:
    """Redeem in the issuing region, forward nothing: a code carried elsewhere is refused."""
    return attempt if attempt.region == login.home else None


def at_home_until_it_is_lost(login: Login, attempt: Attempt) -> Attempt | None:
    """The same as `at_home`, and when that region is lost its nearest copy takes over with what it has heard."""
    decided = at_home(login, attempt)
    if decided is None or decided.at < login.home_lost_at:
        return decided
    copy = nearest_to(login.home)
    return replace(attempt, region=copy, at=attempt.at + distance(attempt.region, copy))


def lost_and_earlier_codes_refused(login: Login, attempt: Attempt) -> Attempt | None:
    """The copy that takes over refuses every code issued before it did, as a restored backup does."""
    decided = at_home_until_it_is_lost(login, attempt)
    return decided if decided and decided.region == login.home else None


WAYS: dict[str, Forward] = {
    "the region asked, replicated later": where_it_arrives,
    "the issuing region, forwarded": at_home,
    "the issuing region, refused elsewhere": only_at_home,
    "... region lost, its copy takes over": at_home_until_it_is_lost,
    "... and refuses codes issued before": lost_and_earlier_codes_refused,
}


def settle(login: Login, forward: Forward, outcome: Outcome) -> None:
    """Let the attempts insert in the order of their decisions, each seeing only the rows its copy has heard of."""
    decided = [(forward(login, each), each) for each in login.attempts]
    rows: list[Attempt] = []
    for there in sorted((each for each, _ in decided if each), key=lambda each: each.at):
        heard = [row for row in rows if row.at + _travel(row, there.region, login) <= there.at]
        if not heard:
            rows.append(there)
    outcome.logins += 1
    for there, asked in decided:
        if there is None:
            outcome.start_again += not asked.thief
        elif not asked.thief:
            outcome.added.append(there.at - asked.at + distance(there.region, asked.region))
    if len(rows) > 1:  # the copies meet, the conflict is a replay, and the grant is ended everywhere (decision 4)
        outcome.answered_twice += 1
        first, second = rows[:2]
        met = min(first.at + _travel(first, second.region, login), second.at + _travel(second, first.region, login))
        outcome.exposed.append(met - second.at)


def _travel(row: Attempt, region: str, login: Login) -> float:
    return 0.0 if row.region == region else distance(row.region, region) + login.lag[region]


def simulate(count: int, seed: int) -> dict[str, Outcome]:
    """Put the same logins through every way of deciding."""
    outcomes = {name: Outcome() for name in WAYS}
    for login in draw_logins(count, random.Random(seed)):  # noqa: S311 -- a simulation repeats
        for name, forward in WAYS.items():
            settle(login, forward, outcomes[name])
    return outcomes


def main(arguments: list[str]) -> None:
    """Print one line for each way of deciding."""
    count = int(arguments[0]) if arguments else 200_000
    seed = int(arguments[1]) if len(arguments) > 1 else 1
    print(f"{count} logins, each code also tried by a thief; {ELSEWHERE:.0%} redeemed outside the issuing region")
    print(f"assumed: one way {', '.join(f'{a}-{b} {ms:.0f} ms' for (a, b), ms in ONE_WAY.items())};")
    print(f"lag of a copy {LAG_MEAN:.0f} ms in the mean, in {STALL_SHARE:.0%} of the cases {STALL:.0f} ms\n")
    print(f"{'who decides':<40}{'answered twice':>16}{'both live, p99':>16}{'added, mean':>13}{'log in again':>14}")
    for name, outcome in simulate(count, seed).items():
        twice = f"{1e6 * outcome.answered_twice / outcome.logins:,.0f} ppm"
        exposed = statistics.quantiles(outcome.exposed, n=100)[98] if len(outcome.exposed) > 1 else 0.0
        added = statistics.fmean(outcome.added) if outcome.added else 0.0
        again = outcome.start_again / outcome.logins
        print(f"{name:<40}{twice:>16}{exposed:>13.0f} ms{added:>10.1f} ms{again:>14.1%}")


if __name__ == "__main__":
    main(sys.argv[1:])
