"""The tests' own port keeper: two tests cannot get the same port, and a server comes back to its own."""

from __future__ import annotations

import socket
import sys

import pytest

from proofkey.server.serving import bind
from tests.ports import held_port


def test_a_server_comes_and_goes_on_a_held_port() -> None:
    """It may listen there, end, and listen again."""
    with held_port() as port:
        for _ in range(2):
            with bind("127.0.0.1", port), socket.create_connection(("127.0.0.1", port)):
                pass


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a server listen where a port is held")
def test_a_held_port_goes_to_nobody_else() -> None:
    """Neither to another keeper nor to a program that takes any port, or connects from one."""
    with held_port() as port, held_port() as other:
        assert port != other
        with socket.socket() as stranger, pytest.raises(OSError, match="in use"):
            stranger.bind(("127.0.0.1", port))
