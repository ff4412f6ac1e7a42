"""Breaks every fault's predicate in every small way and says which breaks no test notices.

    python -m scripts.mutate_faults [SLUG...]

Takes some minutes. A break that changes no outcome in any test, or only one that no test looks at, has survived.
"""

from __future__ import annotations

import signal
import sys
from collections import Counter
from contextlib import suppress
from functools import lru_cache
from types import FrameType

from proofkey.doctor import catalogue, pair
from tests.doctor.mutation.mutants import Mutant, mutants_of
from tests.doctor.mutation.recorded import recorded
from tests.doctor.mutation.witnesses import Witness, concerned, generated, witnesses

LONGEST = 5.0  # seconds for one broken predicate on all tests


class TooLong(BaseException):
    """A broken predicate does not come to an end; BaseException, so that the engine does not take it for an error."""


def main(slugs: list[str]) -> int:
    """Print what survived, and the share of what did not; 1 where a slug is unknown."""
    if unknown := sorted(set(slugs) - set(catalogue.slugs())):
        sys.stderr.write(f"no such fault: {', '.join(unknown)}\n")
        return 1
    # The same pairs are searched again and again; outside of this script they are forgotten after each diagnosis.
    pair.explain = lru_cache(maxsize=None)(pair.explain.__wrapped__)
    pair.forget = lambda: None
    signal.signal(signal.SIGALRM, _too_long)
    tests = [*generated(), *recorded()]
    killed, survived = 0, 0
    sharpest: Counter[str] = Counter()
    for slug in slugs or catalogue.slugs():
        for mutant in mutants_of(slug):
            if notices(mutant, tests, sharpest):
                killed += 1
            elif any(each.hears(mutant.fault) for each in (*tests, *witnesses())):
                continue  # it finds the same and says it in other words
            else:
                survived += 1
                sys.stdout.write(f"{slug}:{mutant.line}: {mutant.what}\n")
                sys.stdout.flush()
    sys.stdout.write(
        f"{killed} of {killed + survived} broken predicates are noticed ({killed / max(1, killed + survived):.1%})\n"
    )
    return 0


def notices(mutant: Mutant, tests: list[Witness], sharpest: Counter[str]) -> bool:
    """Tell whether a test fails with the broken fault: those about it first, then the sharpest."""
    slug = mutant.fault.slug
    near = [*concerned(slug), *(each for each in tests if slug in each.about)]
    others = sorted((*tests, *witnesses()), key=lambda witness: -sharpest[witness.name])
    with suppress(TooLong):
        signal.setitimer(signal.ITIMER_REAL, LONGEST)
        try:
            found = next((each for each in (*near, *others) if each.notices(mutant.fault)), None)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        if found is not None:
            sharpest[found.name] += 1
        return found is not None
    return True  # it never ends: a test would hang


def _too_long(number: int, frame: FrameType | None) -> None:
    raise TooLong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
