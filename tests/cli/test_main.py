"""The front of the command line: what is listed, what is refused, and that only the asked command is loaded."""

from __future__ import annotations

import pytest

from proofkey.cli.main import COMMANDS, main, parser


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    """Also where a command stands behind --help."""
    for line in (["--help"], ["--help", "doctor"]):
        with pytest.raises(SystemExit):
            main(line)
        shown = capsys.readouterr().out
        assert all(f"\n    {name}" in shown for name in COMMANDS)


def test_an_unknown_command_is_refused_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelling exits 2 and says what there is."""
    with pytest.raises(SystemExit) as ended:
        main(["docter"])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "docter" in said
    assert "'doctor'" in said


def test_only_the_asked_command_is_described() -> None:
    """Describing the others takes longer than most commands do."""
    with pytest.raises(SystemExit):
        parser("doctor").parse_args(["explain"])
    assert parser("doctor").parse_args(["doctor", "x"]).inputs == ["x"]
    assert parser().parse_args(["doctor", "x"]).inputs == ["x"]
