"""`proofkey keys`: the server's sealing and signing keys."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proofkey.server.store.protocol import Store


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command's arguments."""
    from proofkey.cli.installation import add_database

    parser = subparsers.add_parser("keys", help="List and rotate the server's keys")
    actions = parser.add_subparsers(title="actions", dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser(
        "list",
        help="list all keys; no secret is shown",
        description="List all keys: what each is for, and from when until when. No secret is shown.",
    )
    rotating = actions.add_parser(
        "rotate",
        help="make new keys, used once every process has read them",
        description="Make new keys. They are used once every process has read them, and the old ones still open what"
        " they closed; after a compromise, --now --end-grants.",
    )
    rotating.add_argument("--now", action="store_true", help="use the new keys at once: for a compromise")
    rotating.add_argument("--end-grants", action="store_true", help="end every login: no code or token is accepted")
    add_database(parser, listing, rotating)


def run(args: argparse.Namespace) -> int:
    """Carry the action out."""
    from proofkey.cli.installation import with_store

    action = {"list": _list, "rotate": _rotate}[args.action]
    return with_store(args, lambda store: action(store, args), may_make_it=False)


async def _list(store: Store, args: argparse.Namespace) -> int:
    from proofkey.cli.installation import installed
    from proofkey.server.keys.listing import list_keys
    from proofkey.server.keys.schedule import plans

    plan = plans(installed(args).refresh_token_lifetime)
    keys = list_keys(await store.keys(), plan, time.time())
    if not keys:
        print("there are no keys yet: a server makes them when it starts", file=sys.stderr)
    for key in keys:
        until = f", kept until {_date(key.kept_until)}" if key.kept_until else ""
        name = f"  {key.kid}" if key.kid else ""
        print(f"{key.family} {key.number}  {key.state}  from {_date(key.use_from)}{until}{name}")
    return 0


async def _rotate(store: Store, args: argparse.Namespace) -> int:
    from proofkey.cli.installation import installed
    from proofkey.server.keys.keeper import open_wrapper
    from proofkey.server.keys.key_file import key_file_path
    from proofkey.server.keys.rotation import rotate
    from proofkey.server.keys.schedule import plans

    now, given_up = time.time(), args.now and args.end_grants
    said = installed(args)
    key_file = Path(said.key_file) if said.key_file else key_file_path(said.database)
    wrapper = await open_wrapper(store, key_file, give_up_old_keys=given_up)
    plan = plans(said.refresh_token_lifetime)
    await rotate(store, wrapper, plan, now=now, at_once=args.now, close_old=args.end_grants)
    if args.end_grants:
        await store.end_all_grants(now=time.time(), reason="keys-rotated")
    print("The keys are rotated." + (" Every login has ended." if args.end_grants else ""))
    return 0


def _date(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
