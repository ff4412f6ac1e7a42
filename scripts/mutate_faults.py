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

LONGEST = 60.0  # seconds for one broken predicate on all tests


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
    tests = [*generated(), *recorded()]
    sharpest: Counter[str] = Counter()
    killed, total = 0, 0
    for slug in slugs or catalogue.slugs():
        survivors, noticed = [], 0
        for mutant in mutants_of(slug):
            if notices(mutant, tests, sharpest):
                noticed += 1
            elif not any(each.hears(mutant.fault) for each in (*tests, *witnesses())):
                survivors.append(f"    line {mutant.line}: {mutant.what}\n")  # else it only says it in other words
        killed, total = killed + noticed, total + noticed + len(survivors)
        sys.stdout.write(f"{slug}: {noticed} of {noticed + len(survivors)}\n{''.join(survivors)}")
        sys.stdout.flush()
    sys.stdout.write(f"{killed} of {total} broken predicates are noticed ({killed / max(1, total):.1%})\n")
    return 0


def notices(mutant: Mutant, tests: list[Witness], sharpest: Counter[str]) -> bool:
    """Tell whether a test fails with the broken fault: those about it first, then the sharpest."""
    slug = mutant.fault.slug
    near = [*concerned(slug), *(each for each in tests if slug in each.about)]
    others = sorted((*tests, *witnesses()), key=lambda witness: -sharpest[witness.name])
    with suppress(TooLong):
        signal.signal(signal.SIGALRM, _too_long)  # a test may have taken it for itself
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
