"""PKCE by RFC 7636, and by properties."""

from __future__ import annotations

import secrets
import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from proofkey.core import base64url, pkce
from proofkey.core.errors import Misuse

UNRESERVED = string.ascii_letters + string.digits + "-._~"


def test_appendix_b_of_rfc_7636() -> None:
    """The RFC's own example."""
    verifier = pkce.parse_verifier("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    assert pkce.s256(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@given(st.text(UNRESERVED, min_size=43, max_size=128))
def test_any_legal_verifier_proves_its_own_challenge(text: str) -> None:
    """43 to 128 unreserved characters round-trip."""
    digest = pkce.decode_challenge(pkce.s256(pkce.parse_verifier(text)))
    assert digest is not None
    assert pkce.proves(text, digest)


@given(st.text(UNRESERVED, min_size=43, max_size=128), st.text(UNRESERVED, min_size=43, max_size=128))
def test_no_other_verifier_proves_it(one: str, other: str) -> None:
    """Two verifiers, two challenges."""
    assume(one != other)
    digest = pkce.decode_challenge(pkce.s256(pkce.parse_verifier(one)))
    assert digest is not None
    assert not pkce.proves(other, digest)


@given(st.text(UNRESERVED, max_size=42) | st.text(UNRESERVED, min_size=129, max_size=300))
def test_a_verifier_of_another_length_is_refused(text: str) -> None:
    """Shorter than 43 or longer than 128 is no verifier."""
    with pytest.raises(Misuse):
        pkce.parse_verifier(text)


@given(st.text(min_size=43, max_size=128))
def test_a_verifier_with_another_character_is_refused_before_hashing(text: str) -> None:
    """Hashing needs ASCII, so nothing else may reach it; a trailing newline is such a character."""
    assume(any(character not in UNRESERVED for character in text))
    assert pkce.fault_of_verifier(text) == "verifier-illegal-characters"
    with pytest.raises(Misuse):
        pkce.parse_verifier(text)


@pytest.mark.parametrize("text", ["null", "undefined", "None", "", "[object Object]"])
def test_the_text_of_a_missing_value_is_named(text: str) -> None:
    """The commonest verifier that is none."""
    assert pkce.fault_of_verifier(text) == "verifier-is-null-text"


def test_a_trailing_newline_is_not_overlooked() -> None:
    """`$` would match before it; fullmatch does not."""
    assert pkce.fault_of_verifier("a" * 43 + "\n") == "verifier-illegal-characters"


@given(st.binary(min_size=32, max_size=32))
def test_a_challenge_has_one_spelling(digest: bytes) -> None:
    """A challenge whose last character carries stray bits is another string, so it is refused."""
    good = base64url.encode(digest)
    assert pkce.decode_challenge(good) == digest
    alphabet = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
    stray = good[:-1] + alphabet[alphabet.index(good[-1]) ^ 1]
    assert pkce.decode_challenge(stray) is None


@pytest.mark.parametrize("text", ["", "a" * 42, "a" * 44, "a" * 42 + "=", "a" * 42 + "+", "a" * 42 + "\n", "é" * 43])
def test_what_is_no_challenge_is_refused(text: str) -> None:
    """Length and alphabet are exact."""
    assert pkce.decode_challenge(text) is None


def test_made_verifiers_are_legal_and_differ() -> None:
    """32 bytes of entropy become 43 characters."""
    made = {pkce.make_verifier(secrets.token_bytes).reveal() for _ in range(100)}
    assert len(made) == 100
    assert all(pkce.fault_of_verifier(text) is None for text in made)
