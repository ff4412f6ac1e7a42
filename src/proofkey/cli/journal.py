"""`proofkey journal`: what the server refused and why, by request id (decision 12)."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from proofkey.cli.printable import printable
from proofkey.core.errors import Misuse

if TYPE_CHECKING:
    from proofkey.core.records import JournalEntry
    from proofkey.server.store.protocol import Store


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command's arguments."""
    from proofkey.cli.installation import add_database

    parser = subparsers.add_parser("journal", help="Say what the server refused and why, by request id")
    parser.add_argument(
        "request_id", metavar="REQUEST-ID", nargs="?", help="X-Request-Id of the answer (default: the newest refusals)"
    )
    parser.add_argument("--client", metavar="ID", help="only requests of this client")
    parser.add_argument("--limit", metavar="N", type=int, default=20, help="how many of the newest (default: 20)")
    parser.add_argument("--json", action="store_true", help="write JSON")
    add_database(parser)


def run(args: argparse.Namespace) -> int:
    """Show one request's entries, or the newest refusals."""
    from proofkey.cli.installation import with_store

    return with_store(args, lambda store: _show(store, args), may_make_it=False)


async def _show(store: Store, args: argparse.Namespace) -> int:
    if args.request_id:
        entries = await store.journal_of_request(args.request_id)
        if not entries:
            raise Misuse(
                "the journal has no such request: it keeps those that were refused, for 7 days; a new one is in it"
                " after some seconds. Is it this server's database? (--database, --config)"
            )
    else:
        entries = await store.journal(client_id=args.client, faults_only=True, limit=max(1, min(args.limit, 1000)))
    if args.json:
        print(json.dumps([_members(entry) for entry in entries], indent=1))
        return 0
    if not entries:
        print("nothing was refused in the last 7 days", file=sys.stderr)
    for entry in entries:
        print(printable(_line(entry)))
        if args.request_id:
            for name, what in entry.details:
                print(printable(f"    {name}: {what}"))
    return 0


def _line(entry: JournalEntry) -> str:
    when = datetime.fromtimestamp(entry.at, UTC).strftime("%Y-%m-%d %H:%M:%S")
    what = entry.fault or entry.error or "went well"
    return f"{when}  {entry.request_id}  {entry.status}  {entry.endpoint}  {entry.client_id or '-'}  {what}"


def _members(entry: JournalEntry) -> dict[str, object]:
    return {
        "request_id": entry.request_id,
        "at": entry.at,
        "endpoint": entry.endpoint,
        "client_id": entry.client_id,
        "status": entry.status,
        "error": entry.error,
        "fault": entry.fault,
        "details": [list(detail) for detail in entry.details],
    }
