"""Work that begins at once: what a request asks for mostly lies in memory, and then no task need be made for it.

Python 3.12 has eager tasks for this. Before that, the first step is taken here, outside of any task, so it must not ask
for the current one, as `asyncio.timeout` does.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine, Generator
from types import coroutine
from typing import Any, TypeAlias

Work: TypeAlias = Coroutine[Any, Any, None]


def start(loop: asyncio.AbstractEventLoop, work: Work) -> asyncio.Task[None] | None:
    """Run work until it waits for something; give the task that does the rest, None where there is none."""
    if sys.version_info >= (3, 12):
        task = asyncio.Task(work, loop=loop, eager_start=True)
        return None if task.done() else task
    try:
        awaited = work.send(None)
    except StopIteration:
        return None
    rest = _go_on(work, awaited)
    rest.send(None)  # into its `try`: who cancels the task before its first step cancels the work
    return loop.create_task(rest)


@coroutine
def _go_on(work: Work, awaited: object) -> Generator[Any, Any, None]:
    try:
        yield
        yield awaited
    except BaseException as error:  # what was waited for failed, or the task was cancelled
        try:
            awaited = work.throw(error)
        except StopIteration:
            return
        rest = _go_on(work, awaited)
        rest.send(None)
        yield from rest
    else:
        yield from work
