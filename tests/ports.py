"""A port that must be known before its server is there: of one that starts again, or is told of elsewhere first.

Every other server binds port 0 and says what it got.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def held_port() -> Iterator[int]:
    """Keep a loopback port for one server, also while that is down: the system gives it to nobody else meanwhile.

    On Linux a server with SO_REUSEADDR may listen where another such socket is bound and does not listen. Elsewhere it
    may not: the port is let go, and the system will hardly choose it again so soon.
    """
    with socket.socket() as holding:
        holding.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holding.bind(("127.0.0.1", 0))
        port: int = holding.getsockname()[1]
        if sys.platform != "linux":
            holding.close()
        yield port


def unused_port() -> int:
    """Give a loopback port that nobody has just now, for a listener that shares its port with nobody: the client's own
    (`client/loopback.py`) would not come onto a held one.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
