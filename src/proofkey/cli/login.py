"""`proofkey login`: log in with the browser, and keep the tokens."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from proofkey.core.errors import Misuse

if TYPE_CHECKING:
    from proofkey.client.blocking import Client
    from proofkey.client.remembered import Login
    from proofkey.core.client_side import Tokens


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command's arguments."""
    from proofkey.cli.logins import add_login_options

    parser = subparsers.add_parser(
        "login",
        help="Log in with the browser, and keep the tokens",
        description="Log in with the browser, and keep the tokens in the system's keyring or in a file that only you "
        "can read. Without a browser (SSH, container) the address you end at is pasted.",
    )
    add_login_options(parser, scope_help="what to ask for; default: what the client has")
    parser.add_argument(
        "--redirect-uri",
        metavar="U",
        default="http://127.0.0.1/callback",
        help="as registered, without a port: any free one is taken (default: http://127.0.0.1/callback)",
    )
    parser.add_argument("--no-browser", action="store_true", help="print the address instead of opening it")
    parser.add_argument("--timeout", metavar="S", type=float, default=300.0, help="seconds to wait (default: 300)")


def run(args: argparse.Namespace) -> int:
    """Log in."""
    from proofkey.cli.logins import told

    return told(lambda: _log_in(args))


def _log_in(args: argparse.Namespace) -> int:
    from proofkey.cli.logins import split
    from proofkey.client.browsers import why_no_browser
    from proofkey.client.loopback import log_in

    client, login = _client(args)
    try:
        tokens = log_in(
            client,
            scopes=split(args.scope),
            patience=args.timeout,
            no_browser=(lambda: "you asked for none") if args.no_browser else why_no_browser,
        )
    finally:
        client.close()
    _keep(login, tokens)
    who = f" as {tokens.claims['sub']}" if tokens.claims else ""
    print(f"Logged in{who} at {login.server.issuer}.")
    return 0


def _keep(login: Login, tokens: Tokens) -> None:
    from proofkey.cli.logins import OnDemand, keeper_of
    from proofkey.client.errors import NotKept
    from proofkey.client.remembered import Memory
    from proofkey.client.token_keeper import TokenKeeper

    memory = Memory()
    try:
        keeper_of(memory, login).keep(tokens)
    except NotKept:
        # Some keyrings are locked, or take short secrets only.
        TokenKeeper(OnDemand(login), memory.file_store(login)).keep(tokens)
    memory.remember(login)


def _client(args: argparse.Namespace) -> tuple[Client, Login]:
    from proofkey.cli.logins import client_id, place
    from proofkey.client.blocking import Client
    from proofkey.client.remembered import Login

    issuer, region = place(args)
    client = client_id(args)
    if issuer is None and region is None:
        raise Misuse("where to? --issuer URL, or --region REGION for Genesys Cloud")
    if client is None:
        raise Misuse("as which client? --client-id ID", fault="client-id-missing")
    found: Client
    if region is not None:
        from proofkey import genesys

        found = genesys.Client(region, client_id=client, redirect_uri=args.redirect_uri)
        return found, Login(found.server, client, args.redirect_uri, found.region.name)
    found = Client.discover(issuer or "", client_id=client, redirect_uri=args.redirect_uri)
    return found, Login(found.server, client, args.redirect_uri)
