"""For every fault, a predicate that never holds and one that always holds make a test fail."""

from __future__ import annotations

from collections import Counter

import pytest

from proofkey.doctor import catalogue
from proofkey.doctor.diagnose import diagnose
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import LIKELY, PROVEN, Certainty, Fault, Finding
from proofkey.doctor.sources import read
from tests.doctor.mutation.witnesses import Witness, concerned, witnesses

FAULTS = {fault.slug: fault for fault in catalogue.faults()}
# Traffic never shows them: the readers of source code name them, and their predicates hold nowhere.
SHOWN_BY_CODE = {"state-not-checked", "verifier-predictable"}
NOTICED: Counter[str] = Counter()


def always(fault: Fault, certainty: Certainty) -> Fault:
    """Give the fault with a predicate that holds wherever it is asked."""
    return fault._replace(check=lambda login: Finding(certainty, "Always.", (Evidence("somewhere", "something"),)))


def first_that_notices(fault: Fault) -> Witness | None:
    """Find a test that fails with this fault in the catalogue: those that are about it first, then the sharpest."""
    near = concerned(fault.slug)
    others = sorted(witnesses(), key=lambda witness: -NOTICED[witness.name])
    found = next((each for each in (*near, *others) if each.notices(fault)), None)
    if found is not None:
        NOTICED[found.name] += 1
    return found


@pytest.mark.parametrize("slug", sorted(set(FAULTS) - SHOWN_BY_CODE))
def test_a_predicate_that_never_holds_is_noticed(slug: str) -> None:
    """The fault's own example, or a capture that is about it, fails."""
    blind = FAULTS[slug]._replace(check=lambda login: None)
    assert any(each.notices(blind) for each in concerned(slug))


@pytest.mark.parametrize("slug", sorted(SHOWN_BY_CODE))
def test_a_reader_that_never_names_the_fault_is_noticed(slug: str) -> None:
    """The example is found by the code in it and by nothing else."""
    capture = read("example", FAULTS[slug].bad.encode())
    capture.code_facts = [fact for fact in capture.code_facts if fact.slug != slug]
    assert slug not in [each.fault.slug for each in diagnose(capture).findings]


@pytest.mark.parametrize("slug", FAULTS)
@pytest.mark.parametrize("certainty", [LIKELY, PROVEN], ids=["likely", "proven"])
def test_a_predicate_that_always_holds_is_noticed(slug: str, certainty: Certainty) -> None:
    """A good example or another capture fails."""
    assert first_that_notices(always(FAULTS[slug], certainty)) is not None
