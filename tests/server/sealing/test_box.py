"""Boxes: bytes for one purpose and one time."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofkey.server.sealing.box import MAX_TTL, open_box, seal_box
from proofkey.server.sealing.envelope import TooLongToSeal
from proofkey.server.sealing.not_opened import NotOpened, Reason
from proofkey.server.sealing.purpose import FAMILIES, Purpose
from proofkey.server.store.wrapped_key import KeyFamily
from tests.server.sealing.samples import NOW, hostile_texts, keyring

RING = keyring()
BOXES = sorted(purpose for purpose, family in FAMILIES.items() if family is KeyFamily.STATE)
purposes = st.sampled_from(BOXES)


def seal(purpose: Purpose, contents: bytes, ttl: int = 60) -> str:
    """Seal with the samples' keys."""
    return seal_box(purpose, contents, ttl=ttl, keyring=RING, now=NOW, entropy=os.urandom)


@given(purposes, st.binary(max_size=5_000), st.integers(1, MAX_TTL))
def test_a_box_opens_for_its_purpose_until_its_time_is_over(purpose: Purpose, contents: bytes, ttl: int) -> None:
    """The last good moment is just before the end."""
    text = seal(purpose, contents, ttl)
    assert open_box(purpose, text, keyring=RING, now=NOW + ttl - 0.5) == contents
    late = open_box(purpose, text, keyring=RING, now=NOW + ttl)
    assert isinstance(late, NotOpened)
    assert late.reason is Reason.EXPIRED


@pytest.mark.shows("A64")
@given(purposes, st.sampled_from(sorted(Purpose)))
def test_no_box_opens_for_another_purpose(sealed: Purpose, asked: Purpose) -> None:
    """A login state is no CSRF token, a request_uri is neither, and none is a code or a token."""
    result = open_box(asked, seal(sealed, b"x"), keyring=RING, now=NOW)
    if sealed is asked:
        assert result == b"x"
    else:
        assert isinstance(result, NotOpened)
        assert (result.reason, result.purpose) == (Reason.OTHER_PURPOSE, sealed)


@given(purposes, st.data())
def test_no_altered_or_truncated_box_opens(purpose: Purpose, data: st.DataObject) -> None:
    """One character changed, or any number cut off."""
    text = seal(purpose, b"contents")
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(codec="ascii").filter(lambda one: one != text[at]))
    for spoilt in (text[:at], text[:at] + other + text[at + 1 :]):
        assert isinstance(open_box(purpose, spoilt, keyring=RING, now=NOW), NotOpened)


def test_a_box_of_another_issuer_does_not_open() -> None:
    """Boxes are bound to their issuer as codes are."""
    result = open_box(Purpose.LOGIN, seal(Purpose.LOGIN, b""), keyring=keyring("https://other.example"), now=NOW)
    assert isinstance(result, NotOpened)
    assert result.reason is Reason.FOREIGN_KEY


@pytest.mark.parametrize("purpose", [Purpose.CODE, Purpose.ACCESS, Purpose.REFRESH])
def test_codes_and_tokens_are_not_made_as_boxes(purpose: Purpose) -> None:
    """They have their own form and checks."""
    with pytest.raises(ValueError, match="no box"):
        seal(purpose, b"")


@pytest.mark.parametrize("ttl", [0, -1, MAX_TTL + 1])
def test_a_box_outlives_no_key(ttl: int) -> None:
    """A key of this family is kept for a day after its last use."""
    with pytest.raises(ValueError, match="no box"):
        seal(Purpose.CSRF, b"", ttl)


def test_a_box_has_a_greatest_size() -> None:
    """Its length must fit into the header."""
    assert len(seal(Purpose.LOGIN, bytes(49_000))) <= 65_535
    with pytest.raises(TooLongToSeal):
        seal(Purpose.LOGIN, bytes(49_200))


@given(hostile_texts, purposes)
def test_opening_never_raises(text: str, purpose: Purpose) -> None:
    """Whatever a stranger sends, the answer is a value."""
    assert isinstance(open_box(purpose, text, keyring=RING, now=NOW), NotOpened)
