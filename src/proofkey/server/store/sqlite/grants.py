"""The grants' table: what redeeming, refreshing and ending do to its rows, inside the writer's transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from proofkey.core.records import Grant
from proofkey.core.server_side.refreshing import Rotation, judge_generation
from proofkey.server.store.endings import all_names
from proofkey.server.store.errors import StoreRolledBack
from proofkey.server.store.grant_rows import COLUMNS, INSERTED, SCOPES, inserted_row, with_ending
from proofkey.server.store.outcomes import (
    CODE_REPLAYED,
    REFRESH_REPLAYED,
    Ended,
    Redeemed,
    Redemption,
    Refreshing,
    Repeated,
    Replayed,
    ReplayEnded,
    Rotated,
    Unknown,
)
from proofkey.server.store.padded_rows import MOST_AT_ONCE
from proofkey.server.store.sqlite.disk_errors import is_of_the_row
from proofkey.server.store.sqlite.many_rows import ManyRows, Row
from proofkey.server.store.sqlite.vocabulary import Vocabulary
from proofkey.server.store.sqlite.write_queue import Queued

SELECTED = ", ".join(COLUMNS)
# The last two: numbers beyond 64 bits, texts that are no Unicode; they fail before the statement begins.
_REFUSING = (sqlite3.Error, OverflowError, ValueError)
_ROWS = ManyRows("grants", INSERTED)
_INSERT_NEW = f"{_ROWS.statement(1)} ON CONFLICT (grant_id) DO NOTHING"


class GrantTable:
    """Rows from and to grants; also the `GrantWriting` of the writer."""

    def __init__(self, vocabulary: Vocabulary, on_replay: Callable[[bytes], None]) -> None:
        self._vocabulary = vocabulary
        self._on_replay = on_replay

    def row(self, grant: Grant) -> Row:
        """Give the row that a redemption inserts."""
        return inserted_row(grant, self._vocabulary.write(grant.scopes))

    def insert_at_once(self, connection: sqlite3.Connection, entries: Sequence[Queued]) -> bool:
        """Insert up to MOST_AT_ONCE grants with one statement, or none of them.

        Outside a transaction it commits them, too. False where one of them conflicts or is refused.
        """
        try:
            _ROWS.insert(connection, [entry.row for entry in entries])
        except _REFUSING as error:
            if isinstance(error, sqlite3.Error) and not is_of_the_row(error):
                raise
            return False
        return True

    def insert(self, connection: sqlite3.Connection, entries: Sequence[Queued]) -> list[Redemption | Exception]:
        """Insert grants inside a transaction: with few statements, or one by one where one conflicts or is refused."""
        outcomes: list[Redemption | Exception] = []
        for at in range(0, len(entries), MOST_AT_ONCE):
            some = entries[at : at + MOST_AT_ONCE]
            if self.insert_at_once(connection, some):
                outcomes.extend([Redeemed(entry.grant) for entry in some])
            else:
                outcomes.extend([self._insert_one(connection, entry) for entry in some])
        return outcomes

    def inserted(self, connection: sqlite3.Connection, outcomes: Sequence[Redemption | Exception]) -> bool | None:
        """Tell whether the first grant that these outcomes call inserted is there; None where they call none so."""
        ids = (outcome.grant.grant_id for outcome in outcomes if isinstance(outcome, Redeemed))
        first = next(ids, None)
        return self.find(connection, first) is not None if first is not None else None

    def committed(self, outcomes: Sequence[Redemption | Exception]) -> None:
        """Forget grants that a replay ended."""
        for outcome in outcomes:
            if isinstance(outcome, Replayed):
                self._on_replay(outcome.grant.grant_id)

    def find(self, connection: sqlite3.Connection, grant_id: bytes) -> Grant | None:
        """Give a grant as it stands, endings of its subject, client and session included."""
        row = connection.execute(f"SELECT {SELECTED} FROM grants WHERE grant_id = ?", (grant_id,)).fetchone()  # noqa: S608
        return self.read(connection, row) if row is not None else None

    def read(self, connection: sqlite3.Connection, row: tuple[Any, ...]) -> Grant:
        """Make a grant of a row."""
        scopes = self._vocabulary.read(connection, row[SCOPES])
        grant = Grant(*(*row[:SCOPES], scopes, *row[SCOPES + 1 :]))
        ending = connection.execute(
            "SELECT ended_at, reason FROM endings WHERE whom IN (?, ?, ?, ?, ?) AND through >= ? "
            "ORDER BY ended_at LIMIT 1",
            (*all_names(grant.subject, grant.client_id, grant.session_id), grant.grant_id),
        ).fetchone()
        return with_ending(grant, *ending) if ending is not None else grant

    def refresh(
        self, connection: sqlite3.Connection, grant_id: bytes, presented: int, now: float, key_id: int, grace: int
    ) -> Refreshing:
        """Present a generation."""
        grant = self.find(connection, grant_id)
        if grant is None:
            return Unknown()
        rotation = judge_generation(grant, presented, now=now, grace=grace)
        if rotation is Rotation.OVER:
            return Ended(grant)
        if rotation is Rotation.REPEAT:
            return Repeated(grant)
        if rotation is Rotation.REPLAY:
            return ReplayEnded(self._end(connection, grant, now, REFRESH_REPLAYED))
        successor = replace(grant, generation=presented + 1, rotated_at=int(now), refresh_key_id=key_id)
        connection.execute(
            "UPDATE grants SET generation = ?, rotated_at = ?, refresh_key_id = ? WHERE grant_id = ?",
            (successor.generation, successor.rotated_at, key_id, grant_id),
        )
        return Rotated(successor)

    def end(self, connection: sqlite3.Connection, grant_id: bytes, now: float, reason: str) -> Grant | None:
        """End a grant, if there is one."""
        grant = self.find(connection, grant_id)
        return self._end(connection, grant, now, reason) if grant is not None else None

    def _end(self, connection: sqlite3.Connection, grant: Grant, now: float, reason: str) -> Grant:
        if grant.ended_at is not None:
            return grant
        connection.execute(
            "UPDATE grants SET ended_at = ?, end_reason = ? WHERE grant_id = ?", (int(now), reason, grant.grant_id)
        )
        return replace(grant, ended_at=int(now), end_reason=reason)

    def _insert_one(self, connection: sqlite3.Connection, entry: Queued) -> Redemption | Exception:
        try:
            if connection.execute(_INSERT_NEW, entry.row).rowcount == 1:
                return Redeemed(entry.grant)
        except _REFUSING as error:
            if isinstance(error, sqlite3.Error) and not (connection.in_transaction and is_of_the_row(error)):
                raise
            refused = StoreRolledBack("the store refused the grant")
            refused.__cause__ = error
            return refused
        grant = self.end(connection, entry.grant.grant_id, entry.grant.redeemed_at, CODE_REPLAYED)
        assert grant is not None  # noqa: S101  # the insertion conflicted with it
        return Replayed(grant)
