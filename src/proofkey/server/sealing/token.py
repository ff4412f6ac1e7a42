"""Opaque access and refresh tokens: sealed references to a grant; no token is stored (decision 1).

Both look alike: the same header, contents padded to a multiple of 48 bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import msgspec

from proofkey.server.sealing.envelope import NAME_LENGTH, open_sealed, seal
from proofkey.server.sealing.keyring import KEY_ID_LENGTH, Keyring
from proofkey.server.sealing.not_opened import NotOpened, Reason
from proofkey.server.sealing.purpose import Purpose
from proofkey.server.store.scope_words import Indexed, ScopeWords

MAX_CHARACTERS = 4096

_BLOCK = 48
_ACCESS, _REFRESH = Purpose.ACCESS, Purpose.REFRESH  # looked up once, as in `code.py`


class TokenFacts(msgspec.Struct, frozen=True):
    """What an opaque token says. Whether it still holds, the grant and the clock tell."""

    grant_id: bytes
    generation: int  # the refresh generation it was issued with
    issued_at: int | None  # None: a refresh token
    expires_at: int
    scopes: tuple[str, ...] | None  # None: all of the grant's
    audience: str | None  # None: the grant's resource


class _Sealed(msgspec.Struct, array_like=True, gc=False):
    grant_id: bytes
    generation: int
    issued_at: int | None
    expires_at: int
    scopes: Indexed | None
    audience: str | None


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Sealed).decode


def seal_access(
    facts: TokenFacts, *, keyring: Keyring, words: ScopeWords, now: float, entropy: Callable[[int], bytes]
) -> str:
    """Seal an access token; every call gives another text."""
    scopes = None if facts.scopes is None else words.index(facts.scopes)
    plain = _encode(
        _Sealed(facts.grant_id, facts.generation, facts.issued_at, facts.expires_at, scopes, facts.audience)
    )
    return seal(keyring.sealing(_ACCESS, now), entropy(NAME_LENGTH), _pad(plain))


def refresh_key_id(keyring: Keyring, now: float) -> int:
    """Name the sealing key of new refresh tokens, for the grant's row."""
    return int.from_bytes(keyring.sealing(_REFRESH, now).key_id, "big")


def seal_refresh(grant_id: bytes, generation: int, *, expires_at: int, key_id: int, keyring: Keyring) -> str | None:
    """Seal a refresh token: the same text for the same arguments, so that a repeated refresh repeats its successor.

    None where the key is gone; the grant is then past its end.
    """
    subkey = keyring.find(key_id.to_bytes(KEY_ID_LENGTH, "big"))
    if subkey is None or subkey.purpose is not _REFRESH:
        return None
    plain = _encode(_Sealed(grant_id, generation, None, expires_at, None, None))
    name = hashlib.blake2b(plain, digest_size=NAME_LENGTH, key=subkey.naming_key).digest()
    return seal(subkey, name, _pad(plain))


def open_access(text: str, *, keyring: Keyring, words: ScopeWords) -> TokenFacts | NotOpened:
    """Open an access token."""
    return _open(text, _ACCESS, keyring, words)


def open_refresh(text: str, *, keyring: Keyring, words: ScopeWords) -> TokenFacts | NotOpened:
    """Open a refresh token."""
    return _open(text, _REFRESH, keyring, words)


def _open(text: str, purpose: Purpose, keyring: Keyring, words: ScopeWords) -> TokenFacts | NotOpened:
    opened = open_sealed(text, purpose, keyring, MAX_CHARACTERS)
    if isinstance(opened, NotOpened):
        # The name in the header of a token is not a grant id.
        return NotOpened(
            opened.reason,
            expected_length=opened.expected_length,
            actual_length=opened.actual_length,
            purpose=opened.purpose,
        )
    padded = opened[1]
    try:
        sealed = _decode(padded[2 : 2 + int.from_bytes(padded[:2], "big")])
    except msgspec.DecodeError:
        return NotOpened(Reason.DAMAGED, actual_length=len(text))
    scopes = None if sealed.scopes is None else words.read(sealed.scopes)
    if scopes is None and sealed.scopes is not None:
        return NotOpened(Reason.UNKNOWN_SCOPE, actual_length=len(text))
    return TokenFacts(sealed.grant_id, sealed.generation, sealed.issued_at, sealed.expires_at, scopes, sealed.audience)


def _pad(plain: bytes) -> bytes:
    length = len(plain)
    return length.to_bytes(2, "big") + plain + bytes(-(2 + length) % _BLOCK)
