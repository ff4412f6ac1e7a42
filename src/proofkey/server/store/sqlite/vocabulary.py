"""The scope vocabulary in memory, read again when a row names a scope that joined since."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

import msgspec

from proofkey.server.store.scope_words import Indexed, ScopeWords

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Indexed).decode


class Vocabulary:
    """What this process last read; it only grows."""

    def __init__(self) -> None:
        self._count = 0
        self._words = ScopeWords()

    def learn(self, words: tuple[str, ...]) -> None:
        """Take a newer reading."""
        if len(words) > self._count:
            self._count, self._words = len(words), ScopeWords(words)

    def write(self, scopes: tuple[str, ...]) -> bytes:
        """Give a column's value."""
        return _encode(self._words.index(scopes))

    def read(self, connection: sqlite3.Connection, column: bytes) -> tuple[str, ...]:
        """Read a column's value."""
        indexed = _decode(column)
        scopes = self._words.read(indexed)
        if scopes is None:
            self.learn(read_words(connection))
            scopes = self._words.read(indexed)
        if scopes is None:
            raise LookupError("a grant names a scope that is not in the vocabulary")
        return scopes


def read_words(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Read the whole vocabulary."""
    return tuple(word for (word,) in connection.execute("SELECT word FROM scope_words ORDER BY number"))


def append_words(connection: sqlite3.Connection, scopes: Iterable[str]) -> tuple[str, ...]:
    """Append what is new and give the vocabulary; inside a transaction."""
    connection.executemany(
        "INSERT INTO scope_words (number, word) SELECT count(*), ? FROM scope_words WHERE true "
        "ON CONFLICT (word) DO NOTHING",
        [(scope,) for scope in scopes],
    )
    return read_words(connection)
