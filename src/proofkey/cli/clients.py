"""`proofkey clients`: the OAuth clients of a server."""

from __future__ import annotations

import argparse
import json
import secrets
import sys
import time
from typing import TYPE_CHECKING

from proofkey.cli.printable import printable
from proofkey.core.client_auth import hash_secret
from proofkey.core.errors import Misuse
from proofkey.core.records import AuthMethod, ClientRecord
from proofkey.core.redirect_uri import fault_at_registration
from proofkey.core.secret import ClientSecret

if TYPE_CHECKING:
    from proofkey.server.store.protocol import Store

GRANTS = ("authorization_code", "refresh_token", "client_credentials")
METHODS = ("none", "client_secret_basic", "client_secret_post")
MAX_URIS = 100


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command's arguments."""
    from proofkey.cli.installation import add_database

    parser = subparsers.add_parser("clients", help="Register, list and remove OAuth clients")
    actions = parser.add_subparsers(title="actions", dest="action", metavar="ACTION", required=True)
    adding = actions.add_parser(
        "add",
        help="register a client; a secret is shown once",
        description="Register a client. It is public unless --confidential or an --auth-method says otherwise. A secret"
        " is shown once: the server keeps only its hash. What cannot work in the registration is said as a warning.",
    )
    adding.add_argument("--id", required=True, dest="client_id", metavar="ID", help="client_id, any text")
    adding.add_argument("--name", metavar="N", help="what people see on the consent page (default: the id)")
    kind = adding.add_mutually_exclusive_group()
    kind.add_argument("--public", action="store_true", help="no secret: browser, native (default)")
    kind.add_argument("--confidential", action="store_true", help="has a secret: a back end")
    adding.add_argument(
        "--redirect-uri",
        metavar="U",
        action="append",
        default=[],
        help="where logins come back to; compared as a string (repeats)",
    )
    adding.add_argument(
        "--post-logout-redirect-uri",
        metavar="U",
        action="append",
        default=[],
        help="where logouts may come back to (repeats)",
    )
    adding.add_argument(
        "--scope",
        metavar="S",
        action="append",
        default=[],
        help="what it may ask for (repeats; none: all but admin scopes)",
    )
    adding.add_argument(
        "--grant",
        metavar="G",
        action="append",
        default=[],
        choices=GRANTS,
        help=f"{', '.join(GRANTS)} (repeats; default: the first two)",
    )
    adding.add_argument(
        "--auth-method",
        metavar="M",
        choices=METHODS,
        help=f"how it sends its secret: {', '.join(METHODS)} (default: none for a public client, else {METHODS[1]})",
    )
    adding.add_argument(
        "--access-token",
        choices=("opaque", "jwt"),
        default="opaque",
        help="opaque: ends at once with the login; jwt: APIs read it themselves (default: opaque)",
    )
    adding.add_argument(
        "--id-token-alg", choices=("RS256", "ES256"), default="RS256", help="signs the ID tokens (default: RS256)"
    )
    adding.add_argument("--trusted", action="store_true", help="first party: people are not asked for consent")
    adding.add_argument("--without-pkce", action="store_true", help="loosen PKCE for this confidential client")
    showing = actions.add_parser(
        "show", help="show one client", description="Show one client's registration, as JSON; never its secret."
    )
    showing.add_argument("client_id", metavar="ID", help="which client")
    removing = actions.add_parser("remove", help="remove a client; ends its grants")
    removing.add_argument("client_id", metavar="ID", help="which client")
    linting = actions.add_parser(
        "lint",
        help="say what cannot work in the registrations",
        description="Say what cannot work in the registrations, such as a redirect URI that no request can match. Exits"
        " with 1 where there is something to say.",
    )
    linting.add_argument("client_id", metavar="ID", nargs="?", help="only this client (default: all)")
    listing = actions.add_parser(
        "list", help="list all clients", description="List all clients: id, public or how it sends its secret, name."
    )
    adding.add_argument("--json", action="store_true", help="print the registration as JSON (names of RFC 7591)")
    showing.add_argument("--json", action="store_true", help="accepted as in the other actions; it is always JSON")
    listing.add_argument("--json", action="store_true", help="whole registrations, as JSON (names of RFC 7591)")
    add_database(parser, adding, showing, removing, linting, listing)


def run(args: argparse.Namespace) -> int:
    """Carry the action out."""
    from proofkey.cli.installation import with_store

    if args.action == "add":
        client, secret = _described(args)  # first: what is refused makes no database
        return with_store(args, lambda store: _add(store, client, secret, as_json=args.json))
    actions = {"show": _show, "remove": _remove, "lint": _lint, "list": _list}
    action = actions[args.action]
    return with_store(args, lambda store: action(store, args), may_make_it=False)


