"""Opaque tokens: sealed references that look alike and open only for their own purpose."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofkey.server.sealing import token
from proofkey.server.sealing.code import seal_code
from proofkey.server.sealing.keyring import Keyring
from proofkey.server.sealing.not_opened import NotOpened, Reason
from proofkey.server.sealing.token import TokenFacts
from proofkey.server.store.scope_words import ScopeWords
from tests.server.sealing.samples import CLIENT, FACTS, NOW, WORDS, hostile_texts, keyring, scope_words

RING = keyring()
KEY_ID = token.refresh_key_id(RING, NOW)
GRANT = FACTS.grant_id

token_facts = st.builds(
    TokenFacts,
    grant_id=st.binary(min_size=16, max_size=16),
    generation=st.integers(0, 2**31),
    issued_at=st.integers(0, 2**40),
    expires_at=st.integers(0, 2**40),
    scopes=st.none() | st.lists(scope_words, unique=True, max_size=10).map(tuple),
    audience=st.none() | st.just("https://api.example/"),
)


def access(facts: TokenFacts, ring: Keyring = RING) -> str:
    """Seal an access token."""
    return token.seal_access(facts, keyring=ring, words=WORDS, now=NOW, entropy=os.urandom)


def refresh(generation: int = 0, ring: Keyring = RING, grant_id: bytes = GRANT) -> str:
    """Seal a refresh token."""
    key_id = token.refresh_key_id(ring, NOW)
    text = token.seal_refresh(grant_id, generation, expires_at=NOW + 9, key_id=key_id, keyring=ring)
    assert text is not None
    return text


PLAIN = TokenFacts(GRANT, 3, NOW, NOW + 3600, None, None)


@given(token_facts)
def test_an_access_token_says_what_was_sealed(facts: TokenFacts) -> None:
    """Grant, generation, times, scope subset and audience come back."""
    assert token.open_access(access(facts), keyring=RING, words=WORDS) == facts


@given(st.binary(min_size=16, max_size=16), st.integers(0, 2**31), st.integers(0, 2**40))
def test_a_refresh_token_says_what_was_sealed(grant_id: bytes, generation: int, expires_at: int) -> None:
    """Grant, generation and end come back."""
    text = token.seal_refresh(grant_id, generation, expires_at=expires_at, key_id=KEY_ID, keyring=RING)
    assert text is not None
    expected = TokenFacts(grant_id, generation, None, expires_at, None, None)
    assert token.open_refresh(text, keyring=RING, words=WORDS) == expected


def test_a_refresh_token_has_the_same_text_every_time() -> None:
    """So a repeated refresh repeats its successor (decision 1)."""
    assert refresh(7) == refresh(7, keyring())
    assert len({refresh(generation) for generation in range(50)}) == 50
    assert refresh(7) != refresh(7, grant_id=bytes(16))


def test_no_two_access_tokens_are_the_same() -> None:
    """Even of one grant in one second."""
    assert len({access(PLAIN) for _ in range(50)}) == 50


def test_ordinary_tokens_cannot_be_told_apart_by_length() -> None:
    """Access and refresh tokens, of any age and generation, have one shape."""
    texts = [access(TokenFacts(GRANT, generation, NOW, NOW + 60, None, None)) for generation in (0, 200, 70_000)]
    texts += [refresh(generation) for generation in (0, 200, 70_000)]
    assert len({len(text) for text in texts}) == 1


def test_a_token_hides_its_grant() -> None:
    """The grant id is in the clear header of a code, not of a token."""
    from base64 import urlsafe_b64decode

    for text in (access(PLAIN), refresh()):
        assert GRANT not in urlsafe_b64decode(text + "==")


@pytest.mark.shows("A63")
@given(st.data())
def test_no_altered_or_truncated_token_opens(data: st.DataObject) -> None:
    """A63: one character changed, or any number cut off."""
    text = data.draw(st.sampled_from([access(PLAIN), refresh()]))
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(codec="ascii").filter(lambda one: one != text[at]))
    for spoilt in (text[:at], text[:at] + other + text[at + 1 :], text + other):
        assert isinstance(token.open_access(spoilt, keyring=RING, words=WORDS), NotOpened)
        assert isinstance(token.open_refresh(spoilt, keyring=RING, words=WORDS), NotOpened)


@pytest.mark.shows("A64")
def test_a_refresh_token_is_no_access_token_nor_a_code_either_of_them() -> None:
    """Purposes never pass for one another, and the answer names what was sent."""
    code = seal_code(FACTS, CLIENT, keyring=RING, words=WORDS, now=NOW)
    for text, purpose in ((refresh(), "refresh"), (code, "code")):
        result = token.open_access(text, keyring=RING, words=WORDS)
        assert isinstance(result, NotOpened)
        assert (result.reason, result.purpose) == (Reason.OTHER_PURPOSE, purpose)
    result = token.open_refresh(access(PLAIN), keyring=RING, words=WORDS)
    assert isinstance(result, NotOpened)
    assert (result.reason, result.purpose) == (Reason.OTHER_PURPOSE, "access")


def test_a_token_of_another_issuer_does_not_open() -> None:
    """The same keys at another issuer make other subkeys."""
    text = access(PLAIN, keyring("https://other.example"))
    result = token.open_access(text, keyring=RING, words=WORDS)
    assert isinstance(result, NotOpened)
    assert result.reason is Reason.FOREIGN_KEY


def test_a_lost_key_seals_no_refresh_token() -> None:
    """The key of a grant that outlived it is gone; nothing else takes its place."""
    assert token.seal_refresh(GRANT, 0, expires_at=NOW, key_id=1, keyring=RING) is None
    access_key = int.from_bytes(RING.sealing(token.Purpose.ACCESS, NOW).key_id, "big")
    assert token.seal_refresh(GRANT, 0, expires_at=NOW, key_id=access_key, keyring=RING) is None


def test_a_scope_newer_than_this_process_knows_is_told() -> None:
    """Then the vocabulary is read again."""
    text = token.seal_access(
        TokenFacts(GRANT, 0, NOW, NOW, ("b",), None), keyring=RING, words=ScopeWords(("a", "b")), now=NOW,
        entropy=os.urandom,
    )  # fmt: skip
    result = token.open_access(text, keyring=RING, words=ScopeWords(("a",)))
    assert isinstance(result, NotOpened)
    assert result.reason is Reason.UNKNOWN_SCOPE


@given(hostile_texts)
def test_opening_never_raises(text: str) -> None:
    """Whatever a stranger sends, the answer is a value."""
    assert isinstance(token.open_access(text, keyring=RING, words=WORDS), NotOpened)
    assert isinstance(token.open_refresh(text, keyring=RING, words=WORDS), NotOpened)
