"""The front of the command line: what is listed, what is refused, and that only the asked command is loaded."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from proofkey.cli.main import COMMANDS, main, parser

CASES = Path(__file__).parents[1] / "doctor" / "cases"
HEAVY = {
    "dataclasses", "inspect", "ast", "pathlib", "shutil", "html", "decimal", "tomllib", "tempfile", "socket", "asyncio",
    "msgspec", "httpx", "jinja2", "rich", "tree_sitter", "cryptography",
}  # fmt: skip


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


@pytest.mark.parametrize(
    ("line", "nearest"),
    [
        (["docter"], "did you mean doctor?"),
        (["clients", "lst"], "did you mean list?"),
        (["doctor", "--jsn", "x"], "proofkey doctor: error: unrecognized arguments: --jsn; did you mean --json?"),
        (["serve", "--personality", "genesis"], "did you mean genesys?"),
    ],
)
def test_a_slip_of_the_pen_is_answered_with_the_nearest_word(
    line: list[str], nearest: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """And with the usage of the command that was meant."""
    with pytest.raises(SystemExit) as ended:
        main(line)
    assert ended.value.code == 2
    assert nearest in capsys.readouterr().err


@pytest.mark.parametrize(("line", "listed"), [([], tuple(COMMANDS)), (["clients"], ("add", "lint", "list"))])
def test_where_a_command_is_missing_all_are_listed(
    line: list[str], listed: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody has to know of --help."""
    with pytest.raises(SystemExit) as ended:
        main(line)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert all(f"\n    {name}" in said for name in listed)


@pytest.mark.parametrize(
    ("module", "extra"), [("asyncpg", "postgres"), ("opentelemetry.sdk", "otel"), ("httptools", "server")]
)
def test_a_missing_package_is_named_with_the_extra_that_brings_it(
    module: str, extra: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is installed by the advice is what was missing."""

    def miss(_args: object) -> int:
        raise ModuleNotFoundError(f"No module named {module!r}", name=module)

    monkeypatch.setattr("proofkey.cli.pkce.run", miss)
    assert main(["pkce"]) == 2
    assert f"pip install 'proofkey[{extra}]'" in capsys.readouterr().err


def test_only_the_asked_command_is_described() -> None:
    """Describing the others takes longer than most commands do."""
    with pytest.raises(SystemExit):
        parser("doctor").parse_args(["explain"])
    assert parser("doctor").parse_args(["doctor", "x"]).inputs == ["x"]
    assert parser().parse_args(["doctor", "x"]).inputs == ["x"]


@pytest.mark.parametrize("case", ["challenge-padded.har", "healthy-basic.har"])
def test_a_small_capture_loads_little(case: str) -> None:
    """What takes long to load is left out; starting is most of what a small diagnosis takes."""
    listed = "import sys; from proofkey.cli.main import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    command = [sys.executable, "-c", listed, "doctor", str(CASES / case), "--json"]
    loaded = set(subprocess.run(command, capture_output=True, text=True, check=True).stderr.split())
    assert loaded & HEAVY == set()
    assert "proofkey.doctor.faults.authorize.challenge_padded" in loaded


@pytest.mark.parametrize(
    ("command", "code"), [(["pkce"], 0), (["explain", "challenge-padded"], 0), (["explain", "x"], 2)]
)
def test_a_command_that_ends_at_once_has_written_everything(command: list[str], code: int) -> None:
    """The interpreter is not taken apart, and nothing that was printed is lost."""
    ended = subprocess.run([sys.executable, "-m", "proofkey", *command], capture_output=True, text=True, check=False)
    assert ended.returncode == code
    assert (ended.stderr if code else ended.stdout).endswith("\n")


def _commands(top: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    for action in top._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield command
                yield from _commands(command)


def test_every_command_and_action_says_what_it_does_and_what_each_word_means() -> None:
    """Help is read by who does not know: a sentence for each command, a few words for each option."""
    commands = list(_commands(parser()))
    assert len(commands) > len(COMMANDS)
    for command in commands:
        assert (command.description or "").endswith((".", "...")), command.prog
        silent = [action.dest for action in command._actions if not action.help and action.dest != "action"]
        assert not silent, (command.prog, silent)
