"""`proofkey serve`: the authorization server."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import errno
import logging
import os
import sys
from typing import TYPE_CHECKING, Any

from proofkey.core.errors import Misuse

if TYPE_CHECKING:
    import socket

    from proofkey.server.configuration import Configuration, Settled
    from proofkey.server.configuration.options import Option
    from proofkey.server.settings import Settings

log = logging.getLogger("proofkey.server")


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command's arguments: one for every option of the server."""
    from proofkey.server.configuration.options import OPTIONS

    parser = subparsers.add_parser(
        "serve",
        help="Run the authorization server",
        epilog="Each option is also a variable of the environment and, under the variable's name in small letters and "
        "without PROOFKEY_, a line of the settings file. A flag beats the variable, the variable beats the file.",
    )
    parser.add_argument("--config", metavar="FILE", help="a settings file, TOML (PROOFKEY_CONFIG)")
    parser.add_argument(
        "--check-config", action="store_true", help="print the settings in force and where each was said, and end"
    )
    for option in OPTIONS:
        _add(parser, option)


def _add(parser: argparse.ArgumentParser, option: Option) -> None:
    shown = f"; default: {option.shown_default}" if option.shown_default else ""
    words = f"{option.words} ({option.variable}{shown})"
    if option.metavar is None:
        parser.add_argument(option.option, dest=option.name, action="store_const", const=True, help=words)
    elif option.repeats:
        parser.add_argument(option.option, dest=option.name, action="append", metavar=option.metavar, help=words)
    elif option.choices:
        parser.add_argument(option.option, dest=option.name, choices=option.choices, help=words)
    else:
        parser.add_argument(option.option, dest=option.name, metavar=option.metavar, help=words)


def run(args: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM."""
    from proofkey.server.configuration import settle

    settled = settle(vars(args), os.environ, args.config)
    if args.check_config:
        from proofkey.server.configuration.showing import show

        settled.settings(settled.configuration.port)
        print(show(settled), end="")
        return 0
    from proofkey.server.configuration.tls import check_tls, exposure
    from proofkey.server.logs import event, set_up
    from proofkey.server.serving import run as run_loop

    check_tls(settled)
    set_up(settled.configuration.log_format, settled.configuration.log_level)
    said = settled.configuration
    if said.tls_key and (exposed := exposure(said.tls_key)):
        event(log, logging.WARNING, "private-key-is-open", tells=exposed)
    metrics = said.metrics_listen
    if said.workers != 1:
        _refuse_workers(settled)
    with contextlib.ExitStack() as sockets:
        bound = sockets.enter_context(_bind(settled, "port", said.host, said.port))
        asides: list[socket.socket | None] = [None] * said.workers
        if metrics is not None:  # each worker counts for itself: the next one tells at the next port
            for index in range(said.workers):
                port = metrics.port + index if metrics.port else 0
                asides[index] = sockets.enter_context(_bind(settled, "metrics_listen", metrics.host, port))
        settings = settled.settings(bound.getsockname()[1])
        if said.workers == 1:
            run_loop(_serve(settled, settings, bound, asides[0], None))
            return 0
        from proofkey.server.preparing import prepare
        from proofkey.server.workers import Workers

        prepare(settings, said.database, key_file=said.key_file)
        _announce(settings, bound, said, asides)
        return Workers(
            said.workers,
            lambda index, lifeline: run_loop(_serve(settled, settings, bound, asides[index], lifeline)),
        ).run()


def _refuse_workers(settled: Settled) -> None:
    """Raises Misuse where one process must serve."""
    from proofkey.server.store.location import SqliteLocation, locate

    if isinstance(locate(settled.configuration.database), SqliteLocation):
        raise Misuse(
            f"{settled.place('workers')}: SQLite is served by one process: its group commit and its lock live there. "
            "More workers need a PostgreSQL database: proofkey db copy moves an installation there"
        )
    if not hasattr(os, "fork"):
        raise Misuse(f"{settled.place('workers')}: this system cannot share a socket among processes; start one")


async def _serve(
    settled: Settled, settings: Settings, bound: socket.socket, aside: socket.socket | None, lifeline: int | None
) -> None:
    """Serve in this process, alone or as a worker; `lifeline` tells a worker that its parent is gone."""
    from proofkey.server.app import App
    from proofkey.server.observing import Observing
    from proofkey.server.opening import open_server
    from proofkey.server.serving import Listening, serve
    from proofkey.server.tracing.opening import open_tracing

    said = settled.configuration
    ended = asyncio.Event()
    if lifeline is not None:
        asyncio.get_running_loop().add_reader(lifeline, ended.set)
    server = await open_server(
        settings,
        said.database,
        ended,
        key_file=said.key_file,
        observing=Observing(with_times=aside is not None, access_log=said.access_log),
        tracing=open_tracing(settings.issuer, said.otlp_endpoint, os.environ),
    )
    app: Any = App(server)
    if settings.development and said.workers == 1:  # what tests ask for lives in one process
        from proofkey.server.development.layer import DevelopmentLayer

        app = DevelopmentLayer(server, app, pages=said.dangerously_let_page_control)
    listeners = [Listening(app, bound, said.tls_cert, said.tls_key)]
    if aside is not None:
        from proofkey.server.metrics.listener import MetricsListener

        listeners.append(Listening(MetricsListener(server), aside))
    if lifeline is None:
        _announce(settings, bound, said, [aside])
    await serve(listeners, ended)


def _announce(
    settings: Settings, bound: socket.socket, said: Configuration, asides: list[socket.socket | None]
) -> None:
    from proofkey.core.redirect_uri import is_loopback
    from proofkey.server.configuration.values import Address
    from proofkey.server.logs import event
    from proofkey.server.store.location import locate

    where = Address(said.host, bound.getsockname()[1])
    # Which ports the metrics got: with 0 nobody else can tell.
    metrics = ", ".join(str(Address(*aside.getsockname()[:2])) for aside in asides if aside is not None)
    database = locate(said.database).shown  # a mistyped address is a new installation, with nobody in it
    if settings.development and not is_loopback(f"http://{where}"):
        event(log, logging.WARNING, "development-mode-is-open", address=where, tells="diagnoses to the whole network")
    if said.log_format == "json":
        event(log, logging.INFO, "listening", address=where, database=database, metrics=metrics or None)
        return
    workers = f", {said.workers} workers" if said.workers > 1 else ""
    about = f"{settings.personality}{workers}, {database}{', metrics on ' if metrics else ''}{metrics}"
    print(f"proofkey serves {settings.issuer} on {where} ({about})", file=sys.stderr, flush=True)


def _bind(settled: Settled, name: str, host: str, port: int) -> socket.socket:
    from proofkey.server.serving import bind

    try:
        return bind(host, port)
    except OSError as error:
        flag = f"--{name.replace('_', '-')}"
        if error.errno == errno.EADDRINUSE:
            advice = f"; end the program that listens there, or choose another with {flag}"
        elif error.errno == errno.EACCES:
            advice = "; ports below 1024 are for root, or for a proxy in front"
        else:
            if name == "port":
                name, flag = "host", "--host"
            advice = "; the host must be an address of this machine"
        place = settled.places.get(name, flag)
        raise Misuse(f"{place}: cannot listen on {host}:{port}: {error.strerror}{advice}") from None
