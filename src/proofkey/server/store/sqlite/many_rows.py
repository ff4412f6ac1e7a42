"""Rows inserted with one statement for all: the interpreter's lock changes hands once, however many rows there are."""

from __future__ import annotations

import sqlite3
from bisect import bisect_left
from collections.abc import Sequence
from itertools import chain
from typing import TypeAlias

Row: TypeAlias = tuple[object, ...]

MOST_AT_ONCE = 512  # rows of one statement
# Statements are prepared for these sizes; rows of another number are padded with some that are not inserted.
_SIZES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, MOST_AT_ONCE)


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
        size = _SIZES[bisect_left(_SIZES, len(rows))]
        padding = (None,) * (self._columns * (size - len(rows)))
        connection.execute(self.statement(size), (*chain.from_iterable(rows), *padding))

    def statement(self, rows: int) -> str:
        """Give the statement for so many rows."""
        known = self._statements.get(rows)
        if known is None:
            values = ", ".join([f"({', '.join('?' * self._columns)})"] * rows)
            known = f"INSERT INTO {self._into} SELECT * FROM (VALUES {values}) WHERE column1 IS NOT NULL"  # noqa: S608
            self._statements[rows] = known
        return known
