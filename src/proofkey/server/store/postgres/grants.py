"""The grants' table: the statements by which rows are refreshed, ended and found.

A grant as it stands takes in the endings of its subject, client and session (`store/endings.py`): the names that
module writes are written here in SQL, so that one statement sees both.
"""
# ruff: noqa: S608  # statements are put together from the constants of this file

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from proofkey.core.records import Grant
from proofkey.core.server_side.refreshing import Rotation, judge_generation
from proofkey.server.store.grant_rows import COLUMNS, SCOPES, Row, inserted_row, with_ending
from proofkey.server.store.outcomes import (
    REFRESH_REPLAYED,
    Ended,
    Refreshing,
    Repeated,
    ReplayEnded,
    Rotated,
    Unknown,
)
from proofkey.server.store.postgres.connecting import Connection
from proofkey.server.store.postgres.vocabulary import Vocabulary

_COLUMNS = ", ".join(f"g.{name}" for name in COLUMNS)
# `endings.all_names`, for a grant g.
_NAMES = r"""
    '\x2a'::bytea,
    convert_to('s' || g.subject, 'UTF8'),
    convert_to('c' || g.client_id, 'UTF8'),
    convert_to('p' || octet_length(g.subject) || ':' || g.subject || g.client_id, 'UTF8'),
    '\x69'::bytea || g.session_id
"""
_ENDINGS = f"FROM endings e WHERE e.whom IN ({_NAMES}) AND e.through >= g.grant_id"
WITH_ENDINGS = f"""
SELECT {_COLUMNS}, o.ended_at AS over_at, o.reason AS over_reason FROM {{source}} g
LEFT JOIN LATERAL (SELECT e.ended_at, e.reason {_ENDINGS} ORDER BY e.ended_at LIMIT 1) o ON true
"""

OURS = "SELECT grant_id FROM grants WHERE grant_id = ANY($1::bytea[]) AND redemption = $2"
_FIND = WITH_ENDINGS.format(source="grants") + "WHERE g.grant_id = ANY($1::bytea[])"
_ROTATE = f"""
UPDATE grants g SET generation = g.generation + 1, rotated_at = $3, refresh_key_id = $4
WHERE g.grant_id = $1 AND g.generation = $2 AND g.ended_at IS NULL AND g.expires_at > $5::double precision
AND NOT EXISTS (SELECT 1 {_ENDINGS}) RETURNING {_COLUMNS}, NULL::bigint, NULL::text
"""
_END = f"""
UPDATE grants g SET ended_at = $2, end_reason = $3
WHERE g.grant_id = $1 AND g.ended_at IS NULL AND NOT EXISTS (SELECT 1 {_ENDINGS})
"""


class GrantTable:
    """Rows from and to grants, over a connection."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def row(self, grant: Grant) -> Row:
        """Give the row that a redemption inserts."""
        return inserted_row(grant, self._vocabulary.write(grant.scopes))

    async def find_all(self, connection: Connection, grant_ids: Sequence[bytes]) -> dict[bytes, Grant]:
        """Give grants as they stand, endings of their subjects, clients and sessions included."""
        rows = await connection.fetch(_FIND, grant_ids)
        return {row[0]: await self.read(connection, row) for row in rows}

    async def find(self, connection: Connection, grant_id: bytes) -> Grant | None:
        """Give one grant as it stands."""
        return (await self.find_all(connection, [grant_id])).get(grant_id)

    async def read(self, connection: Connection, row: Sequence[Any]) -> Grant:
        """Make a grant of a row of WITH_ENDINGS."""
        *fields, over_at, over_reason = row
        fields[SCOPES] = await self._vocabulary.read(connection, fields[SCOPES])
        return with_ending(Grant(*fields), over_at, over_reason)

    async def refresh(
        self, connection: Connection, grant_id: bytes, presented: int, now: float, key_id: int, grace: int
    ) -> Refreshing:
        """Present a generation: one conditional update where it is in force, a judgement where it is not."""
        while True:
            if rotated := await connection.fetchrow(_ROTATE, grant_id, presented, int(now), key_id, now):
                return Rotated(await self.read(connection, rotated))
            grant = await self.find(connection, grant_id)
            if grant is None:
                return Unknown()
            rotation = judge_generation(grant, presented, now=now, grace=grace)
            if rotation is Rotation.OVER:
                return Ended(grant)
            if rotation is Rotation.REPEAT:
                return Repeated(grant)
            if rotation is Rotation.REPLAY:
                ended = await self.end(connection, grant_id, now, REFRESH_REPLAYED)
                return ReplayEnded(ended or grant)

    async def end(self, connection: Connection, grant_id: bytes, now: float, reason: str) -> Grant | None:
        """End a grant, if there is one, and give it as it then stands."""
        await connection.execute(_END, grant_id, int(now), reason)
        return await self.find(connection, grant_id)
