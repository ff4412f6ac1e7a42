"""Reads lines from a file descriptor without ever waiting for one, so that a login can wait for two things at once."""

from __future__ import annotations

import os
import select
import sys
import threading
from queue import Empty, Queue

_MOST = 65_536  # bytes of a line


class Lines:
    """Lines typed or pasted at a descriptor; after the end of input there are none."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._buffer = b""
        self._ended = False
        self._pieces: Queue[bytes] | None = None
        if sys.platform == "win32":  # select knows no consoles there
            self._pieces = Queue()
            threading.Thread(target=self._read_on, args=(self._pieces,), daemon=True).start()

    def next(self) -> str | None:
        """Give a line if one is there."""
        while b"\n" not in self._buffer:
            piece = self._piece()
            if piece is None:
                return None
            self._ended = self._ended or not piece
            # What stands before the end of input is a line, too.
            self._buffer = (self._buffer + (piece or (b"\n" if self._buffer else b"")))[:_MOST]
            if not self._buffer:
                return None
            if len(self._buffer) == _MOST:
                self._buffer += b"\n"
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line.decode("utf-8", "replace")

    def _piece(self) -> bytes | None:
        if self._ended:
            return None
        if self._pieces is not None:
            try:
                return self._pieces.get_nowait()
            except Empty:
                return None
        try:
            if not select.select([self._descriptor], [], [], 0)[0]:
                return None
            return os.read(self._descriptor, 8192)
        except (OSError, ValueError):
            return b""

    def _read_on(self, pieces: Queue[bytes]) -> None:
        while True:
            try:
                piece = os.read(self._descriptor, 8192)
            except OSError:
                piece = b""
            pieces.put(piece)
            if not piece:
                return
