"""Seals what leaves this process: sessions in a store, logins under way in a cookie (AES-256-GCM-SIV, RFC 8452).

The keys are not in the database. One subkey per purpose (HKDF, RFC 5869), and what is sealed is bound to its place:
a session's contents cannot be put under another id, a login's cookie not under another state.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from typing import Literal, TypeAlias

try:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
except ModuleNotFoundError as error:
    raise ModuleNotFoundError("proofkey.bff needs cryptography: pip install 'proofkey[bff]'", name=error.name) from None

from proofkey.core.errors import Misuse

Purpose: TypeAlias = Literal["login", "session"]
KEY_LENGTH = 32

_PURPOSES: tuple[Purpose, ...] = ("login", "session")
_VERSION = b"\x01"
_ID, _NONCE = 4, 12
_HEADER = len(_VERSION) + _ID


class SealingKeys:
    """Keys of 32 bytes: the first one seals, all of them open. A new one goes to the front."""

    def __init__(self, keys: Iterable[bytes]) -> None:
        given = list(keys)
        if not given or any(len(key) != KEY_LENGTH for key in given):
            raise Misuse(f"a sealing key has {KEY_LENGTH} bytes, and there is at least one")
        self._first = _key_id(given[0])
        self._subkeys = {(_key_id(key), purpose): _subkey(key, purpose) for key in given for purpose in _PURPOSES}

    @classmethod
    def ephemeral(cls) -> SealingKeys:
        """Make a key that ends with this process, as a store in memory does."""
        return cls([secrets.token_bytes(KEY_LENGTH)])

    def __repr__(self) -> str:
        return f"SealingKeys({len(self._subkeys) // len(_PURPOSES)} keys, redacted)"

    def seal(self, purpose: Purpose, plain: bytes, place: bytes) -> bytes:
        """Seal bytes for a place: the row or the cookie that they go to."""
        header, nonce = _VERSION + self._first, secrets.token_bytes(_NONCE)
        subkey = self._subkeys[self._first, purpose]
        return header + nonce + subkey.encrypt(nonce, plain, _associated(purpose, header, place))

    def open(self, purpose: Purpose, sealed: bytes, place: bytes) -> bytes | None:
        """Open what was sealed for this place; None for anything else, whatever is wrong with it."""
        header, nonce, rest = sealed[:_HEADER], sealed[_HEADER : _HEADER + _NONCE], sealed[_HEADER + _NONCE :]
        subkey = self._subkeys.get((header[len(_VERSION) :], purpose))
        if subkey is None or header[: len(_VERSION)] != _VERSION or len(nonce) != _NONCE:
            return None
        try:
            return subkey.decrypt(nonce, rest, _associated(purpose, header, place))
        except (InvalidTag, ValueError):
            return None


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"proofkey/bff/key-id" + key).digest()[:_ID]


def _subkey(key: bytes, purpose: Purpose) -> AESGCMSIV:
    return AESGCMSIV(HKDF(SHA256(), KEY_LENGTH, None, f"proofkey/bff/v1/{purpose}".encode()).derive(key))


def _associated(purpose: Purpose, header: bytes, place: bytes) -> bytes:
    return b"proofkey/bff/v1/" + purpose.encode() + b"\0" + header + place
