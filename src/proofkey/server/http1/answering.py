"""A request on its way through the application: begun at once, and gone on with when what it waits for is there.

What a login asks for lies in memory, or is one write to wait for; for so little no task is made. What waits a second
time goes on as a task. So the first two steps must not ask for the current task, as `asyncio.timeout` does.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Coroutine, Generator
from types import coroutine
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from proofkey.server.http import Answer, Request

if TYPE_CHECKING:
    from proofkey.server.http1.connection import Connection
    from proofkey.server.http1.open_connections import OpenConnections

log = logging.getLogger("proofkey.server")

Work: TypeAlias = Coroutine[Any, Any, Answer | None]

WRONG = Answer(500, (("content-type", "text/plain; charset=utf-8"), ("content-length", "21")), b"Internal Server Error")
_DONE = object()


class Answering(msgspec.Struct, eq=False):
    """One request in hand; `OpenConnections.under_way` holds it while it waits."""

    _work: Work
    _request: Request
    _connection: Connection
    _all: OpenConnections
    _waits_for: asyncio.Future[Any] | None = None  # or the task that it has become

    def begin(self) -> None:
        """Take the first step here and now."""
        awaited = self._step()
        if awaited is _DONE:
            return
        self._all.under_way.add(self)
        if getattr(awaited, "_asyncio_future_blocking", False):
            future: Any = awaited
            future._asyncio_future_blocking = False  # so a task tells a future that it waits for it
            self._waits_for = future
            future.add_done_callback(self._go_on)
        else:
            self._become_task(_rest(self._work, awaited))

    def begin_as_task(self) -> None:
        """Take no step outside of a task."""
        self._all.under_way.add(self)
        self._become_task(self._work)

    def cancel(self) -> None:
        """Break it off where it waits."""
        if self._waits_for is not None:
            self._waits_for.cancel()

    def _go_on(self, _: object) -> None:
        awaited = self._step()
        if awaited is _DONE:
            self._all.finished(self)
        else:
            self._become_task(_rest(self._work, awaited))

    def _step(self) -> object:
        """Go on to the next wait, and give what is waited for."""
        try:
            return self._work.send(None)
        except StopIteration as end:
            self._connection.answered(self._request, end.value)
        except Exception:
            self._failed()
        except asyncio.CancelledError:
            pass
        return _DONE

    def _become_task(self, rest: Awaitable[Answer | None]) -> None:
        self._waits_for = task = self._all.loop.create_task(self._finish(rest))
        task.add_done_callback(self._finished)

    async def _finish(self, rest: Awaitable[Answer | None]) -> None:
        try:
            answer = await rest
        except Exception:
            self._failed()
        else:
            self._connection.answered(self._request, answer)

    def _finished(self, _: object) -> None:
        self._work.close()  # who is cancelled before the task's first step has not heard of it
        self._all.finished(self)

    def _failed(self) -> None:
        log.exception("an application failed")
        self._connection.answered(self._request, WRONG)


@coroutine
def _rest(work: Work, awaited: object) -> Generator[Any, Any, Answer | None]:
    """Wait for what work waits for already, and go on with it."""
    answer: Answer | None
    try:
        yield awaited
    except BaseException as error:  # what was waited for failed, or the task was cancelled
        try:
            awaited = work.throw(error)
        except StopIteration as end:
            answer = end.value
        else:
            answer = yield from _rest(work, awaited)
    else:
        answer = yield from work
    return answer