def _described(args: argparse.Namespace) -> tuple[ClientRecord, ClientSecret | None]:
    from proofkey.server.scopes import EVERYBODY

    if not args.client_id:
        raise Misuse("a client id has at least one character: a request with an empty one names no client")
    method: AuthMethod = args.auth_method or ("client_secret_basic" if args.confidential else "none")
    if args.public and method != "none":
        raise Misuse("a public client has no secret, so its --auth-method is none")
    if args.confidential and method == "none":
        raise Misuse("a confidential client authenticates: --auth-method client_secret_basic or client_secret_post")
    if args.without_pkce and method == "none":
        raise Misuse("PKCE is all that a public client has to prove itself with (RFC 9700 2.1.1)")
    for uri in (*args.redirect_uri, *args.post_logout_redirect_uri):
        if fault := fault_at_registration(uri):
            raise Misuse(f"{uri} cannot be registered: {fault}")
    if len(args.redirect_uri) > MAX_URIS:
        raise Misuse(f"a client has at most {MAX_URIS} redirect URIs")
    grants = tuple(args.grant) or ("authorization_code", "refresh_token")
    if "authorization_code" in grants and not args.redirect_uri:
        raise Misuse("the code flow needs a --redirect-uri")
    if "client_credentials" in grants and method == "none":
        raise Misuse("client_credentials is for confidential clients only (RFC 6749 4.4)")
    secret = None if method == "none" else ClientSecret(secrets.token_urlsafe(32))
    now = int(time.time())
    client = ClientRecord(
        client_id=args.client_id,
        name=args.name or args.client_id,
        redirect_uris=tuple(args.redirect_uri),
        post_logout_redirect_uris=tuple(args.post_logout_redirect_uri),
        scopes=tuple(dict.fromkeys(word for scope in args.scope for word in scope.split())) or EVERYBODY,
        grant_types=grants,
        auth_method=method,
        secret_hash=hash_secret(secret) if secret else None,
        access_token_format=args.access_token,
        id_token_algorithm=args.id_token_alg,
        require_pkce=not args.without_pkce,
        trusted=args.trusted,
        created_at=now,
        modified_at=now,
    )
    return client, secret


async def _add(store: Store, client: ClientRecord, secret: ClientSecret | None, *, as_json: bool) -> int:
    from proofkey.server.registration import lint

    if await store.client(client.client_id) is not None:
        raise Misuse(f"there is a client {client.client_id} already; remove it first")
    await store.put_client(client)
    if as_json:
        print(json.dumps(describe(client) | ({"client_secret": secret.reveal()} if secret else {}), indent=1))
    else:
        print(f"Registered {client.client_id}.")
        if secret:
            print(f"client_secret (shown only now): {secret.reveal()}")
    _tell_scopes(client)
    for complaint in lint(client):
        print(printable(f"warning: {complaint}"), file=sys.stderr)
    return 0


async def _show(store: Store, args: argparse.Namespace) -> int:
    client = await _known(store, args.client_id)
    print(json.dumps(describe(client), indent=1), flush=True)
    _tell_scopes(client)
    return 0


def _tell_scopes(client: ClientRecord) -> None:
    """Say what the list of scopes amounts to where nobody made one: it is long, and only some of it may be wanted."""
    from proofkey.server.scopes import EVERYBODY

    if client.scopes == EVERYBODY:
        print(
            "No --scope was given: it may ask for every scope but those of administrators, Genesys Cloud's too, and "
            "gets all of them where a request names none.",
            file=sys.stderr,
        )


async def _remove(store: Store, args: argparse.Namespace) -> int:
    await _known(store, args.client_id)
    await store.remove_client(args.client_id, now=time.time())
    print(f"Removed {args.client_id}.")
    return 0


async def _list(store: Store, args: argparse.Namespace) -> int:
    clients = await store.clients()
    if args.json:
        print(json.dumps([describe(client) for client in clients], indent=1))
        return 0
    if not clients:
        print("there are no clients yet: proofkey clients add", file=sys.stderr)
    for client in clients:
        kind = "public" if client.is_public else client.auth_method
        print(printable(f"{client.client_id}  {kind}  {client.name}"))
    return 0


async def _lint(store: Store, args: argparse.Namespace) -> int:
    from proofkey.server.registration import lint

    clients = [await _known(store, args.client_id)] if args.client_id else await store.clients()
    complaints = [(client.client_id, complaint) for client in clients for complaint in lint(client)]
    for client_id, complaint in complaints:
        print(f"{client_id}: {complaint}")
    return 1 if complaints else 0


async def _known(store: Store, client_id: str) -> ClientRecord:
    client = await store.client(client_id)
    if client is None:
        raise Misuse(f"there is no client {client_id}; proofkey clients list shows all")
    return client


def describe(client: ClientRecord) -> dict[str, object]:
    """Write a client with the names of RFC 7591 2; never its secret."""
    return {
        "client_id": client.client_id,
        "client_name": client.name,
        "redirect_uris": list(client.redirect_uris),
        "post_logout_redirect_uris": list(client.post_logout_redirect_uris),
        "token_endpoint_auth_method": client.auth_method,
        "grant_types": list(client.grant_types),
        "response_types": ["code"],
        "scope": " ".join(client.scopes),
        "access_token_format": client.access_token_format,
        "id_token_signed_response_alg": client.id_token_algorithm,
        "require_pkce": client.require_pkce,
        "trusted": client.trusted,
        "disabled": client.disabled,
    }
