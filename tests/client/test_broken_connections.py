"""Servers that break the connection rather than the protocol: the code goes out once, the error says what is known."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from proofkey.client.errors import AnswerLost, NotReached
from proofkey.core.errors import PeerViolation, ProofkeyError
from tests.client.scripted import Scripted
from tests.client.scripted_logins import LogIn, log_in_blocking

Behaviour = Callable[[socket.socket], None]
PATIENCE = 3.0  # seconds that the client has where it is the deadline that ends the exchange


def _hang_up(connection: socket.socket) -> None:
    """Close without having read."""


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _read_and_hang_up(connection: socket.socket) -> None:
    connection.recv(65_536)


def _read_and_reset(connection: socket.socket) -> None:
    connection.recv(65_536)
    _reset(connection)


def _say_nothing(connection: socket.socket) -> None:
    connection.settimeout(60)
    while connection.recv(65_536):
        pass  # until the client hangs up


def _drip_the_header(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


def _drip_until_closed(connection: socket.socket) -> None:
    connection.sendall(b'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{"access_token": "x", "token_type": "bearer"}')
    while True:
        connection.sendall(b" ")
        time.sleep(0.05)


def _speak_something_else(connection: socket.socket) -> None:
    connection.recv(65_536)
    connection.sendall(b"220 mail.example ESMTP\r\n")


def _say_too_much_header(connection: socket.socket) -> None:
    connection.recv(65_536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 200_000)


def _hold_the_chunk(connection: socket.socket) -> None:
    connection.recv(65_536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nabc")
    _say_nothing(connection)


def _pour_chunks(connection: socket.socket) -> None:
    connection.recv(65_536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"8000\r\n" + b"x" * 0x8000 + b"\r\n")


SLOW = (_say_nothing, _drip_the_header, _drip_until_closed, _hold_the_chunk)


@contextmanager
def behaving(behave: Behaviour) -> Iterator[tuple[str, list[int]]]:
    """Listen; give the address, and a list with an entry for each connection that came."""
    taken: list[int] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            taken.append(1)
            with connection:
                try:
                    behave(connection)
                except OSError:
                    continue  # the client hung up, as it should

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/token", taken
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(30)


@pytest.mark.parametrize(
    ("behave", "kind", "fault"),
    [
        (_hang_up, AnswerLost, "server-unavailable"),
        (_read_and_hang_up, AnswerLost, "server-unavailable"),
        (_read_and_reset, AnswerLost, "server-unavailable"),
        (_say_nothing, AnswerLost, "server-unavailable"),
        (_drip_the_header, AnswerLost, "server-unavailable"),
        (_drip_until_closed, AnswerLost, "server-unavailable"),
        (_speak_something_else, AnswerLost, "server-unavailable"),
        (_say_too_much_header, AnswerLost, "server-unavailable"),
        (_hold_the_chunk, AnswerLost, "server-unavailable"),
        (_pour_chunks, PeerViolation, "answer-malformed"),
    ],
)
def test_a_code_goes_out_once(
    log_in: LogIn, script: Scripted, behave: Behaviour, kind: type[ProofkeyError], fault: str
) -> None:
    """Whatever breaks after the connection came about, the code may have arrived: it is not sent again."""
    with behaving(behave) as (address, taken):
        script.metadata |= {"token_endpoint": address}
        before = time.monotonic()
        with pytest.raises(kind) as raised:
            log_in(script, scopes=(), patience=PATIENCE if behave in SLOW else 60.0)
        assert time.monotonic() - before < 60
    assert (type(raised.value), raised.value.fault) == (kind, fault)
    assert len(taken) == 1
    assert "the-code" not in str(raised.value)


def test_a_connection_that_is_reset_at_once(log_in: LogIn, script: Scripted) -> None:
    """Either it never came about, and nothing was sent, or the request was on its way: both are said as they are."""
    with behaving(_reset) as (address, taken):
        script.metadata |= {"token_endpoint": address}
        with pytest.raises((NotReached, AnswerLost)) as raised:
            log_in(script, scopes=())
    assert raised.value.fault == "server-unavailable"
    # A connection that died before the request was written on it may be replaced once: nothing had been sent.
    assert len(taken) <= 2
    assert taken or isinstance(raised.value, NotReached)


async def test_no_thread_is_left_behind(script: Scripted) -> None:
    """The deadline of a blocking exchange ends with it."""
    await asyncio.to_thread(log_in_blocking, script)
    assert not [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]
