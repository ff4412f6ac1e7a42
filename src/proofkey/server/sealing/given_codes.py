"""Codes that this process gave and has not seen again, with what is sealed in them: most come back within a second,
and need not be opened then (decision 16).

Nothing rests on it: a code of another process, or one that is not here any more, is opened.
"""

from __future__ import annotations

from proofkey.core.records import ClientRecord, CodeFacts
from proofkey.server.sealing.keyring import Keyring

MOST = 2048  # codes of the younger half; at most twice as many are kept, some 1.5 KB each


class GivenCodes:
    """The codes of two halves: when the younger is full, the older is forgotten."""

    def __init__(self) -> None:
        self._younger: dict[str, tuple[CodeFacts, ClientRecord, Keyring]] = {}
        self._older: dict[str, tuple[CodeFacts, ClientRecord, Keyring]] = {}

    def keep(self, text: str, facts: CodeFacts, client: ClientRecord, keyring: Keyring) -> None:
        """Remember a code that is given to a client."""
        if len(self._younger) >= MOST:
            self._older, self._younger = self._younger, {}
        self._younger[text] = facts, client, keyring

    def take(self, text: str, client: ClientRecord, keyring: Keyring) -> CodeFacts | None:
        """Give what a code says, once; None where it must be opened: the client or the keys may have changed since."""
        found = self._younger.pop(text, None) or self._older.pop(text, None)
        if found is None:
            return None
        facts, known, sealed_with = found
        return facts if sealed_with is keyring and (known is client or known == client) else None
