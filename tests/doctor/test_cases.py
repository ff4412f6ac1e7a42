"""Every public capture through the real command: the first finding, its certainty, the verdict, and no secret."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path

import pytest

from proofkey.cli import doctor
from proofkey.doctor.diagnose import diagnose
from tests.doctor.score import EXPECTED, NOT_BUILT, complaints, options


@pytest.mark.parametrize("name", EXPECTED)
def test_a_case_gets_its_diagnosis(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The report names an accepted fault first, surely enough, and accuses nothing else; the exit status agrees."""
    status = doctor.run(options(name))
    report = json.loads(capsys.readouterr().out)
    assert complaints(name, report) == []
    assert status == doctor.EXIT[report["verdict"]]


@pytest.mark.shows("A86")
@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("as_json", [True, False])
def test_a_report_holds_no_secret(name: str, as_json: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No form of the report shows a password, cookie, code, verifier, token or client secret of the capture."""
    args = options(name, as_json=as_json)
    args.html, args.sarif = str(tmp_path / "report.html"), str(tmp_path / "report.sarif")
    doctor.run(args)
    shown = capsys.readouterr()
    html, sarif = (tmp_path / "report.html").read_text("utf-8"), (tmp_path / "report.sarif").read_text("utf-8")
    assert html.endswith("</html>\n")
    texts = (shown.out, shown.err, unescape(html), sarif)
    assert [secret for secret in EXPECTED[name]["secrets"] if any(secret in text for text in texts)] == []


def test_every_expected_fault_is_built() -> None:
    """The catalogue has every fault that a case expects first."""
    assert NOT_BUILT == []


def test_no_predicate_raises() -> None:
    """No fault's predicate breaks on any capture."""
    broken = {}
    for name in EXPECTED:
        args = options(name)
        if failures := diagnose(doctor.read_capture(doctor.gather(args.inputs), args.client)).failures:
            broken[name] = failures
    assert broken == {}
