"""One partition of the grants for each day of issue, told by the grant id and never by the clock of an insert.

Made a week ahead; dropped once the last grant in it ran out, whatever lifetimes were set when it was made. A grant of
a day that has no partition goes to the default one: an id out of the ordinary, or a server that slept for long.
"""
# names of partitions are made here, of digits

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg

from proofkey.server.store.postgres.connecting import Connection

log = logging.getLogger("proofkey.store")

PARTITIONED, PLAIN = "partitioned", "plain"  # values of the named value `grants`

DAY = 86_400
AHEAD = 7  # days
BEHIND = 1  # days: a code that is on its way at midnight
_PREFIX = "grants_of_"
DEFAULT = "grants_of_other_days"

_LIST = """
SELECT child.relname FROM pg_inherits
JOIN pg_class child ON child.oid = pg_inherits.inhrelid
WHERE pg_inherits.inhparent = 'grants'::regclass
"""


@dataclass(frozen=True, slots=True)
class Partition:
    """The grants whose codes were issued on one day (UTC)."""

    day: int  # days since the epoch

    @property
    def name(self) -> str:
        """The table's name."""
        return f"{_PREFIX}{datetime.fromtimestamp(self.day * DAY, UTC):%Y%m%d}"

    @property
    def bounds(self) -> tuple[str, str]:
        """The least id of the day and that of the next, as SQL writes them."""
        return _least_id(self.day * DAY), _least_id((self.day + 1) * DAY)


def partition_of(now: float) -> Partition:
    """Give the partition of what is issued at a time."""
    return Partition(int(now) // DAY)


def partition_clause() -> str:
    """Give the end of the statement that makes the grants' table, and the default partition."""
    return f"PARTITION BY RANGE (grant_id); CREATE TABLE {DEFAULT} PARTITION OF grants DEFAULT"


async def is_partitioned(connection: Connection) -> bool:
    """Tell how the grants' table was made."""
    kind = await connection.fetchval("SELECT value FROM meta WHERE name = 'grants'")
    return bool(kind == PARTITIONED)


async def list_partitions(connection: Connection) -> list[Partition]:
    """List the days that have a partition, the oldest first."""
    days = []
    for (name,) in await connection.fetch(_LIST):
        if name != DEFAULT and name.startswith(_PREFIX):
            date = datetime.strptime(name.removeprefix(_PREFIX), "%Y%m%d").replace(tzinfo=UTC)
            days.append(Partition(int(date.timestamp()) // DAY))
    return sorted(days, key=lambda partition: partition.day)


async def make_partitions(connection: Connection, now: float, *, also: Iterable[int] = ()) -> int:
    """Make the partitions of these days, and of the days `also` (since the epoch), where they are missing.

    Gives how many were made.

    A day whose grants are in the default partition already is left there.
    """
    there = set(await list_partitions(connection))
    today = partition_of(now).day
    made = 0
    for day in {*range(today - BEHIND, today + AHEAD + 1), *also}:
        if (partition := Partition(day)) not in there:
            made += await _make(connection, partition)
    return made


async def _make(connection: Connection, partition: Partition) -> bool:
    since, until = partition.bounds
    try:
        async with connection.transaction():
            await connection.execute("SET LOCAL lock_timeout = '1s'")  # no login waits for longer
            # Attaching, unlike making it as a partition, lets inserts into the other partitions go on.
            await connection.execute(
                f"CREATE TABLE {partition.name} (LIKE grants INCLUDING DEFAULTS INCLUDING CONSTRAINTS)"
            )
            await connection.execute(
                f"ALTER TABLE grants ATTACH PARTITION {partition.name} FOR VALUES FROM ({since}) TO ({until})"
            )
    except (asyncpg.DuplicateTableError, asyncpg.UniqueViolationError, asyncpg.DuplicateObjectError):
        return False  # another process was faster
    except asyncpg.PostgresError as error:
        log.warning("%s was not made, its grants go to the default partition: %s", partition.name, error.sqlstate)
        return False
    return True


def _least_id(second: int) -> str:
    return f"'\\x{second * 1000:012x}{'00' * 10}'"
