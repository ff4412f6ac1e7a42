"""The command that makes a pair, or tells whether two halves fit."""

from __future__ import annotations

import base64
import hashlib
import io

import pytest

from proofkey.cli.main import main

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636 appendix B
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_a_fresh_pair_fits_and_is_never_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    """The three lines name verifier, challenge and method."""
    pairs = []
    for _ in range(2):
        assert main(["pkce"]) == 0
        pairs.append(dict(line.split(": ") for line in capsys.readouterr().out.splitlines()))
    first, second = pairs
    digest = hashlib.sha256(first["code_verifier"].encode()).digest()
    assert first["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert first["code_challenge_method"] == "S256"
    assert first["code_verifier"] != second["code_verifier"]


def test_a_verifier_gives_its_challenge(capsys: pytest.CaptureFixture[str]) -> None:
    """Only the challenge is printed, so that a script can take it."""
    assert main(["pkce", "--verifier", VERIFIER]) == 0
    assert capsys.readouterr().out == CHALLENGE + "\n"


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_standard_input_loses_one_line_end(
    ending: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What `echo` or an editor adds is not part of the verifier."""
    monkeypatch.setattr("sys.stdin", io.StringIO(VERIFIER + ending, newline=""))
    assert main(["pkce", "--verifier", "-"]) == 0
    assert capsys.readouterr().out == CHALLENGE + "\n"


@pytest.mark.parametrize(
    ("verifier", "said"),
    [("abc", "fewer than 43"), ("a" * 129, "more than 128"), ("a" * 43 + "=", "outside"), ("null", "missing value")],
)
def test_an_illegal_verifier_is_refused_in_words(verifier: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 1, no challenge, and the verifier is not repeated."""
    assert main(["pkce", "--verifier", verifier]) == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert said in output.err
    assert verifier == "null" or verifier not in output.err


def test_a_right_pair_fits(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 0."""
    assert main(["pkce", "--verifier", VERIFIER, "--check", CHALLENGE]) == 0
    assert "They fit" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("verifier", "challenge", "said"),
    [
        (VERIFIER, CHALLENGE + "=", "padded"),
        (VERIFIER, "AzV44Od887h21WZgjhInEFjKMEPzzLOPAksJ5Pf1eoc", "line feed"),
        (f'"{VERIFIER}"', CHALLENGE, "proofkey explain verifier-quoted"),
        (VERIFIER, "Icm6-yt7dhv-a8ifBGnFAbPtqqRHp-4lgkp22ooPAls", "nothing that is known"),
        (VERIFIER, "undefined", "challenge-placeholder-text"),
        ("tiny", base64.urlsafe_b64encode(hashlib.sha256(b"tiny").digest()).decode().rstrip("="), "fewer than 43"),
    ],
)
def test_a_pair_that_does_not_fit_is_explained(
    verifier: str, challenge: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 1, in the words of the search, and the verifier is not repeated."""
    assert main(["pkce", "--verifier", verifier, "--check", challenge]) == 1
    output = capsys.readouterr().out
    assert said in output
    assert verifier not in output


@pytest.mark.parametrize(
    "verifier", ["-bD9v4_VSCHuxzlpyN2k5BPwXccM3HAxpuNt36apHSI", "-h9v4_VSCHuxzlpyN2k5BPwXccM3HAxpuNt36apHSIx"]
)
def test_values_may_begin_with_a_dash(verifier: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One base64url text in 64 does."""
    assert main(["pkce", "--verifier", verifier, "--check", verifier]) == 1
    assert "challenge-not-hashed" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["--check", CHALLENGE],
        ["--verifier", "v" * 5000],
        ["--verifier", VERIFIER, "--check", "c" * 5000],
    ],
)
def test_unusable_input_is_exit_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A challenge alone, or texts beyond all bounds."""
    assert main(["pkce", *arguments]) == 2
    assert "proofkey pkce:" in capsys.readouterr().err


def test_input_that_is_no_text_is_exit_2(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Bytes that are not UTF-8 on standard input."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe\x00"), encoding="utf-8"))
    assert main(["pkce", "--verifier", "-"]) == 2
    assert "not text" in capsys.readouterr().err


def test_one_character_is_said_in_the_singular(capsys: pytest.CaptureFixture[str]) -> None:
    """As where an option took the next word for the challenge."""
    assert main(["pkce", "--verifier", VERIFIER, "--check", "x"]) == 1
    assert "it has 1 character; S256 gives 43" in capsys.readouterr().out
