"""Each fault's own examples, and the rules that keep the catalogue tidy."""

from __future__ import annotations

from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from proofkey.doctor import catalogue
from proofkey.doctor.diagnose import Diagnosis, diagnose
from proofkey.doctor.dialects.words import WORDS
from proofkey.doctor.fault import Fault
from proofkey.doctor.registration import read_registrations
from proofkey.doctor.sources import read

FAULTS = {fault.slug: fault for fault in catalogue.faults()}


def judge(transcript: str, fault: Fault) -> Diagnosis:
    """Read a transcript of a fault and judge it."""
    capture = read("transcript", transcript.encode())
    if fault.registration:
        capture.registrations += read_registrations("registration", fault.registration.encode())
    diagnosis = diagnose(capture)
    assert diagnosis.failures == []
    return diagnosis


def named(diagnosis: Diagnosis) -> list[str]:
    """Name the findings in order."""
    return [each.fault.slug for each in diagnosis.findings]


@pytest.mark.parametrize("slug", FAULTS)
def test_the_bad_example_shows_the_fault(slug: str) -> None:
    """The bad transcript yields exactly this fault first."""
    assert named(judge(FAULTS[slug].bad, FAULTS[slug]))[:1] == [slug]


@pytest.mark.parametrize("slug", FAULTS)
def test_the_good_example_does_not_show_it(slug: str) -> None:
    """The good transcript does not yield this fault."""
    assert slug not in named(judge(FAULTS[slug].good, FAULTS[slug]))


@pytest.mark.parametrize("slug", FAULTS)
def test_a_fault_is_told_in_full(slug: str) -> None:
    """Every text that a page needs is there, and a title is one line without a full stop."""
    fault = FAULTS[slug]
    assert fault.title
    assert not fault.title.endswith(".")
    assert "\n" not in fault.title
    assert fault.meaning.endswith(".")
    assert fault.fix
    assert fault.spec
    assert fault.bad != fault.good


@pytest.mark.parametrize("slug", FAULTS)
def test_evidence_paths_are_known(slug: str) -> None:
    """A path that no login has would leave a fault unjudged for ever."""
    steps = {"authorize", "callback", "token", "refresh", "preflight", "pushed", "registration"}
    assert {path.partition(".")[0] for path in FAULTS[slug].needs} <= steps


@pytest.mark.parametrize("slug", FAULTS)
def test_explained_faults_exist(slug: str) -> None:
    """A fault explains only faults of the catalogue, and not itself."""
    assert set(FAULTS[slug].explains) - set(FAULTS) == set()
    assert slug not in FAULTS[slug].explains


def test_explanations_have_no_cycle() -> None:
    """Of two faults one is the vaguer; otherwise they would silence each other."""
    TopologicalSorter({slug: set(fault.explains) for slug, fault in FAULTS.items()}).prepare()


def test_topics_asked_for_exist() -> None:
    """A predicate that asks for a topic that words.py lacks would never hold."""
    import re

    asked = set()
    for path in Path(catalogue.FOLDER).rglob("*.py"):
        for call in re.findall(r"speaks_of\(([^)]*)\)", path.read_text()):
            asked |= set(re.findall(r'"([\w-]+)"', call))
    assert asked - set(WORDS) == set()
