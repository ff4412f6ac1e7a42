"""`proofkey token`: print a live access token, renewed if need be."""

from __future__ import annotations

import argparse


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command's arguments."""
    from proofkey.cli.logins import add_login_options

    parser = subparsers.add_parser(
        "token",
        help="Print a live access token",
        description="Print a live access token of the last login, or of the one that the options name; it is renewed "
        'if need be. For scripts: curl -H "Authorization: Bearer $(proofkey token)" ...',
    )
    add_login_options(parser, scope_help="fail where the login does not have it")


def run(args: argparse.Namespace) -> int:
    """Print the token."""
    from proofkey.cli.logins import told

    return told(lambda: _print(args))


def _print(args: argparse.Namespace) -> int:
    from proofkey.cli.logins import keeper_of, live_tokens, recalled

    memory, login = recalled(args)
    print(live_tokens(keeper_of(memory, login), args.scope).access_token.reveal())
    return 0
