"""Codes: what was sealed comes back, and nothing else opens."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofkey.core.records import ClientRecord, CodeFacts
from proofkey.server.sealing.code import MAX_CHARACTERS, CodeTooLong, open_code, seal_code
from proofkey.server.sealing.keyring import Keyring
from proofkey.server.sealing.not_opened import NotOpened, Reason
from proofkey.server.sealing.redirect_reference import NotRegistered
from proofkey.server.store.scope_words import ScopeWords
from tests.server.sealing.samples import CLIENT, FACTS, ISSUER, NOW, WORDS, code_facts, hostile_texts, keyring

RING = keyring()


def seal(facts: CodeFacts = FACTS, client: ClientRecord = CLIENT, ring: Keyring = RING) -> str:
    """Seal with the samples' keys."""
    return seal_code(facts, client, keyring=ring, words=WORDS, now=NOW)


def opened(text: str, client: ClientRecord = CLIENT, ring: Keyring = RING) -> CodeFacts | NotOpened:
    """Open with the samples' keys."""
    return open_code(text, client, keyring=ring, words=WORDS)


def reason(text: str, ring: Keyring = RING) -> Reason:
    """Give why a text does not open."""
    result = opened(text, ring=ring)
    assert isinstance(result, NotOpened)
    return result.reason


@given(code_facts)
def test_the_facts_come_back_as_they_were(facts: CodeFacts) -> None:
    """Sealing loses nothing: not the port of a loopback address, not a scope outside the vocabulary."""
    text = seal(facts)
    assert len(text) <= MAX_CHARACTERS
    assert opened(text) == facts


def test_an_ordinary_code_is_short() -> None:
    """A code travels in a URL: a login with two scopes stays below 300 characters."""
    assert len(seal()) < 300


def test_a_code_shows_nothing_but_its_header() -> None:
    """Version, key id, length and grant id are clear; subject and client are not."""
    from base64 import urlsafe_b64decode

    raw = urlsafe_b64decode(seal() + "==")
    assert raw[0] == 1
    assert int.from_bytes(raw[6:8], "big") == len(seal())
    assert raw[8:24] == FACTS.grant_id
    for hidden in (FACTS.client_id.encode(), FACTS.subject.encode(), FACTS.challenge_digest, b"app.example"):
        assert hidden is not None
        assert hidden not in raw


@given(st.data())
def test_no_code_opens_with_one_character_changed(data: st.DataObject) -> None:
    """Header and contents are authenticated, and a text has one spelling only."""
    text = seal()
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ %"))
    if other != text[at]:
        assert isinstance(opened(text[:at] + other + text[at + 1 :]), NotOpened)


def test_no_last_character_but_the_true_one_opens() -> None:
    """The spare bits of the last character are zero: no second text stands for the same code."""
    for subject in ("a", "ab", "abc"):  # one for each length modulo 3
        text = seal(replace(FACTS, subject=subject))
        good = [one for one in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" if
                isinstance(opened(text[:-1] + one), CodeFacts)]  # fmt: skip
        assert good == [text[-1]]


@given(st.integers(0, len(seal()) - 1))
def test_a_truncated_code_never_opens_and_is_told_from_its_header(length: int) -> None:
    """From 32 characters on the header tells how long the code was."""
    text = seal()
    result = opened(text[:length])
    assert isinstance(result, NotOpened)
    if length >= 32:
        assert result.reason is Reason.CUT_SHORT
        assert (result.expected_length, result.actual_length) == (len(text), length)
        assert result.grant_id == FACTS.grant_id
        assert result.issued_at == NOW


@pytest.mark.parametrize("tail", ["#_=_", "&state=abc", "A", "==", "&", "#"])
def test_a_tail_is_told(tail: str) -> None:
    """A piece of the callback URL glued to the code is no damage of unknown kind."""
    assert reason(seal() + tail) is Reason.HAS_A_TAIL


@pytest.mark.parametrize("spoilt", [" {}", "{}\n", "{} ", "\t{}"])
def test_whitespace_is_told(spoilt: str) -> None:
    """Blanks and line ends come from copying."""
    assert reason(spoilt.format(seal())) is Reason.WHITESPACE


def test_a_blank_within_is_told() -> None:
    """A '+' that a form decoder made into a blank, or a line break of a terminal."""
    text = seal()
    assert reason(text[:50] + " " + text[50:]) is Reason.WHITESPACE


def test_percent_signs_are_told() -> None:
    """No code of ours needs percent-encoding, so a percent sign means one encoding too many."""
    assert reason(seal() + "%20") is Reason.PERCENT


