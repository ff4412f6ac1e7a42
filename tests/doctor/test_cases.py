"""Every public capture through the real command: the first finding, its certainty, the verdict, and no secret.

`NOT_BUILT` holds the faults that the cases expect and the catalogue does not have; their cases fail with that reason.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from proofkey.cli import doctor
from proofkey.doctor import catalogue

CASES = Path(__file__).parent / "cases"
EXPECTED: dict[str, dict[str, Any]] = json.loads((CASES / "expected.json").read_text())
NOT_BUILT = sorted({slug for case in EXPECTED.values() for slug in case["first"]} - set(catalogue.slugs()))
RANK = {"possible": 1, "likely": 2, "proven": 3}


def options(name: str, **more: Any) -> argparse.Namespace:
    """Build the command's arguments for a case."""
    client = EXPECTED[name]["client"]
    return argparse.Namespace(
        inputs=[str(CASES / name)], client=str(CASES / client) if client else None, **{"json": True, **more}
    )


@pytest.mark.parametrize("name", EXPECTED)
def test_a_case_gets_its_diagnosis(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The report names the accepted fault first, surely enough, and accuses nothing else."""
    expected = EXPECTED[name]
    if expected["first"] and set(expected["first"]) <= set(NOT_BUILT):
        pytest.fail(f"not built yet: {', '.join(expected['first'])}")
    status = doctor.run(options(name))
    report = json.loads(capsys.readouterr().out)
    findings = [(each["fault"], each["certainty"]) for each in report["findings"]]
    assert report["verdict"] in expected["verdict"], findings
    assert status == doctor.EXIT[report["verdict"]]
    if expected["first"]:
        assert findings, "no finding"
        assert findings[0][0] in expected["first"], findings
        assert RANK[findings[0][1]] >= RANK[expected["certainty_at_least"] or "possible"], findings
    else:
        assert findings == []
    wrong = [slug for slug, certainty in findings if slug in expected["must_not"] and certainty != "possible"]
    assert wrong == [], findings


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("as_json", [True, False])
def test_a_report_holds_no_secret(name: str, as_json: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither form of the report shows a password, cookie, code, verifier, token or client secret of the capture."""
    doctor.run(options(name, json=as_json))
    text = capsys.readouterr().out
    assert [secret for secret in EXPECTED[name]["secrets"] if secret in text] == []


def test_every_expected_fault_is_built() -> None:
    """The catalogue has every fault that a case expects first."""
    assert NOT_BUILT == []


def test_no_predicate_raises() -> None:
    """No fault's predicate breaks on any capture."""
    from proofkey.doctor.diagnose import diagnose

    broken = {}
    for name in EXPECTED:
        args = options(name)
        failures = diagnose(doctor.read_inputs(args.inputs, args.client)).failures
        if failures:
            broken[name] = failures
    assert broken == {}
