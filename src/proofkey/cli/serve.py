"""`proofkey serve`: the authorization server."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys

from proofkey.core.errors import Misuse

DEFAULT_PORT = 8400


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command's arguments."""
    from proofkey.cli.installation import add_database

    parser = subparsers.add_parser("serve", help="Run the authorization server")
    parser.add_argument("--host", metavar="H", default=os.environ.get("PROOFKEY_HOST", "127.0.0.1"))
    parser.add_argument("--port", metavar="N", type=int, default=int(os.environ.get("PROOFKEY_PORT", DEFAULT_PORT)))
    parser.add_argument(
        "--issuer",
        metavar="URL",
        default=os.environ.get("PROOFKEY_ISSUER"),
        help="the address clients use; https, or http on loopback (PROOFKEY_ISSUER; default: from host and port)",
    )
    add_database(parser)
    parser.add_argument("--workers", metavar="N", type=int, default=1, help="processes; more than 1 needs PostgreSQL")
    parser.add_argument(
        "--personality",
        choices=("genesys", "standard"),
        default=os.environ.get("PROOFKEY_PERSONALITY", "standard"),
        help="genesys: the surface of Genesys Cloud",
    )
    parser.add_argument(
        "--development", action="store_true", help="show every diagnosis to everybody; issuer on loopback only"
    )
    parser.add_argument("--tls-cert", metavar="F", help="certificate chain, PEM")
    parser.add_argument("--tls-key", metavar="F", help="private key, PEM")


def run(args: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM."""
    from proofkey.server.serving import run as run_loop

    if args.workers != 1:
        raise Misuse(
            "SQLite is served by one process: its group commit and its lock live there. "
            "More workers need a PostgreSQL database, which this version does not have"
        )
    if bool(args.tls_cert) != bool(args.tls_key):
        raise Misuse("TLS needs both --tls-cert and --tls-key")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    run_loop(_serve(args))
    return 0


async def _serve(args: argparse.Namespace) -> None:
    from proofkey.server.app import App
    from proofkey.server.opening import open_server
    from proofkey.server.serving import Listening, bind, serve
    from proofkey.server.settings import Settings

    try:
        bound = bind(args.host, args.port)
    except OSError as error:
        raise Misuse(f"cannot listen on {args.host}:{args.port}: {error.strerror}") from None
    with bound:
        port = bound.getsockname()[1]
        host = f"[{args.host}]" if ":" in args.host else args.host
        issuer = args.issuer or f"{'https' if args.tls_cert else 'http'}://{host}:{port}"
        settings = Settings(issuer=issuer, personality=args.personality, development=args.development)
        ended = asyncio.Event()
        server = await open_server(settings, args.database, ended)
        print(f"proofkey serves {issuer} on {host}:{port} ({settings.personality})", file=sys.stderr, flush=True)
        await serve([Listening(App(server), bound, args.tls_cert, args.tls_key)], ended)
