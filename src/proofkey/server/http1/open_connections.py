"""The connections of a listener, and the work that is done for them: ended together, in peace or after a while."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from itertools import islice
from typing import TYPE_CHECKING

from proofkey.server.http1.writing import date_line

if TYPE_CHECKING:
    from proofkey.server.http1.answering import Answering
    from proofkey.server.http1.connection import Connection

log = logging.getLogger("proofkey.server")

MOST = 10_000  # connections
LOOKED_AT = 16  # of them, for one that rests


class OpenConnections:
    """Knows who is connected and what is under way.

    Who comes when `most` are connected takes the place of one of the first, if it rests, or is turned away.
    """

    def __init__(self, most: int = MOST) -> None:
        self.loop = asyncio.get_running_loop()
        self.date_line = b""
        self._most = most
        self._turned_away = 0  # since it was told last
        self._connections: OrderedDict[Connection, None] = OrderedDict()  # a dict looks long for its first
        self.under_way: set[Answering] = set()  # what waits for something
        self._done = asyncio.Event()
        self._ending = False
        self._arrived: list[Answering] = []
        self._answered: list[tuple[asyncio.Transport, bytes]] = []
        self._tick()

    def add(self, connection: Connection) -> None:
        """Take note of a connection."""
        if self._ending:
            connection.end()
        elif len(self._connections) >= self._most and not self._made_room():
            self._turned_away += 1
            connection.drop()
        self._connections[connection] = None

    def discard(self, connection: Connection) -> None:
        """Forget a connection that is closed, but not what is under way for it."""
        self._connections.pop(connection, None)
        self._look()

    def finished(self, answering: Answering) -> None:
        """Forget what was under way."""
        self.under_way.discard(answering)
        self._look()

    def begin_soon(self, answering: Answering) -> None:
        """Begin to answer together with what else arrives in this turn of the loop: first all is read, then answered.

        The processor then runs the same code over and over; taking each as it came took a fifth more time or worse.
        """
        if not self._arrived:
            self.loop.call_soon(self._begin)
        self._arrived.append(answering)

    def _begin(self) -> None:
        arrived, self._arrived = self._arrived, []
        for answering in arrived:
            answering.begin()

    def send_soon(self, transport: asyncio.Transport, octets: bytes) -> None:
        """Send together with what else is answered in this turn of the loop.

        Where many connections lead to one process, a proxy in front, that is then woken for many answers, not for each.
        """
        if not self._answered:
            self.loop.call_soon(self.send)
        self._answered.append((transport, octets))

    def send(self) -> None:
        """Send what waits for it."""
        answered, self._answered = self._answered, []
        for transport, octets in answered:
            if not transport.is_closing():
                transport.write(octets)

    async def end(self, grace: float, hurried: asyncio.Event) -> None:
        """Close what is idle, wait so many seconds for the rest or until `hurried` is set, then break it off."""
        self._ending = True
        self._next_tick.cancel()
        self._tell()
        for connection in list(self._connections):
            connection.end()
        self._look()
        done, hurry = (self.loop.create_task(event.wait()) for event in (self._done, hurried))
        await asyncio.wait((done, hurry), timeout=grace, return_when=asyncio.FIRST_COMPLETED)
        hurry.cancel()
        if not self._done.is_set():
            for connection in list(self._connections):
                connection.drop()
            await asyncio.sleep(0)  # they are closed in the next turn of the loop
            for answering in list(self.under_way):
                answering.cancel()
        await done

    def _tick(self) -> None:
        now = time.time()
        self.date_line = date_line(now)
        self._tell()
        self._next_tick = self.loop.call_later(1.0 - now % 1.0, self._tick)

    def _made_room(self) -> bool:
        resting = next((one for one in islice(self._connections, LOOKED_AT) if one.rests), None)
        if resting is not None:
            del self._connections[resting]
            resting.drop()
        return resting is not None

    def _tell(self) -> None:
        """Say who was turned away: a line for all of a second."""
        if self._turned_away:
            log.warning("%d connections were turned away: %d are open, the most", self._turned_away, self._most)
            self._turned_away = 0

    def _look(self) -> None:
        if self._ending and not self._connections and not self.under_way:
            self._done.set()
