"""`proofkey db`: the server's database."""

from __future__ import annotations

import argparse
import asyncio
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proofkey.server.store.protocol import Store

_ENDED = {
    False: "No code from before is accepted, and every login has ended.",
    True: "No code from before is accepted. Logins go on: what was revoked since the backup is good again.",
}


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command's arguments."""
    from proofkey.cli.installation import add_database

    parser = subparsers.add_parser("db", help="Migrate, back up, restore and move the server's database")
    actions = parser.add_subparsers(title="actions", dest="action", metavar="ACTION", required=True)
    migrating = actions.add_parser(
        "migrate",
        help="bring the database to this version's schema",
        description="Bring the database to this version's schema. A server does it, too, when it starts.",
    )
    copying = actions.add_parser(
        "copy",
        help="move the installation to another database; the old one opens no more",
        description="Move the installation, logins included, to an empty database. The old one is marked as moved and"
        " opens no more; both need the same key file.",
    )
    copying.add_argument("--from", dest="source", metavar="URL", required=True, help="where it is; SQLite: not served")
    copying.add_argument("--to", dest="target", metavar="URL", required=True, help="an empty database, or a new file")
    backing = actions.add_parser("backup", help="copy the database while it runs; the key file is not in it")
    backing.add_argument("file", metavar="FILE", type=Path, help="the backup, a file that is not there yet")
    restoring = actions.add_parser(
        "restore",
        help="put a backup in the database's place; every login ends",
        description="Put a backup in the database's place while no server runs. Every login ends, because what was"
        " revoked or spent since the backup is not in it.",
    )
    restoring.add_argument("file", metavar="FILE", type=Path, help="the backup")
    restoring.add_argument(
        "--replace", action="store_true", help="put a database that is there aside, under a new name"
    )
    marking = actions.add_parser(
        "restored",
        help="say that other means restored the database (a snapshot, PostgreSQL's own): every login ends",
        description="Say that other means restored the database: a snapshot, PostgreSQL's own recovery, a standby that"
        " was promoted. Every login ends. Run it before the server starts: it reads this at its start.",
    )
    for action in (restoring, marking):
        action.add_argument(
            "--keep-logins",
            action="store_true",
            help="nothing was redeemed, refreshed, revoked or logged out since the backup: end no login",
        )
    add_database(parser, migrating, backing, restoring, marking)


def run(args: argparse.Namespace) -> int:
    """Carry the action out."""
    if args.action == "copy":
        return _copy(args)
    if args.action == "backup":
        from proofkey.cli.installation import database_of
        from proofkey.server.store.backup import back_up

        back_up(database_of(args), args.file)
        print(f"Backed up to {args.file}. Keep the key file elsewhere: one without the other opens nothing.")
        return 0

    if args.action == "restore":
        return _restore(args)
    from proofkey.cli.installation import with_store

    if args.action == "restored":
        # A mark in a new database would let the restored one, under another address, accept what it must not.
        return with_store(args, lambda store: _mark(store, args), may_make_it=False)

    async def migrated(store: object) -> int:
        print("The database has this version's schema.")
        return 0

    return with_store(args, migrated)  # opening a store migrates it


def _restore(args: argparse.Namespace) -> int:
    from proofkey.cli.installation import database_of
    from proofkey.server.store.restore import restore

    aside = restore(database_of(args), args.file, replace=args.replace, keep_logins=args.keep_logins, now=time.time())
    print(f"Restored from {args.file}. {_ENDED[args.keep_logins]}")
    if aside is not None:
        print(f"The database that was there is {aside} now.")
    return 0


async def _mark(store: Store, args: argparse.Namespace) -> int:
    from proofkey.server.store.restore import mark

    await mark(store, keep_logins=args.keep_logins, now=time.time())
    print(f"Marked as restored. {_ENDED[args.keep_logins]}")
    return 0


def _copy(args: argparse.Namespace) -> int:
    from proofkey.server.keys.key_file import VARIABLE
    from proofkey.server.store.location import SqliteLocation, locate
    from proofkey.server.store.transfer.copying import move

    source, target = locate(args.source), locate(args.target)
    asyncio.run(move(source, target, lambda table, rows: print(f"{table}: {rows}", flush=True)))
    print(f"The installation is at {target.shown} now; {source.shown} is marked as moved.")
    key_file = os.environ.get(VARIABLE) or (source.key_file.absolute() if isinstance(source, SqliteLocation) else None)
    print(f"Its keys are still wrapped by {key_file or 'the key file of before'}: name that file in {VARIABLE}.")
    return 0
