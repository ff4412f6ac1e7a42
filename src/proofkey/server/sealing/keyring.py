"""The sealing keys in memory: which one seals now, and which one a text names.

Each key is split by HKDF into one subkey per purpose and issuer (RFC 5869); the id in a text's clear header is that
of the subkey. A keyring never changes: `server/keys/keeper.py` puts a new one in its place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from proofkey.server.sealing.purpose import FAMILIES, Purpose
from proofkey.server.store.wrapped_key import KeyFamily

KEY_ID_LENGTH = 5
_KEY_LENGTH = 32


@dataclass(frozen=True, slots=True)
class SealingKey:
    """A key as it was unwrapped; times are seconds since the epoch."""

    family: KeyFamily
    number: int
    use_from: int
    secret: bytes = field(repr=False)  # 32 bytes


@dataclass(frozen=True, slots=True)
class Subkey:
    """A sealing key for one purpose at one issuer."""

    purpose: Purpose
    key_id: bytes
    use_from: int
    aead: AESGCMSIV = field(repr=False)
    associated: bytes  # proofkey/v1/<purpose>/<issuer>
    naming_key: bytes = field(repr=False)  # names texts that must come out the same twice


class NoSealingKey(LookupError):
    """There is no key for a purpose: the keyring was never loaded."""


class Keyring:
    """The subkeys of one issuer."""

    def __init__(self, issuer: str, keys: Iterable[SealingKey]) -> None:
        self._by_id: dict[bytes, Subkey] = {}
        self._by_purpose: dict[Purpose, list[Subkey]] = {purpose: [] for purpose in Purpose}
        for key in sorted(keys, key=lambda key: (key.use_from, key.number), reverse=True):
            for purpose, family in FAMILIES.items():
                if family is key.family:
                    subkey = _derive(key, purpose, issuer)
                    self._by_id[subkey.key_id] = subkey
                    self._by_purpose[purpose].append(subkey)

    def sealing(self, purpose: Purpose, now: float) -> Subkey:
        """Give the subkey in use for a purpose; raises NoSealingKey where there is none."""
        subkeys = self._by_purpose[purpose]
        for subkey in subkeys:  # the newest first; seldom more than one is not in use yet
            if subkey.use_from <= now:
                return subkey
        if subkeys:  # the clock was set back: better the oldest key than no login
            return subkeys[-1]
        raise NoSealingKey(purpose)

    def find(self, key_id: bytes) -> Subkey | None:
        """Give the subkey that a clear header names."""
        return self._by_id.get(key_id)


def _derive(key: SealingKey, purpose: Purpose, issuer: str) -> Subkey:
    associated = f"proofkey/v1/{purpose}/{issuer}".encode()
    material = HKDF(SHA256(), 2 * _KEY_LENGTH + KEY_ID_LENGTH, salt=None, info=associated).derive(key.secret)
    return Subkey(
        purpose=purpose,
        key_id=material[2 * _KEY_LENGTH :],
        use_from=key.use_from,
        aead=AESGCMSIV(material[:_KEY_LENGTH]),
        associated=associated,
        naming_key=material[_KEY_LENGTH : 2 * _KEY_LENGTH],
    )
