"""Opens the database that `users`, `clients`, `keys` and `db` act on, and runs their coroutines.

They read what `serve` reads: `--config`, PROOFKEY_CONFIG and the other variables, so that both act on one installation.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable

from proofkey.core.errors import Misuse
from proofkey.server.configuration import Configuration, settle
from proofkey.server.store import open_store
from proofkey.server.store.location import SqliteLocation, locate
from proofkey.server.store.protocol import Store


def add_database(parser: argparse.ArgumentParser, *actions: argparse.ArgumentParser) -> None:
    """Add `--database` to a command and to its actions: it may stand before or behind the action."""
    _add(parser, None)
    for action in actions:
        _add(action, argparse.SUPPRESS)  # an action's default would overwrite what stands before it


def installed(args: argparse.Namespace) -> Configuration:
    """Give the settings of the installation that a command acts on. Raises Misuse."""
    return settle({"database": args.database}, os.environ, args.config).configuration


def database_of(args: argparse.Namespace) -> str | None:
    """Give the address of the database that a command acts on; None is the default one. Raises Misuse."""
    return installed(args).database


def _add(parser: argparse.ArgumentParser, default: str | None) -> None:
    parser.add_argument(
        "--config", metavar="FILE", default=default, help="the server's settings file, TOML (PROOFKEY_CONFIG)"
    )
    parser.add_argument(
        "--database",
        metavar="URL",
        default=default,
        help="sqlite:////absolute/path, sqlite:///relative or postgresql://... "
        "(PROOFKEY_DATABASE; default: SQLite in the data folder)",
    )


def with_store(args: argparse.Namespace, work: Callable[[Store], Awaitable[int]], *, may_make_it: bool = True) -> int:
    """Run a coroutine with the opened store and give its exit code. Raises Misuse where it must be there and is not."""

    async def run() -> int:
        database = database_of(args)
        where = locate(database)
        is_new = isinstance(where, SqliteLocation) and not where.path.exists()
        if is_new and not may_make_it:
            raise Misuse(f"there is no database {where.shown}; serve, users add and clients add make one")
        store = await open_store(database)
        if is_new:  # for who mistyped an address, or stands in another folder
            print(f"made a new database: {where.shown}", file=sys.stderr)
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(run())
