"""`proofkey watch`: a proxy between an app and its authorization server that names the fault as it happens."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from proofkey.core.errors import Misuse

if TYPE_CHECKING:
    from proofkey.doctor.diagnose import Diagnosis
    from proofkey.doctor.message import Message

LISTEN = "127.0.0.1:8402"


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command's arguments."""
    parser = subparsers.add_parser(
        "watch",
        help="Watch a login through a local proxy and name the fault as it happens",
        description="Listen on this machine in place of an authorization server. The authorization request is recorded"
        " and sent on by redirect; token requests are forwarded with Origin and CORS as they are; nothing else than"
        " the upstream's origin is reached. Endpoints in its metadata are rewritten, issuer is kept. Nothing secret is"
        " printed.",
    )
    parser.add_argument("--upstream", metavar="URL", required=True, help="the authorization server")
    parser.add_argument("--listen", metavar="H:P", default=LISTEN, help=f"a loopback address (default: {LISTEN})")


def run(args: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    from proofkey.doctor.watch.proxy import Proxy
    from proofkey.doctor.watch.telling import opening
    from proofkey.doctor.watch.upstream import Upstream

    host, port = _address(args.listen)
    upstream = Upstream(args.upstream)
    try:
        proxy = Proxy(host, port, upstream, _tell)
    except ValueError as error:
        raise Misuse(f"--listen: {error}") from None
    except OSError as error:
        raise Misuse(
            f"cannot listen on {args.listen}: {error.strerror}; choose another with --listen 127.0.0.1:PORT"
        ) from None
    with proxy:
        print(opening(proxy), flush=True)
        try:
            proxy.serve_forever()
        except KeyboardInterrupt:
            return 0
        finally:
            upstream.close()
    return 0


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise Misuse(f"--listen wants an address and a port, such as {LISTEN}")
    return host.strip("[]"), int(port)


def _tell(message: Message, news: Diagnosis | None) -> None:
    from proofkey.doctor.watch.telling import line_of, report_of

    told = line_of(message) + "\n"
    if news is not None and (report := report_of(news)):
        told += f"{report}\n" if news.findings else report
    sys.stdout.write(told)
    sys.stdout.flush()
