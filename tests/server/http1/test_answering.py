"""A request that is begun at once ends as in a task: answers, failures and cancelling arrive where they belong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from proofkey.server.http import Answer
from proofkey.server.http1.answering import WRONG, Answering
from proofkey.server.http1.open_connections import OpenConnections

GOOD = Answer(204)


class Taking:
    """What a connection does with an answer: it notes it."""

    def __init__(self) -> None:
        self.taken: list[Answer | None] = []

    def answered(self, scope: object, answer: Answer | None) -> None:
        """Note it."""
        self.taken.append(answer)


class Begun:
    """A request in hand, without sockets."""

    def __init__(self, work: Coroutine[Any, Any, Answer | None]) -> None:
        self.together, self.connection = OpenConnections(), Taking()
        self.answering = Answering(work, {}, self.connection, self.together)  # type: ignore[arg-type]

    async def until_done(self) -> list[Answer | None]:
        """Wait, and give the answers."""
        while self.together.under_way:  # noqa: ASYNC110  # it tells nobody but its own end
            await asyncio.sleep(0)
        return self.connection.taken


BEGINNINGS: list[Callable[[Answering], None]] = [Answering.begin, Answering.begin_as_task]
either_way = pytest.mark.parametrize("begin", BEGINNINGS, ids=["at-once", "as-task"])


async def test_what_waits_for_nothing_is_answered_at_once() -> None:
    """Before `begin` returns; nothing is under way."""

    async def work() -> Answer:
        return GOOD

    begun = Begun(work())
    begun.answering.begin()
    assert begun.connection.taken == [GOOD]
    assert not begun.together.under_way


async def test_one_wait_needs_no_task() -> None:
    """The second step is taken when the future is there; only what waits again becomes a task."""
    loop = asyncio.get_running_loop()
    waited = [loop.create_future() for _ in range(2)]
    tasks: list[object] = []

    async def work() -> Answer:
        tasks.append(asyncio.current_task())
        assert await waited[0] == 0
        tasks.append(asyncio.current_task())
        assert await waited[1] == 1
        tasks.append(asyncio.current_task())
        return GOOD

    begun = Begun(work())
    loop.call_soon(begun.answering.begin)
    for number, each in enumerate(waited):
        await asyncio.sleep(0)
        loop.call_soon(each.set_result, number)
    assert await begun.until_done() == [GOOD]
    assert tasks[:2] == [None, None]
    assert isinstance(tasks[2], asyncio.Task)


@either_way
async def test_a_turn_of_the_loop_may_be_waited_for(begin: Callable[[Answering], None]) -> None:
    """It is no future; a time limit after it finds its task."""

    async def work() -> Answer:
        await asyncio.sleep(0)
        async with asyncio.timeout(5):
            await asyncio.sleep(0)
        return GOOD

    begun = Begun(work())
    begin(begun.answering)
    assert await begun.until_done() == [GOOD]


@either_way
@pytest.mark.parametrize("at", [1, 2, 3])
async def test_a_failure_arrives_where_it_was_waited_for(begin: Callable[[Answering], None], at: int) -> None:
    """At each wait, and the work may go on from there."""
    loop = asyncio.get_running_loop()
    waited = [loop.create_future() for _ in range(3)]
    seen: list[object] = []

    async def work() -> Answer:
        for each in waited:
            try:
                seen.append(await each)
            except OSError as error:
                seen.append(str(error))
        return GOOD

    begun = Begun(work())
    begin(begun.answering)
    for number, each in enumerate(waited, 1):
        if number == at:
            each.set_exception(OSError("disk"))
        else:
            each.set_result(number)
        await asyncio.sleep(0)
    assert await begun.until_done() == [GOOD]
    assert seen == ["disk" if number == at else number for number in (1, 2, 3)]


@either_way
@pytest.mark.parametrize("waits", [0, 1, 2])
async def test_who_fails_answers_that_something_went_wrong(begin: Callable[[Answering], None], waits: int) -> None:
    """Whenever it happens; nothing stays under way."""

    async def work() -> Answer:
        for _ in range(waits):
            await asyncio.get_running_loop().run_in_executor(None, int)
        raise ZeroDivisionError

    begun = Begun(work())
    begin(begun.answering)
    assert await begun.until_done() == [WRONG]


@either_way
@pytest.mark.parametrize("waits", [1, 2])
async def test_cancelling_reaches_the_work(begin: Callable[[Answering], None], waits: int) -> None:
    """Its `finally` runs, and nobody is answered."""
    loop = asyncio.get_running_loop()
    waited = [loop.create_future() for _ in range(2)]
    left: list[bool] = []

    async def work() -> Answer:
        try:
            for each in waited:
                await each
        finally:
            left.append(True)
        return GOOD

    begun = Begun(work())
    begin(begun.answering)
    if waits == 2:
        waited[0].set_result(None)
    for _ in range(3):
        await asyncio.sleep(0)
    begun.answering.cancel()
    assert await begun.until_done() == []
    assert left == [True]


async def test_who_is_cancelled_before_his_task_begins_is_closed() -> None:
    """The work has taken a step already, outside of the task."""
    left: list[bool] = []

    async def work() -> Answer:
        try:
            await asyncio.sleep(0)
        finally:
            left.append(True)
        return GOOD

    begun = Begun(work())
    begun.answering.begin()
    begun.answering.cancel()
    assert await begun.until_done() == []
    assert left == [True]
