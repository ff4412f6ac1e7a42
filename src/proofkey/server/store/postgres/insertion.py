"""The insertion of redemptions: one statement for all rows, prepared on the writer's connection.

Each value is a parameter of its own: an array for each column takes asyncpg nearly twice as long to write.
"""

from __future__ import annotations

from collections.abc import Sequence

from proofkey.server.store.grant_rows import INSERTED, Row
from proofkey.server.store.padded_rows import padded
from proofkey.server.store.postgres.connecting import Connection, Statement
from proofkey.server.store.postgres.rows import count_of

_TYPES = ("bytea", "text", "text", "bytea", "bytea", "text", "text", *["bigint"] * 6)


class Insertion:
    """Belongs to one connection; a statement is prepared when a number of rows first needs it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._statements: dict[int, Statement] = {}

    async def insert(self, rows: Sequence[Row], number: int) -> int:
        """Insert up to MOST_AT_ONCE rows under a batch's number, those whose id is there left out.

        Gives how many went in. Raises what asyncpg raises.
        """
        size, values = padded(rows, len(_TYPES))
        statement = self._statements.get(size)
        if statement is None:
            statement = self._statements[size] = await self.connection.prepare(_statement(size))
        await statement.fetch(number, *values)
        return count_of(statement.get_statusmsg())


def _statement(rows: int) -> str:
    parameters = [f"${number}" for number in range(2, 2 + rows * len(_TYPES))]
    typed = [f"{parameter}::{kind}" for parameter, kind in zip(parameters, _TYPES, strict=False)]  # in the first row
    values = [*typed, *parameters[len(_TYPES) :]]
    lines = [f"({', '.join(values[at : at + len(_TYPES)])})" for at in range(0, len(values), len(_TYPES))]
    return (
        f"INSERT INTO grants (redemption, {', '.join(INSERTED)}) "  # noqa: S608  # of constants and numbers
        f"SELECT $1::bigint, * FROM (VALUES {', '.join(lines)}) AS given WHERE column1 IS NOT NULL "
        "ON CONFLICT (grant_id) DO NOTHING"
    )
