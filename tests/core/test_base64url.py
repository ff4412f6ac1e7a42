"""Base64url against the standard library's."""

from __future__ import annotations

from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofkey.core import base64url


@given(st.binary(max_size=200))
def test_it_is_the_standard_librarys_without_padding(data: bytes) -> None:
    """And what was written reads back."""
    text = base64url.encode(data)
    assert text == urlsafe_b64encode(data).decode().rstrip("=")
    assert base64url.decode(text) == data


@pytest.mark.parametrize("text", ["a", "abcde"])
def test_a_length_that_no_bytes_have_is_refused(text: str) -> None:
    """One character more than a multiple of four carries six bits: no byte."""
    with pytest.raises(ValueError, match="base64"):
        base64url.decode(text)
