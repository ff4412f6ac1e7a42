"""A small HAR file is read by the standard library and a large one by types: both see the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from proofkey.doctor.message import Message
from proofkey.doctor.sources import Undecodable, har, read
from tests.doctor.captures import entry
from tests.doctor.captures import har as har_file

CASES = sorted((Path(__file__).parents[1] / "cases").glob("*.har"))


def members(message: Message) -> list[str]:
    """Give a message's members as texts that can be compared."""
    parameters = [(each.name, each.value, each.raw) for each in message.body_params or ()]
    return [repr(value) for name, value in sorted(vars(message).items()) if name != "body_params"] + [repr(parameters)]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_both_decoders_read_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every public capture gives the same messages and the same damage, whichever decoder reads it."""
    data = path.read_bytes()
    small = read("capture", data)
    monkeypatch.setattr(har, "_SMALL", 0)
    large = read("capture", data)
    assert [members(each) for each in small.messages] == [members(each) for each in large.messages]
    assert small.damage == large.damage


@pytest.mark.parametrize("status", ['"nan"', '"inf"', "200.5", "NaN", "Infinity", '"2" '])
def test_a_number_that_is_none_does_not_stop_the_reading(status: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stands where a number belongs, both decoders read the file, or both refuse it."""
    data = har_file(entry("GET", "https://a.example/", status=299)).replace(b"299", status.encode())
    outcomes = []
    for most in (len(data), 0):
        monkeypatch.setattr(har, "_SMALL", most)
        try:
            outcomes.append([members(each) for each in read("capture", data).messages])
        except Undecodable as error:
            outcomes.append([[str(error)]])
    assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize("octets", [b'"\\ud800"', b'"\\uD83d"', b'"\xed\xa0\x80"', b'"\xff"'])
def test_half_a_character_never_gets_in(octets: bytes) -> None:
    """A lone surrogate could not be printed; a file that holds one is refused, as by the strict decoder."""
    data = har_file(entry("GET", "https://a.example/", body="mark")).replace(b'"mark"', octets)
    with pytest.raises(Undecodable):
        read("capture", data)


def test_a_whole_character_in_escapes_is_read() -> None:
    """JSON writers escape what is outside the basic plane as a pair of surrogates."""
    data = json.dumps(json.loads(har_file(entry("POST", "https://a.example/", body="smile 😀")))).encode()
    assert b"\\ud83d" in data
    assert read("capture", data).messages[0].body == "smile 😀"
