"""`proofkey db`: the server's database."""

from __future__ import annotations

import argparse
import asyncio
import os
from pathlib import Path


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command's arguments."""
    from proofkey.cli.installation import add_database

    parser = subparsers.add_parser("db", help="Migrate, back up and move the server's database")
    actions = parser.add_subparsers(title="actions", dest="action", metavar="ACTION", required=True)
    migrating = actions.add_parser("migrate", help="bring the database to this version's schema")
    copying = actions.add_parser("copy", help="move the installation to another database; the old one opens no more")
    copying.add_argument("--from", dest="source", metavar="URL", required=True, help="where it is; SQLite: not served")
    copying.add_argument("--to", dest="target", metavar="URL", required=True, help="an empty database, or a new file")
    backing = actions.add_parser("backup", help="copy the database while it runs; the key file is not in it")
    backing.add_argument("file", metavar="FILE", type=Path)
    add_database(parser, migrating, backing)


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

    from proofkey.cli.installation import with_store

    async def migrated(store: object) -> int:
        print("The database has this version's schema.")
        return 0

    return with_store(args, migrated)  # opening a store migrates it


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
