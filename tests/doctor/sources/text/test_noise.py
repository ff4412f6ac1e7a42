"""Whatever a text holds, reading it ends soon and without a traceback."""

from __future__ import annotations

import random
import string
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofkey.doctor.diagnose import diagnose
from proofkey.doctor.sources import Undecodable, read
from proofkey.doctor.sources.source_code import Block, read_code
from proofkey.doctor.sources.text import MAX_TEXT, read_text

# Pieces that readers look for; joined at random they make damaged commands, code, HTTP and JSON.
PIECES = [
    "curl -X POST https://login.example/oauth/token -d 'grant_type=authorization_code", "&code=", "code_verifier=",
    "'", '"', "`", "\\", "^", "\\\n", "^\n", "`\n", "\n", "\n\n", "{", "}", "[", "]", "(", ")", "${", "{{x}}",
    '{"error": "invalid_grant"', '"error_description": "expired"', "HTTP/1.1 400 Bad Request\n", "-> 400", "$(",
    "POST /token", "GET https://login.example/authorize?response_type=code&client_id=",
    "Invoke-RestMethod -Uri ", "@{ a = ", "@'\n",
    "const challenge = btoa(", "crypto.getRandomValues(new Uint8Array(32))", ".replace(/=/g, '')", "async function f(",
    "def f(", "hashlib.sha256(", "return ", "await fetch('https://login.example/oauth/token', {",
    "body: JSON.stringify({",
    "```js\n", "~~~\n", "<html>", "</script>", "Request URL: https://login.example/token\n", "Form Data\n", "code: ",
    "AxiosError: x\n    at y (z) {\n", "  data: { error: 'invalid_grant' }", "[Object]", "response: {\n", "'a' => 'b'",
    "<ref *1> ClientRequest {", "Array\n(\n    [error] => x\n", "string(13) \"x\"",
    "send: b'POST /token HTTP/1.1\\r\\n'",
    "--> POST https://login.example/token\n", "<-- 400 https://login.example/token\n", "useEffect(() => {", "[32m",
    "StatusCode: 400, ReasonPhrase: 'x', Version: 1.1, Content: x, Headers:\n", "… ", "Symbol(x)]: ",
    "What is wrong?", "You must check ", "\ud800", "\u2028", "\u200b", "“", "’", "\x00", "é", "🔑", "%zz", "#", "> ",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
@settings(max_examples=300, deadline=None)
def test_damaged_texts_are_read(text: str) -> None:
    """Commands, code and HTTP in pieces give some capture, and the capture can be judged."""
    assert diagnose(read_text(text)).failures == []


@given(st.text(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read(text: str) -> None:
    """No text makes the reader fail; lone surrogates are replaced."""
    capture = read_text(text)
    for message in capture.messages:
        message.url.encode("utf-8")


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.sampled_from(["javascript", "python", "shell"]))
@settings(max_examples=200, deadline=None)
def test_damaged_code_is_read(text: str, language: str) -> None:
    """Code that does not parse is passed over."""
    read_code([Block(language, 1, text)])


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_octets_are_read_or_refused(data: bytes) -> None:
    """What is no text is refused in plain words; everything else is read."""
    try:
        assert read("noise", data).sources
    except Undecodable:
        assert b"\x00" in data or not data.isascii()


DEEP = 20_000
HARD = {
    "braces": '{"a":\n' * DEEP,
    "nested JSON": '{"a":' * DEEP + "1" + "}" * DEEP,
    "brackets": "const x = " + "(" * DEEP,
    "calls": "f(" * DEEP,
    "dots": "a" + ".b" * DEEP,
    "sum": "const challenge = " + "a + " * DEEP + "a;",
    "functions": "function f(){" * 2_000,
    "recursion": "function challenge(a) { return challenge(challenge(a) + challenge(a)); }\nconst x = challenge(1);",
    "quotes": "curl '\n" * 5_000,
    "carets": "curl ^\n" * 5_000,
    "open strings": 'curl -d "a=b&c https://h.example/token\n' * 3_000,
    "words": "invalid_grant 400 state is " * DEEP,
    "ampersands": "a=b&" * DEEP,
    "headers": "HTTP/1.1 200 OK\n" + "A: b\n" * DEEP,
    "fences": "```\nx\n" * 5_000,
    "spaces": ("x" + " " * 500 + "\n") * 500,
    "panels": "Request URL:\nhttps://h.example/\n" * 2_000,
    "hashtables": "$a = @{\n" * 2_000 + "Invoke-RestMethod -Uri https://h.example/token -Body $a",
}


@pytest.mark.parametrize("name", HARD)
def test_hard_texts_end_soon(name: str) -> None:
    """Deep nesting, open quotes and endless repetition stay within seconds for some hundred kilobytes."""
    started = time.process_time()
    read_text(HARD[name])
    assert time.process_time() - started < 30


def test_ten_megabytes_of_noise_are_cut_and_said_to_be() -> None:
    """A text over the limit is read up to it, and the capture says so."""
    letters = random.Random(7).choices(string.printable, k=200_000)
    capture = read_text("".join(letters) * 50)
    assert capture.messages == []
    assert len(capture.damage) == 1
    assert str(MAX_TEXT) in capture.damage[0]
