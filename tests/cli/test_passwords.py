"""Where a new password comes from: a terminal is asked without echo, a pipe gives one line."""

from __future__ import annotations

import io
import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest

from proofkey.cli.passwords import LONGEST_LINE, read_password
from proofkey.core.errors import Misuse

PROMPTS = (b"Password: ", b"Once more: ")


# Makes its standard input the terminal that getpass asks at.
AT_A_TERMINAL = """
import fcntl, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from proofkey.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


def type_at_a_terminal(folder: Path, arguments: list[str], lines: list[bytes]) -> tuple[bytes, int]:
    """Run `proofkey users` at a terminal of its own, answer each question; give the screen and the exit code."""
    command = [sys.executable, "-c", AT_A_TERMINAL, "users", *arguments, "--database", f"sqlite:///{folder}/users.db"]
    screen, terminal = pty.openpty()
    process = subprocess.Popen(command, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True)
    os.close(terminal)
    seen, questions = b"", list(zip(PROMPTS, lines, strict=True))
    while select.select([screen], [], [], 60)[0]:
        try:
            piece = os.read(screen, 1024)
        except OSError:  # Linux: the other side of the terminal is closed
            break
        if not piece:
            break
        seen += piece
        if questions and seen.endswith(questions[0][0]):
            os.write(screen, questions.pop(0)[1])
    os.close(screen)
    return seen, process.wait(60)


@pytest.mark.parametrize("options", [[], ["--password-stdin"]])
def test_a_terminal_shows_nothing_that_is_typed(tmp_path: Path, options: list[str]) -> None:
    """It asks twice, also where --password-stdin was meant for a pipe."""
    screen, code = type_at_a_terminal(tmp_path, ["add", "ada", *options], [b"correct horse\n"] * 2)
    assert code == 0, screen
    assert b"Added ada." in screen
    assert b"correct" not in screen


def test_two_different_passwords_are_refused(tmp_path: Path) -> None:
    """A slip at the keyboard locks nobody out."""
    screen, code = type_at_a_terminal(tmp_path, ["add", "ada"], [b"correct horse\n", b"corect horse\n"])
    assert (code, b"the two passwords differ" in screen) == (2, True)


@pytest.mark.parametrize(
    ("piped", "password"),
    [
        ("correct horse\n", "correct horse"),
        ("correct horse\r\n", "correct horse"),
        ("correct horse", "correct horse"),
        ("  spaces stay \n", "  spaces stay "),
        ("correct horse\nwhat comes after\n", "correct horse"),
        ("\n", ""),
        ("x" * 10_000, "x" * LONGEST_LINE),
    ],
)
def test_a_pipe_gives_one_line(monkeypatch: pytest.MonkeyPatch, piped: str, password: str) -> None:
    """Its line end is no part of the password, and what comes after is left alone."""
    monkeypatch.setattr("sys.stdin", io.StringIO(piped))
    assert read_password(from_stdin=True).reveal() == password


def test_without_a_terminal_somebody_has_to_say_where_it_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands on standard input by chance is no password."""
    monkeypatch.setattr("sys.stdin", io.StringIO("x\n"))
    with pytest.raises(Misuse, match="--password-stdin"):
        read_password(from_stdin=False)


def test_a_line_that_is_no_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """In plain words, and without showing it."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"caf\xe9\n"), encoding="utf-8"))
    with pytest.raises(Misuse, match="no text"):
        read_password(from_stdin=True)
