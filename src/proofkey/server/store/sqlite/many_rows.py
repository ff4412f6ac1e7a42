"""Rows inserted with one statement for all: the interpreter's lock changes hands once, however many rows there are."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TypeAlias

from proofkey.server.store.padded_rows import padded

Row: TypeAlias = tuple[object, ...]


class ManyRows:
    """A table's columns, the first of which is never NULL."""

    def __init__(self, table: str, columns: Sequence[str]) -> None:
        self._into = f"{table} ({', '.join(columns)})"
        self._columns = len(columns)
        self._statements: dict[int, str] = {}

    def insert(self, connection: sqlite3.Connection, rows: Sequence[Row]) -> None:
        """Insert up to MOST_AT_ONCE rows, or none of them; outside a transaction it is one of its own.

        Raises what sqlite3 raises.
        """
        size, values = padded(rows, self._columns)
        connection.execute(self.statement(size), values)

    def statement(self, rows: int) -> str:
        """Give the statement for so many rows."""
        known = self._statements.get(rows)
        if known is None:
            values = ", ".join([f"({', '.join('?' * self._columns)})"] * rows)
            known = f"INSERT INTO {self._into} SELECT * FROM (VALUES {values}) WHERE column1 IS NOT NULL"  # noqa: S608
            self._statements[rows] = known
        return known
