"""`proofkey demo`: the authorization server, a single-page app, and the fault lab."""

from __future__ import annotations

import argparse
import logging
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from proofkey.core.errors import Misuse

if TYPE_CHECKING:
    from proofkey.demo.running import Addresses

PORTS = (8400, 8401)
LAST_PORT = 65535


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command's arguments."""
    parser = subparsers.add_parser("demo", help="Start a server and a single-page app to try logins, and to break them")
    parser.add_argument("--port", metavar="N", type=_port, help=f"of the authorization server (default: {PORTS[0]})")
    parser.add_argument("--spa-port", metavar="N", type=_port, help=f"of the single-page app (default: {PORTS[1]})")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    parser.add_argument("--data", metavar="DIR", type=Path, help="where the database lives (default: the data folder)")


def run(args: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM."""
    from platformdirs import user_data_path

    from proofkey.demo.running import run_demo
    from proofkey.server.serving import run as run_loop

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    folder = args.data or user_data_path("proofkey", appauthor=False) / "demo"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Misuse(f"cannot keep the database in {folder}: {error.strerror}; name another folder: --data") from None
    run_loop(
        run_demo(
            folder,
            args.port,
            args.spa_port,
            default_ports=PORTS,
            open_browser=not args.no_browser and _has_a_screen(),
            announce=_announce,
        )
    )
    return 0


def _port(text: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text) or int(text) > LAST_PORT:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to {LAST_PORT}; 0: any free one")
    return int(text)


def _has_a_screen() -> bool:
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _announce(addresses: Addresses) -> None:
    from proofkey.demo.account import PASSWORD, USERNAME

    taken = [str(port) for port in addresses.taken]
    moved = f"  Something else listens on {' and '.join(taken)}, so the demo took what was free.\n\n" if taken else ""

    print(
        f"\n  proofkey demo\n"
        f"\n"
        f"  Single-page app       {addresses.app}\n"
        f"  Authorization server  {addresses.issuer}\n"
        f"  User name             {USERNAME}\n"
        f"  Password              {PASSWORD}\n"
        f"  Database              {addresses.database}\n"
        f"\n"
        f"{moved}"
        f"  Open the app, log in, then break the login in the fault lab. Ctrl-C ends it.\n",
        flush=True,
    )
