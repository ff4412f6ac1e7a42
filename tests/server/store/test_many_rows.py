"""Rows are inserted by one statement: all of them, in order, and no padding; or none."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from proofkey.server.store.padded_rows import MOST_AT_ONCE
from proofkey.server.store.sqlite.many_rows import ManyRows

ROWS = ManyRows("things", ("name", "weight"))


@pytest.fixture
def things() -> Iterator[sqlite3.Connection]:
    """Give a database with a table."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("CREATE TABLE things (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, weight REAL)")
    yield connection
    connection.close()


@pytest.mark.parametrize("many", [0, 1, 2, 5, 24, 25, 100, 385, MOST_AT_ONCE])
def test_all_are_there_in_order(things: sqlite3.Connection, many: int) -> None:
    """Also where their number is none of those that statements are prepared for; a NULL in another column stays one."""
    rows = [(f"thing {number}", None if number % 3 else number / 2) for number in range(many)]
    ROWS.insert(things, rows)
    assert things.execute("SELECT name, weight FROM things ORDER BY number").fetchall() == rows


def test_one_that_is_refused_takes_all_with_it(things: sqlite3.Connection) -> None:
    """The caller then goes one by one."""
    with pytest.raises(sqlite3.IntegrityError):
        ROWS.insert(things, [("a", 1.0), ("b", 2.0), ("a", 3.0)])
    assert things.execute("SELECT count(*) FROM things").fetchone() == (0,)


def test_more_than_one_statement_takes_are_refused(things: sqlite3.Connection) -> None:
    """None is lost silently."""
    with pytest.raises(IndexError):
        ROWS.insert(things, [(str(number), 0.0) for number in range(MOST_AT_ONCE + 1)])
