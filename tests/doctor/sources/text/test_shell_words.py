"""Command lines are cut into words as the shell in question does it."""

from __future__ import annotations

import pytest

from proofkey.doctor.sources.text.shell_words import read_command, shell_of

BASH: list[tuple[str, list[str]]] = [
    ("curl -d a=b", ["curl", "-d", "a=b"]),
    ("curl -d 'a=b&c=d' https://h", ["curl", "-d", "a=b&c=d", "https://h"]),
    ("curl -d \"a='b'\" x", ["curl", "-d", "a='b'", "x"]),
    (r"curl -d 'it'\''s' x", ["curl", "-d", "it's", "x"]),
    (r"curl --data-raw $'a=b\nc=\'d\'\u0021' x", ["curl", "--data-raw", "a=b\nc='d'!", "x"]),
    ('curl -d "a=\\"b\\"" x', ["curl", "-d", 'a="b"', "x"]),
    ("curl -X POST \\\n  -d a \\\n  https://h\nnext line", ["curl", "-X", "POST", "-d", "a", "https://h"]),
    ("curl -X POST\n  -d a\nnot an option", ["curl", "-X", "POST", "-d", "a"]),
    ("curl https://h | jq .", ["curl", "https://h"]),
    ("curl https://h > out.json", ["curl", "https://h"]),
    ("curl https://h; echo done", ["curl", "https://h"]),
    ("curl https://h # the token call", ["curl", "https://h"]),
    ('curl -d "code=$CODE" x', ["curl", "-d", "code=$CODE", "x"]),
    ("curl -d code=$(cat code.txt) x", ["curl", "-d", "code=$(cat code.txt)", "x"]),
    ('curl -d "" x', ["curl", "-d", "", "x"]),
]
CMD: list[tuple[str, list[str]]] = [
    ('curl -d "a=b&c=d" ^\n  https://h\nnext', ["curl", "-d", "a=b&c=d", "https://h"]),
    ('curl ^"https://h/a^%^20b^" ^\n  -d ^"a=b^&c=d^"', ["curl", "https://h/a%20b", "-d", "a=b&c=d"]),
    ('curl ^\n  -d "{\\"a\\": \\"b\\"}"', ["curl", "-d", '{"a": "b"}']),
    ('curl ^\n  -d "{""a"": 1}"', ["curl", "-d", '{"a": 1}']),
]
POWERSHELL: list[tuple[str, list[str]]] = [
    ('curl.exe -X POST `\n  -d "a=b&c=d" `\n  https://h', ["curl.exe", "-X", "POST", "-d", "a=b&c=d", "https://h"]),
    ("curl.exe `\n  -d 'it''s'", ["curl.exe", "-d", "it's"]),
    ('curl.exe `\n  -d "say `"hi`""', ["curl.exe", "-d", 'say "hi"']),
]


@pytest.mark.parametrize(("text", "words"), BASH)
def test_bash(text: str, words: list[str]) -> None:
    """Quotes, escapes, continuation and the ends of a command in bash."""
    assert read_command(text, 0).words == words


@pytest.mark.parametrize(("text", "words"), CMD)
def test_cmd(text: str, words: list[str]) -> None:
    """Carets and doubled quotes of cmd.exe and of the programs that it starts."""
    assert shell_of(text, 0) == "cmd"
    assert read_command(text, 0).words == words


@pytest.mark.parametrize(("text", "words"), POWERSHELL)
def test_powershell(text: str, words: list[str]) -> None:
    """Backticks and doubled quotes of PowerShell."""
    assert shell_of(text, 0) == "powershell"
    assert read_command(text, 0).words == words


def test_an_unquoted_ampersand_ends_the_command() -> None:
    """What stands behind it never reaches the program, and is kept to be told."""
    command = read_command("curl -d grant_type=authorization_code&code=abc&client_id=x https://h", 0)
    assert command.words == ["curl", "-d", "grant_type=authorization_code"]
    assert command.cut == "code=abc&client_id=x https://h"


def test_a_conjunction_is_no_lost_parameter() -> None:
    """`&&` and a plain `&` at the end cut nothing off."""
    assert read_command("curl https://h && echo ok", 0).cut == ""
    assert read_command("curl https://h &", 0).cut == ""


def test_known_variables_are_put_in() -> None:
    """A variable that the text assigned is replaced, another one stays."""
    command = read_command('curl -d "a=$A&b=${B}&c=$C"', 0, {"A": "1", "B": "2"})
    assert command.words[-1] == "a=1&b=2&c=$C"


def test_an_unclosed_quote_ends_with_the_paragraph() -> None:
    """A damaged command does not swallow the text behind it."""
    command = read_command("curl -d 'a=b https://h\n\nSome prose that isn't part of it.", 0)
    assert command.unclosed
    assert command.words == ["curl", "-d", "a=b https://h"]
