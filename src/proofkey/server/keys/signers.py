"""The signing keys in force, read when the first of them is asked for: most logins sign nothing, and the code that
reads private keys takes a tenth of a start.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proofkey.server.keys.algorithms import FAMILIES, Algorithm
from proofkey.server.sealing.keyring import NoSealingKey

if TYPE_CHECKING:
    from proofkey.server.keys.signing import Jwk, SigningKey


@dataclass(frozen=True, slots=True)
class Unread:
    """A signing key as it was unwrapped."""

    algorithm: Algorithm
    use_from: int  # seconds since the epoch
    der: bytes = field(repr=False)  # PKCS #8


class Signers:
    """Signing keys by algorithm, the newest first, in the order in which they are given."""

    def __init__(self, unread: Iterable[Unread] = ()) -> None:
        self._unread = tuple(unread)
        self.complete = {key.algorithm for key in self._unread} == FAMILIES.keys()  # there is a key for each algorithm
        self._read: dict[Algorithm, list[SigningKey]] | None = None

    def public(self) -> list[Jwk]:
        """Give the public halves (RFC 7517 4)."""
        return [key.public for keys in self._keys().values() for key in keys]

    def in_use(self, algorithm: Algorithm, now: float) -> SigningKey:
        """Give the key that signs now; raises NoSealingKey where there is none."""
        keys = self._keys()[algorithm]
        if not keys:
            raise NoSealingKey(algorithm)
        return next((key for key in keys if key.use_from <= now), keys[-1])

    def named(self, kid: str) -> SigningKey | None:
        """Find a key by its name."""
        return next((key for keys in self._keys().values() for key in keys if key.kid == kid), None)

    def _keys(self) -> dict[Algorithm, list[SigningKey]]:
        if self._read is None:
            from proofkey.server.keys import signing

            read: dict[Algorithm, list[SigningKey]] = {algorithm: [] for algorithm in FAMILIES}
            for key in self._unread:
                read[key.algorithm].append(signing.load(key.der, key.algorithm, key.use_from))
            self._read = read
        return self._read
