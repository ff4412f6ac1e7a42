"""The catalogue holds every agreed fault under its agreed name, and loads lazily."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from proofkey.doctor import catalogue

AGREED = json.loads((Path(__file__).parent / "cases" / "catalogue.json").read_text())


def test_no_agreed_name_is_missing_or_renamed() -> None:
    """Programs rely on these names; new ones may come beside them."""
    missing = sorted({each["fault"] for each in AGREED} - set(catalogue.slugs()))
    assert missing == []


def test_each_fault_stands_at_its_stage() -> None:
    """The stage of a fault is the folder of its file."""
    stages = catalogue.stages()
    agreed = {each["fault"]: each["stage"].replace("-", "_") for each in AGREED if each["fault"] in stages}
    assert {slug: stages[slug] for slug in agreed} == agreed


def test_blame_is_as_agreed() -> None:
    """Reports sort by blame."""
    agreed = {each["fault"]: each["blame"] for each in AGREED if each["fault"] in catalogue.stages()}
    assert {slug: catalogue.find(slug).blame for slug in agreed} == agreed


def test_an_unknown_name_is_refused() -> None:
    """A name that is in no folder raises UnknownFault."""
    with pytest.raises(catalogue.UnknownFault):
        catalogue.find("no-such-fault")


def test_naming_the_faults_loads_none() -> None:
    """Commands that only need the names start fast."""
    code = (
        "import sys; from proofkey.doctor import catalogue; catalogue.slugs();"
        "print([name for name in sys.modules if name.startswith('proofkey.doctor.faults')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": "src"}
    )
    assert done.stdout.strip() == "[]"
