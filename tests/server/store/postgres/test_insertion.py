"""Redemptions are inserted by one statement, whatever their number: all of them, and neither padding nor replays."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from proofkey.server.store import open_store
from proofkey.server.store.grant_rows import inserted_row
from proofkey.server.store.padded_rows import MOST_AT_ONCE
from proofkey.server.store.postgres.insertion import Insertion
from proofkey.testing.store_samples import make_grant


@pytest.fixture
async def insertion(postgres_store: str) -> AsyncIterator[Insertion]:
    """Give an insertion on a connection to a store's database."""
    await (await open_store(postgres_store)).close()
    connection = await asyncpg.connect(postgres_store)
    yield Insertion(connection)
    await connection.close()


ROWS = "SELECT grant_id, resource, nonce, generation, redemption FROM grants ORDER BY redeemed_at, grant_id"


@pytest.mark.parametrize("many", [1, 2, 5, 24, 25, 100, MOST_AT_ONCE])
async def test_all_are_there(insertion: Insertion, many: int) -> None:
    """Also where their number is none of those that statements are prepared for; a NULL stays one."""
    grants = [
        make_grant(resource=None if number % 3 else f"https://api.example/{number}", generation=number)
        for number in range(many)
    ]
    assert await insertion.insert([inserted_row(grant, b"") for grant in grants], 7) == many
    expected = sorted((grant.grant_id, grant.resource, None, grant.generation, 7) for grant in grants)
    assert [tuple(row) for row in await insertion.connection.fetch(ROWS)] == expected


async def test_who_was_there_before_is_left_out_and_not_counted(insertion: Insertion) -> None:
    """Neither replays of the batches before nor those within one; the others go in."""
    rows = [inserted_row(make_grant(), b"") for _ in range(6)]
    assert await insertion.insert(rows[:2], 1) == 2
    assert await insertion.insert([*rows, rows[3]], 2) == 4
    kept = {row["grant_id"]: row["redemption"] for row in await insertion.connection.fetch(ROWS)}
    assert kept == {row[0]: 1 if row in rows[:2] else 2 for row in rows}


async def test_a_number_of_rows_is_prepared_once(insertion: Insertion) -> None:
    """And a number near it shares its statement."""
    prepared = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'INSERT INTO grants%'"
    for many in (20, 24, 17, 20):
        await insertion.insert([inserted_row(make_grant(), b"") for _ in range(many)], many)
    assert await insertion.connection.fetchval(prepared) == 1
    await insertion.insert([inserted_row(make_grant(), b"") for _ in range(25)], 25)
    assert await insertion.connection.fetchval(prepared) == 2


async def test_more_than_one_statement_takes_are_refused(insertion: Insertion) -> None:
    """None is lost silently."""
    with pytest.raises(IndexError):
        await insertion.insert([inserted_row(make_grant(), b"") for _ in range(MOST_AT_ONCE + 1)], 1)
