"""Wraps the keys that the store keeps, under the key file's key (AES-256-GCM-SIV)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from proofkey.server.keys.key_file import KeyFileUnusable
from proofkey.server.store.wrapped_key import WrappedKey

_NONCE_LENGTH = 12


class Wrapper:
    """Wraps and unwraps; a wrapped key opens only in its own row."""

    def __init__(self, file_key: bytes, entropy: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._aead = AESGCMSIV(_derive(file_key, b"proofkey/v1/wrap"))
        self.fingerprint_key = _derive(file_key, b"proofkey/v1/fingerprint")  # the same in every process
        self._entropy = entropy

    def wrap(self, row: WrappedKey, secret: bytes) -> WrappedKey:
        """Give the row with the secret wrapped in it."""
        nonce = self._entropy(_NONCE_LENGTH)
        return replace(row, wrapped=nonce + self._aead.encrypt(nonce, secret, _associated(row)))

    def unwrap(self, row: WrappedKey) -> bytes:
        """Give the secret of a row. Raises KeyFileUnusable where another key file wrapped it."""
        nonce, wrapped = row.wrapped[:_NONCE_LENGTH], row.wrapped[_NONCE_LENGTH:]
        try:
            return self._aead.decrypt(nonce, wrapped, _associated(row))
        except (InvalidTag, ValueError) as error:
            raise KeyFileUnusable(
                "the database's keys were wrapped with another key file; name the right one in PROOFKEY_KEY_FILE, "
                "or give up all logins and make new keys: proofkey keys rotate --now --end-grants"
            ) from error


def _derive(file_key: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=purpose).derive(file_key)


def _associated(row: WrappedKey) -> bytes:
    return b"proofkey/v1/key/%b/%d/%d/" % (row.family.encode(), row.number, row.use_from) + (row.public or b"")