@pytest.mark.parametrize(
    "text", ["undefined", "null", "x" * 43, "4/0AX4XfWh-abc", "a" * 300, "f3f4b0a0-1111-4222-8333-444455556666"]
)
def test_other_values_are_told_from_codes(text: str) -> None:
    """What never was a code of this server is not called damaged."""
    assert reason(text) is Reason.NOT_OURS


def test_an_empty_text_is_told() -> None:
    """`code=` without a value."""
    assert reason("") is Reason.EMPTY


def test_a_code_of_another_issuer_with_the_same_keys_is_foreign() -> None:
    """The issuer is part of every subkey."""
    result = opened(seal(ring=keyring("https://other.example")))
    assert isinstance(result, NotOpened)
    assert result.reason is Reason.FOREIGN_KEY
    assert result.issued_at == NOW


def test_a_code_of_another_installation_is_foreign() -> None:
    """Other keys, same issuer."""
    assert reason(seal(ring=keyring(ISSUER, salt=9))) is Reason.FOREIGN_KEY


def test_a_code_of_another_client_opens_without_its_redirect_uri() -> None:
    """The server can tell whose code it is; the redirect URI refers to the other's registration."""
    other = replace(CLIENT, client_id="other", redirect_uris=())
    assert opened(seal(), other) == replace(FACTS, redirect_uri="")


def test_a_code_whose_redirect_uri_was_removed_does_not_open() -> None:
    """Removing a redirect URI from a registration works at once."""
    result = opened(seal(), replace(CLIENT, redirect_uris=("http://127.0.0.1/cb",)))
    assert isinstance(result, NotOpened)
    assert result.reason is Reason.REDIRECT_URI_GONE


def test_reordering_the_registration_does_not_matter() -> None:
    """The hash finds the redirect URI again."""
    assert opened(seal(), replace(CLIENT, redirect_uris=tuple(reversed(CLIENT.redirect_uris)))) == FACTS


def test_an_unregistered_redirect_uri_is_not_sealed() -> None:
    """Sealing checks again what the authorization endpoint checked."""
    with pytest.raises(NotRegistered):
        seal(replace(FACTS, redirect_uri="https://evil.example/"))


def test_a_code_that_would_be_too_long_is_refused() -> None:
    """Over 1,024 characters it is `invalid_request`, not a code that something on the way cuts."""
    longest = max(n for n in range(900) if _fits(n))
    assert len(seal(replace(FACTS, nonce="n" * longest))) <= MAX_CHARACTERS
    with pytest.raises(CodeTooLong):
        seal(replace(FACTS, nonce="n" * (longest + 1)))


def _fits(length: int) -> bool:
    try:
        seal(replace(FACTS, nonce="n" * length))
    except CodeTooLong:
        return False
    return True


def test_five_hundred_scopes_fit_into_a_code() -> None:
    """All scopes of a large API by index: a bitmap, in the vocabulary's order."""
    names = tuple(f"area-{number}:readonly" for number in range(500))
    words = ScopeWords(names)
    text = seal_code(replace(FACTS, scopes=names), CLIENT, keyring=RING, words=words, now=NOW)
    assert len(text) < 500
    result = open_code(text, CLIENT, keyring=RING, words=words)
    assert isinstance(result, CodeFacts)
    assert result.scopes == names


def test_a_scope_newer_than_this_process_knows_is_told() -> None:
    """Another process added it: reading the vocabulary again helps."""
    newer = ScopeWords(("openid", "profile", "email", "routing", "analytics", "new"))
    text = seal_code(replace(FACTS, scopes=("new",)), CLIENT, keyring=RING, words=newer, now=NOW)
    assert reason(text) is Reason.UNKNOWN_SCOPE


@given(hostile_texts)
def test_opening_never_raises(text: str) -> None:
    """Whatever a stranger sends, the answer is a value."""
    assert isinstance(opened(text), NotOpened)


@given(st.binary(max_size=300))
def test_a_right_header_with_any_contents_does_not_open(contents: bytes) -> None:
    """Somebody who copies a header cannot forge what follows."""
    from base64 import urlsafe_b64encode

    head = seal()[:32]
    tail = urlsafe_b64encode(contents).rstrip(b"=").decode()
    assert isinstance(opened(head + tail), NotOpened)


def test_nothing_of_a_text_is_in_its_explanation() -> None:
    """`repr` of what did not open goes to logs."""
    text = os.urandom(60).hex()
    assert text[:16] not in repr(opened(text))
