"""What `login`, `token`, `whoami` and `logout` share: whose login is meant, and how its failure is told."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from proofkey.core.errors import Misuse, ProofkeyError

if TYPE_CHECKING:
    from proofkey.client.blocking import Client
    from proofkey.client.remembered import Login, Memory
    from proofkey.client.token_keeper import TokenKeeper
    from proofkey.core.client_side import Tokens

FAILED = 1


def add_login_options(parser: argparse.ArgumentParser, *, scope_help: str) -> None:
    """Add the options that name a login."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--issuer", metavar="URL", help="the authorization server (PROOFKEY_ISSUER)")
    where.add_argument("--region", metavar="REGION", help="of Genesys Cloud, such as mypurecloud.de (PROOFKEY_REGION)")
    parser.add_argument("--client-id", metavar="ID", help="the public client (PROOFKEY_CLIENT_ID)")
    parser.add_argument("--scope", metavar="S", action="append", default=[], help=f"{scope_help} (repeats)")


def place(args: argparse.Namespace) -> tuple[str | None, str | None]:
    """Give issuer and region that are meant, at most one of them."""
    if args.issuer or args.region:
        return args.issuer, args.region
    region = os.environ.get("PROOFKEY_REGION") or None
    return (None if region else os.environ.get("PROOFKEY_ISSUER") or None), region


def client_id(args: argparse.Namespace) -> str | None:
    """Give the client that is meant."""
    return args.client_id or os.environ.get("PROOFKEY_CLIENT_ID") or None


def recalled(args: argparse.Namespace) -> tuple[Memory, Login]:
    """Find the login that the options name, the last one where they name none."""
    from proofkey.client.remembered import Memory

    memory = Memory()
    issuer, region = place(args)
    if region is not None:
        from proofkey import genesys

        issuer = genesys.region(region).login
    return memory, memory.recall(issuer=issuer, client_id=client_id(args))


def client_of(login: Login) -> Client:
    """Make the client that logged in."""
    if login.region is not None:
        from proofkey import genesys

        return genesys.Client(login.region, client_id=login.client_id, redirect_uri=login.redirect_uri)
    from proofkey.client.blocking import Client
    from proofkey.core.client_side import ClientSettings

    return Client(login.server, ClientSettings(login.client_id, login.redirect_uri))


class OnDemand:
    """The client of a login, made when something is to be sent: a token that lives is printed without it."""

    def __init__(self, login: Login) -> None:
        self._login = login

    def refresh(self, tokens: Tokens) -> Tokens:
        """Renew tokens."""
        with closing(client_of(self._login)) as client:
            return client.refresh(tokens)

    def revoke(self, tokens: Tokens) -> None:
        """End the login."""
        with closing(client_of(self._login)) as client:
            client.revoke(tokens)


def keeper_of(memory: Memory, login: Login) -> TokenKeeper:
    """Make the keeper of its tokens."""
    from proofkey.client.token_keeper import TokenKeeper

    return TokenKeeper(OnDemand(login), memory.store(login))


def live_tokens(keeper: TokenKeeper, wanted: list[str]) -> Tokens:
    """Give tokens whose access token is live, and which have the scopes that are wanted."""
    from proofkey.client.errors import LoginRequired

    keeper.access_token()
    tokens = keeper.tokens()
    if tokens is None:
        raise LoginRequired("nobody is logged in")
    if missing := sorted(set(split(wanted)) - set(tokens.scopes)):
        raise LoginRequired(f"this login does not have the scope {' '.join(missing)}: log in again with --scope")
    return tokens


def split(scopes: list[str]) -> list[str]:
    """Give single scopes: an option may hold several, with blanks between them."""
    return [scope for each in scopes for scope in each.split()]


def told(work: Callable[[], int]) -> int:
    """Run a command; a login that failed is 1 and told with its diagnosis, unusable input stays 2."""
    try:
        return work()
    except Misuse:
        raise
    except ProofkeyError as error:
        from proofkey.client.diagnosis import diagnose

        print(f"proofkey: {error}", file=sys.stderr)
        if found := diagnose(error):
            print(f"\n{found.text()}", file=sys.stderr)
        return FAILED
