"""`proofkey logout`: revoke the tokens, and forget them."""

from __future__ import annotations

import argparse


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command's arguments."""
    from proofkey.cli.logins import add_login_options

    parser = subparsers.add_parser(
        "logout",
        help="Revoke the tokens, and forget them",
        description="Revoke the tokens of the last login, or of the one that the options name, and forget them, even "
        "if the server cannot be told.",
    )
    add_login_options(parser, scope_help="accepted as in the other commands; a logout ends every scope")


def run(args: argparse.Namespace) -> int:
    """Log out."""
    from proofkey.cli.logins import told

    return told(lambda: _log_out(args))


def _log_out(args: argparse.Namespace) -> int:
    from proofkey.cli.logins import keeper_of, recalled

    memory, login = recalled(args)
    try:
        keeper_of(memory, login).logout()
    finally:
        memory.forget(login)
    print(f"Logged out at {login.server.issuer}.")
    return 0
