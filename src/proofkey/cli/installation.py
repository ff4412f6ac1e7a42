"""Opens the database that `users`, `clients`, `keys` and `db` act on, and runs their coroutines."""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Awaitable, Callable

from proofkey.server.store import open_store
from proofkey.server.store.protocol import Store


def add_database(parser: argparse.ArgumentParser, *actions: argparse.ArgumentParser) -> None:
    """Add `--database` to a command and to its actions: it may stand before or behind the action."""
    _add(parser, os.environ.get("PROOFKEY_DATABASE"))
    for action in actions:
        _add(action, argparse.SUPPRESS)  # an action's default would overwrite what stands before it


def _add(parser: argparse.ArgumentParser, default: str | None) -> None:
    parser.add_argument(
        "--database",
        metavar="URL",
        default=default,
        help="sqlite:////absolute/path or sqlite:///relative (PROOFKEY_DATABASE; default: in the data folder)",
    )


def with_store(args: argparse.Namespace, work: Callable[[Store], Awaitable[int]]) -> int:
    """Run a coroutine with the opened store and give its exit code."""

    async def run() -> int:
        store = await open_store(args.database)
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(run())
