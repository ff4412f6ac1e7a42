"""Ends a blocking exchange when its time is over: no other time-out stops a server that drips its header."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

_CONNECTED = ("connect_tcp.complete", "start_tls.complete")


class Deadline:
    """Shuts the connection down from a thread beside; `passed` says afterwards that this is what happened."""

    def __init__(self, patience: float) -> None:
        self.passed = False
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(patience, self._end)
        self._timer.daemon = True

    def watch(self, event: str, info: Mapping[str, Any]) -> None:
        """Learn the socket: what httpx calls, as its extension `trace`, while it connects."""
        if not event.endswith(_CONNECTED):
            return
        with self._lock:
            self._socket = info["return_value"].get_extra_info("socket")
            if self.passed:
                self._shut_down()

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        self._timer.join()  # no thread is left behind

    def _end(self) -> None:
        with self._lock:
            self.passed = True
            self._shut_down()

    def _shut_down(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                # Of the connection below TLS: its own shutdown() is not for another thread.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
