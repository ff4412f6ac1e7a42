"""`proofkey whoami`: ask the server who is logged in."""

from __future__ import annotations

import argparse
import json


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
    client = client_of(login)
    try:
        tokens = live_tokens(keeper_of(memory, login, client), args.scope)
        if login.region is not None:
            from proofkey import genesys

            assert isinstance(client, genesys.Client)  # noqa: S101
            who = client.users_me(tokens)
        else:
            who = client.userinfo(tokens)
    finally:
        client.close()
    print(json.dumps(who, indent=2))
    return 0
