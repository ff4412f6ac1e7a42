"""`proofkey whoami`: ask the server who is logged in."""

from __future__ import annotations

import argparse
import json
from contextlib import closing
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from proofkey.core.client_side import Tokens


@runtime_checkable
class AsksUsersMe(Protocol):
    """A client that can ask Genesys Cloud's API who it is."""

    def users_me(self, tokens: Tokens) -> dict[str, object]:
        """Ask who logged in."""


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command's arguments."""
    from proofkey.cli.logins import add_login_options

    parser = subparsers.add_parser(
        "whoami",
        help="Say who is logged in",
        description="Ask the server who is logged in, and print its answer as JSON: users/me of Genesys Cloud, "
        "userinfo elsewhere.",
    )
    add_login_options(parser, scope_help="fail where the login does not have it")


def run(args: argparse.Namespace) -> int:
    """Print who it is."""
    from proofkey.cli.logins import told

    return told(lambda: _print(args))


def _print(args: argparse.Namespace) -> int:
    from proofkey.cli.logins import client_of, keeper_of, live_tokens, recalled

    memory, login = recalled(args)
    tokens = live_tokens(keeper_of(memory, login), args.scope)
    with closing(client_of(login)) as client:
        # A client of a Genesys Cloud region has its API's own answer, which says more.
        who = client.users_me(tokens) if isinstance(client, AsksUsersMe) else client.userinfo(tokens)
    print(json.dumps(who, indent=2))
    return 0
