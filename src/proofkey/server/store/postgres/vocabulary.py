"""The scope vocabulary in memory, read again when a row names a scope that joined since."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from proofkey.server.store.postgres.connecting import Connection
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

    async def read(self, connection: Connection, column: bytes) -> tuple[str, ...]:
        """Read a column's value."""
        indexed = _decode(column)
        scopes = self._words.read(indexed)
        if scopes is None:
            self.learn(await read_words(connection))
            scopes = self._words.read(indexed)
        if scopes is None:
            raise LookupError("a grant names a scope that is not in the vocabulary")
        return scopes


async def read_words(connection: Connection) -> tuple[str, ...]:
    """Read the whole vocabulary."""
    return tuple(row[0] for row in await connection.fetch("SELECT word FROM scope_words ORDER BY number"))


async def append_words(connection: Connection, scopes: Iterable[str]) -> tuple[str, ...]:
    """Append what is new and give the vocabulary; inside a transaction."""
    wanted = dict.fromkeys(scopes)
    words = await read_words(connection)
    if wanted.keys() <= set(words):
        return words
    await connection.execute("SELECT value FROM meta WHERE name = 'schema' FOR UPDATE")  # one at a time
    words = await read_words(connection)
    known = set(words)
    new = [scope for scope in wanted if scope not in known]
    await connection.executemany(
        "INSERT INTO scope_words (number, word) VALUES ($1, $2)",
        [(len(words) + index, word) for index, word in enumerate(new)],
    )
    return (*words, *new)
