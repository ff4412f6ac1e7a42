"""A diagnosis does not hang on the tool that wrote the capture, on its neighbours, or on the server's words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from proofkey.doctor.diagnose import diagnose
from proofkey.doctor.registration import read_registrations
from proofkey.doctor.reports import json as report
from proofkey.doctor.sources import read
from tests.doctor.score import CASES, EXPECTED, complaints
from tests.doctor.variations import LESS_EVIDENCE, SAME_EVIDENCE, Har, load

NAMES = [name for name in EXPECTED if name.endswith(".har")]


def judge(name: str, har: Har) -> dict[str, Any]:
    """Judge a document in the place of a case."""
    capture = read(name, json.dumps(har).encode())
    client = EXPECTED[name]["client"]
    if client:
        capture.registrations += read_registrations(client, (CASES / client).read_bytes())
    diagnosis = diagnose(capture)
    assert diagnosis.failures == []
    return report.write(diagnosis)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_evidence_gives_the_same_first_finding(name: str) -> None:
    """Order of entries, form of bodies and other logins in the capture change nothing."""
    if wrong := complaints(name, judge(name, load(name))):
        pytest.skip(f"the case itself fails (test_cases): {wrong}")
    found = {change.__name__: complaints(name, judge(name, change(load(name)))) for change in SAME_EVIDENCE}
    assert {change: wrong for change, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("name", NAMES)
def test_less_evidence_accuses_nothing_else(name: str) -> None:
    """Where evidence is left out, or words mislead, a finding may go or grow weaker; no other one takes its place."""
    usual = judge(name, load(name))
    if wrong := complaints(name, usual):
        pytest.skip(f"the case itself fails (test_cases): {wrong}")
    accepted = {*EXPECTED[name]["first"], *(each["fault"] for each in usual["findings"])}
    accused = {}
    for change in LESS_EVIDENCE:
        found = judge(name, change(load(name)))["findings"]
        sure = [each["fault"] for each in found if each["certainty"] != "possible"]
        if [slug for slug in sure if slug not in accepted]:
            accused[change.__name__] = sure
    assert accused == {}


@pytest.mark.parametrize("name", [name for name in NAMES if EXPECTED[name].get("proof")])
def test_words_do_not_change_a_proof(name: str) -> None:
    """A pipeline between verifier and challenge is proven whatever the server says."""
    if wrong := complaints(name, judge(name, load(name))):
        pytest.skip(f"the case itself fails (test_cases): {wrong}")
    for change in LESS_EVIDENCE:
        assert complaints(name, judge(name, change(load(name)))) == []
