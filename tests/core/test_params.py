"""Form encoding: strict where it must be, never surprising."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofkey.core.params import MAX_PARAMETERS, MalformedForm, Params


@given(st.lists(st.tuples(st.text(min_size=1, max_size=20), st.text(max_size=40)), max_size=MAX_PARAMETERS))
def test_what_is_written_is_read_back(pairs: list[tuple[str, str]]) -> None:
    """Encoding and parsing are inverse, in order, with repetitions."""
    try:
        written = Params(pairs).encode()
    except UnicodeEncodeError:
        return  # a lone surrogate has no form encoding
    assert Params.parse(written) == Params(pairs)


@given(st.binary(max_size=200))
def test_any_bytes_are_parsed_or_refused(data: bytes) -> None:
    """Hostile bytes lead to parameters or to MalformedForm, to nothing else."""
    with contextlib.suppress(MalformedForm):
        Params.parse(data)


@pytest.mark.parametrize("text", ["a=%zz", "a=%", "a=%4", "a=%ff", "%=1"])
def test_broken_percent_encoding_is_refused(text: str) -> None:
    """Guessing what was meant would change what was sent."""
    with pytest.raises(MalformedForm):
        Params.parse(text)


def test_a_plus_is_a_space_and_an_empty_value_is_absent() -> None:
    """RFC 6749 appendix B and 3.1."""
    params = Params.parse("a=x+y&b=&c")
    assert params.get("a") == "x y"
    assert params.get("b") is None
    assert params.get("c") is None
    assert "b" in params


def test_repetition_is_seen() -> None:
    """A parameter sent twice is named once."""
    assert Params.parse("a=1&b=2&a=3&a=4").repeated() == ["a"]


def test_too_many_parameters_are_refused() -> None:
    """A bound before any work."""
    with pytest.raises(MalformedForm):
        Params.parse("&".join("a=1" for _ in range(MAX_PARAMETERS + 1)))


def test_a_value_is_never_printed() -> None:
    """repr shows names and lengths."""
    assert repr(Params([("code", "geheim")])) == "Params(code[6])"
