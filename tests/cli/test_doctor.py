"""The doctor's command keeps its contract: exit status, JSON, errors."""

from __future__ import annotations

import argparse
import io
import json
from pathlib import Path

import pytest

from proofkey.cli import doctor
from proofkey.doctor.transcript import login
from tests.doctor.score import CASES


def run(*arguments: str) -> int:
    """Run the command with its own parser."""
    parser = argparse.ArgumentParser()
    doctor.add(parser.add_subparsers())
    return doctor.run(parser.parse_args(["doctor", *arguments]))


def test_a_fault_exits_1_with_the_whole_contract(capsys: pytest.CaptureFixture[str]) -> None:
    """Each member of the report that other programs rely on is there."""
    assert run(str(CASES / "challenge-padded.har"), "--json") == 1
    report = json.loads(capsys.readouterr().out)
    assert list(report) == ["verdict", "findings", "exchanges", "not_judged"]
    (finding,) = report["findings"]
    assert list(finding) == ["fault", "certainty", "title", "explanation", "evidence", "fix", "reference", "url"]
    assert all(set(each) == {"where", "what"} for each in finding["evidence"])
    (exchange,) = report["exchanges"]
    assert list(exchange) == ["id", "client_id", "started", "messages"]
    assert exchange["client_id"] == "zephyrcloud-spa"
    assert exchange["started"] == "2026-05-23T18:52:43+00:00" or exchange["started"].startswith("2026-05-23T18:52:4")


def test_a_healthy_capture_exits_0(capsys: pytest.CaptureFixture[str]) -> None:
    """A login that worked is told so, in words."""
    assert run(str(CASES / "healthy-basic.har")) == 0
    assert "PKCE IS RIGHT" in capsys.readouterr().out


def test_nothing_to_see_exits_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Readable input without any login is undecided, with no findings."""
    (tmp_path / "note.txt").write_text("Hello, my login does not work.")
    assert run(str(tmp_path / "note.txt"), "--json") == 3
    report = json.loads(capsys.readouterr().out)
    assert report == {"verdict": "undecided", "findings": [], "exchanges": [], "not_judged": []}


def test_an_unreadable_input_exits_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Octets that are no text, and files that are not there, give one plain error."""
    (tmp_path / "picture.har").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    assert run(str(tmp_path / "picture.har"), "--json") == 2
    assert list(json.loads(capsys.readouterr().out)) == ["error"]
    assert run(str(tmp_path / "missing.har")) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "no such file" in shown.err


def test_no_input_exits_2(capsys: pytest.CaptureFixture[str]) -> None:
    """Without an input there is nothing to judge; the error says what to give."""
    assert run() == 2
    assert "no input" in capsys.readouterr().err


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """- reads standard input."""
    text = login(token={"redirect_uri": "https://app.example/cb/"})
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert run("-", "--json") == 1
    assert json.loads(capsys.readouterr().out)["findings"][0]["fault"] == "redirect-uri-trailing-slash"


def test_several_inputs_are_one_capture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The authorization request in one file and the token request in another are one login."""
    whole = login(token={"code_verifier": None})
    head, middle, tail = whole.partition("POST ")
    (tmp_path / "a.txt").write_text(head)
    (tmp_path / "b.txt").write_text(middle + tail)
    assert run(str(tmp_path / "a.txt"), str(tmp_path / "b.txt"), "--json") == 1
    report = json.loads(capsys.readouterr().out)
    assert [each["fault"] for each in report["findings"]] == ["verifier-missing"]
    assert len(report["exchanges"]) == 1


def test_a_broken_registration_exits_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A registration that is no JSON is unusable input."""
    (tmp_path / "client.json").write_text("no json")
    assert run(str(CASES / "healthy-basic.har"), "--client", str(tmp_path / "client.json")) == 2
    assert "registration" in capsys.readouterr().err


def test_every_form_of_the_report_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The page and the SARIF log are written beside the JSON, and the exit status stays that of the verdict."""
    page, log = tmp_path / "report.html", tmp_path / "report.sarif"
    case = str(CASES / "challenge-padded.har")
    assert run(case, "--json", "--html", str(page), "--sarif", str(log)) == 1
    assert json.loads(capsys.readouterr().out)["findings"][0]["fault"] == "challenge-padded"
    assert page.read_text().startswith("<!doctype html>")
    assert json.loads(log.read_text())["runs"][0]["results"][0]["ruleId"] == "challenge-padded"


def test_the_page_can_go_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    """--html - writes the page and nothing else."""
    assert run(str(CASES / "healthy-basic.har"), "--html", "-") == 0
    shown = capsys.readouterr().out
    assert shown.startswith("<!doctype html>")
    assert shown.endswith("</html>\n")


@pytest.mark.parametrize("option", ["--html", "--sarif"])
def test_a_report_that_cannot_be_written_exits_2(
    option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder that is not there is a plain error, not a verdict."""
    assert run(str(CASES / "healthy-basic.har"), option, str(tmp_path / "missing" / "report")) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "no such file" in shown.err


def test_the_page_of_this_machine_takes_no_inputs(capsys: pytest.CaptureFixture[str]) -> None:
    """--web with a file is refused instead of leaving the file out."""
    assert run("--web", str(CASES / "healthy-basic.har")) == 2
    assert "drop the files" in capsys.readouterr().err


def test_a_large_file_is_announced_on_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who waits at a terminal is told so on standard error; a pipe stays clean."""
    monkeypatch.setattr(doctor, "LARGE", 10)
    run(str(CASES / "healthy-basic.har"))
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    run(str(CASES / "healthy-basic.har"))
    assert capsys.readouterr().err.startswith("proofkey doctor: reading ")


@pytest.mark.shows("A97")
def test_what_a_terminal_would_obey_is_not_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Escape sequences of a capture do not reach the terminal."""
    text = login(
        authorize={"redirect_uri": "https://app.example/\x1b[2Jcb"},
        token={"redirect_uri": "https://app.example/\x1b[2Jcb/"},
        answer={"error": "invalid_grant", "error_description": "\x1b]0;taken\x07 \u202e"},
    )
    (tmp_path / "capture.txt").write_text(text)
    run(str(tmp_path / "capture.txt"))
    shown = capsys.readouterr().out
    assert not {"\x1b", "\x07", "\u202e", "\x9b"} & set(shown)
