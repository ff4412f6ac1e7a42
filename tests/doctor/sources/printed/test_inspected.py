"""Prints of `util.inspect` and of browser consoles give their members; code does not pass for one."""

# ruff: noqa: E501 (prints stay as they are)

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofkey.doctor.sources.printed.colours import without_colours
from proofkey.doctor.sources.printed.inspected import read_inspected
from proofkey.doctor.sources.printed.unshown import UNSHOWN, shown


def members(text: str) -> object:
    """Read a print that is expected to be one."""
    found = read_inspected(text)
    assert found is not None
    return shown(found[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ error: 'invalid_grant', error_codes: [ 54005 ] }", {"error": "invalid_grant", "error_codes": [54005]}),
        (
            "{ a: \"it's\", b: `x 'y' \"z\"`, 'c-d': -1.5, e: 12n }",
            {"a": "it's", "b": "x 'y' \"z\"", "c-d": -1.5, "e": 12},
        ),
        ("{ a: 'one\\n' +\n    'two', b: true }", {"a": "one\ntwo", "b": True}),
        ("{ a: undefined, b: null, [Symbol(kCapture)]: false }", {"a": None, "b": None, "Symbol(kCapture)": False}),
        ("{ m: Map(2) { 'a' => 'b', 'c' => { d: 1 } } }", {"m": {"a": "b", "c": {"d": 1}}}),
        ("{ p: URLSearchParams { 'k' => 'v', 'l' => '' } }", {"p": {"k": "v", "l": ""}}),
        ("{ h: Object [AxiosHeaders] { Accept: '*/*' } }", {"h": {"Accept": "*/*"}}),
        ("{ r: <ref *1> ClientRequest { path: '/x', self: [Circular *1] } }", {"r": {"path": "/x"}}),
        ("{ f: [Function: go], c: [class Blob], g: [Getter/Setter], o: [Object], last: 1 }", {"last": 1}),
        ("{status: 400, headers: HttpHeaders, lazyInit: ƒ, error: {…}}", {"status": 400, "error": {}}),
        ("{ list: [ 'a', 'b', ... 3 more items ], b: 'c'... 90 more characters, d: 2 }", {"list": ["a", "b"], "d": 2}),
        ("{ at: 2024-06-04T09:00:00.000Z, b: 1 }", {"b": 1}),
        (
            "{\n  [cause]: Error: connect ECONNREFUSED ::1:443\n      at TCP [as x] (node:net:1595:16) {\n    errno: -61\n  },\n  b: 1}",
            {"cause": {"errno": -61}, "b": 1},
        ),
    ],
)
def test_a_print_gives_its_members(text: str, expected: dict[str, object]) -> None:
    """Strings, symbols, makers, references and what is cut are read for what they are."""
    assert members(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "{ method: 'POST', body: new URLSearchParams(form) }",
        "{ client_id: clientId, code: code }",
        "{ const a = 1; return a }",
        "{ headers: { 'Content-Type': type }, body }",
        "{}",
        "no bracket",
    ],
)
def test_code_is_no_print(text: str) -> None:
    """A variable, a call or a statement as a value makes it code."""
    assert read_inspected(text) is None


def test_what_is_cut_is_marked() -> None:
    """A member whose value is not printed is there all the same."""
    found = read_inspected("{ code: [Object], a: 1 }")
    assert found is not None
    assert found[0] == {"code": UNSHOWN, "a": 1}


def test_a_print_that_ends_early_gives_what_it_shows() -> None:
    """The paste stops inside a string; what stood before holds."""
    assert members("{\n  status: 400,\n  data: {\n    error: 'invalid_grant',\n    error_descr") == {
        "status": 400,
        "data": {"error": "invalid_grant"},
    }


@pytest.mark.parametrize(
    "text", ["\x1b[32m'invalid_grant'\x1b[39m", "[32m'invalid_grant'[39m", "\\x1b[1;32m'invalid_grant'\\x1b[0m"]
)
def test_colours_are_taken_out(text: str) -> None:
    """The colour marks go, with the escape character or without it."""
    assert without_colours(text) == "'invalid_grant'"


def test_brackets_without_colours_stay() -> None:
    """`[1m` in a text that is not coloured is no mark."""
    assert without_colours("see [1m] and a[0]") == "see [1m] and a[0]"


@given(st.text(alphabet="{}[]()'\"`:,=>\\ \n\tab1<*…ƒ+.$", max_size=300))
@settings(max_examples=300, deadline=None)
def test_anything_ends(text: str) -> None:
    """Whatever follows a bracket is read or refused, and the end lies inside the text."""
    found = read_inspected("{" + text)
    assert found is None or 0 < found[1] <= len(text) + 1


@pytest.mark.parametrize("piece", ["{", "[", "{a: ", "{a: '", "a: b\n at ", "[a", "'a'x", "<ref *1> ", "a: [Object] "])
def test_much_of_it_ends_soon(piece: str) -> None:
    """A long repetition neither exhausts the stack nor takes time."""
    start = time.process_time()
    read_inspected("{" + piece * 60_000)
    assert time.process_time() - start < 5
