"""`proofkey db`: the server's database."""

from __future__ import annotations

import argparse
from pathlib import Path


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command's arguments."""
    from proofkey.cli.installation import add_database

    parser = subparsers.add_parser("db", help="Migrate and back up the server's database")
    actions = parser.add_subparsers(title="actions", dest="action", metavar="ACTION", required=True)
    migrating = actions.add_parser("migrate", help="bring the database to this version's schema")
    backing = actions.add_parser("backup", help="copy the database while it runs; the key file is not in it")
    backing.add_argument("file", metavar="FILE", type=Path)
    add_database(parser, migrating, backing)


def run(args: argparse.Namespace) -> int:
    """Carry the action out."""
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
