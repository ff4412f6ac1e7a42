"""The keyring: the newest key that is in use seals, every key opens."""

from __future__ import annotations

import pytest

from proofkey.server.sealing.code import open_code, seal_code
from proofkey.server.sealing.keyring import Keyring, NoSealingKey, SealingKey
from proofkey.server.sealing.purpose import Purpose
from proofkey.server.store.wrapped_key import KeyFamily
from tests.server.sealing.samples import CLIENT, FACTS, ISSUER, NOW, WORDS, keyring

OLD = SealingKey(KeyFamily.CODE_ACCESS, 1, NOW - 86_400, b"o" * 32)
CURRENT = SealingKey(KeyFamily.CODE_ACCESS, 2, NOW, b"c" * 32)
NEXT = SealingKey(KeyFamily.CODE_ACCESS, 3, NOW + 600, b"n" * 32)
RING = Keyring(ISSUER, (CURRENT, NEXT, OLD))


def test_a_published_key_is_not_used_before_its_time() -> None:
    """Every process knows a key ten minutes before the first text that it sealed."""
    at = {now: RING.sealing(Purpose.CODE, now).use_from for now in (NOW - 1, NOW, NOW + 599, NOW + 600)}
    assert at == {NOW - 1: OLD.use_from, NOW: NOW, NOW + 599: NOW, NOW + 600: NEXT.use_from}


def test_a_clock_set_back_before_every_key_still_seals() -> None:
    """With the oldest key: logins go on."""
    assert RING.sealing(Purpose.CODE, 0).use_from == OLD.use_from


@pytest.mark.parametrize("key", [OLD, CURRENT, NEXT])
def test_every_key_of_the_ring_opens(key: SealingKey) -> None:
    """A code outlives the rotation that comes behind it, and one from a process ahead of us opens too."""
    text = seal_code(FACTS, CLIENT, keyring=Keyring(ISSUER, (key,)), words=WORDS, now=NOW)
    assert open_code(text, CLIENT, keyring=RING, words=WORDS) == FACTS


def test_each_purpose_has_its_own_subkey() -> None:
    """Codes and access tokens share a family, not a key."""
    subkeys = [keyring().sealing(purpose, NOW) for purpose in Purpose]
    assert len({subkey.key_id for subkey in subkeys}) == len(Purpose)
    assert len({subkey.naming_key for subkey in subkeys}) == len(Purpose)
    assert {subkey.associated for subkey in subkeys} == {f"proofkey/v1/{one}/{ISSUER}".encode() for one in Purpose}


def test_no_secret_is_in_a_repr() -> None:
    """Keys end up in tracebacks and debuggers."""
    shown = repr(CURRENT) + repr(RING.sealing(Purpose.CODE, NOW))
    assert "ccc" not in shown
    assert repr(RING.sealing(Purpose.CODE, NOW).naming_key) not in shown


def test_an_empty_ring_seals_nothing() -> None:
    """Rather an error than a text that nobody can open."""
    with pytest.raises(NoSealingKey):
        Keyring(ISSUER, ()).sealing(Purpose.CODE, NOW)
