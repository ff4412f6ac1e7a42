"""Work that begins at once goes on as a task would: results, failures and cancelling arrive where they belong."""

from __future__ import annotations

import asyncio

import pytest

from proofkey.server.http1.starting import start


async def test_work_that_waits_for_nothing_is_done_at_once() -> None:
    """No task is made for it."""
    seen: list[str] = []

    async def work() -> None:
        seen.append("done")

    assert start(asyncio.get_running_loop(), work()) is None
    assert seen == ["done"]


async def test_work_that_waits_goes_on_as_a_task() -> None:
    """However often it waits."""
    loop = asyncio.get_running_loop()
    first, second = loop.create_future(), loop.create_future()
    seen: list[object] = []

    async def work() -> None:
        seen.append(await first)
        seen.append(await second)
        await asyncio.sleep(0)
        seen.append(asyncio.current_task())

    task = start(loop, work())
    assert task is not None
    first.set_result(1)
    await asyncio.sleep(0)
    second.set_result(2)
    await task
    assert seen == [1, 2, task]


@pytest.mark.parametrize("at", [1, 2])
async def test_a_failure_arrives_where_it_was_waited_for(at: int) -> None:
    """At the first wait and at later ones, and the work may go on from there."""
    loop = asyncio.get_running_loop()
    waited = [loop.create_future() for _ in range(3)]
    seen: list[object] = []

    async def work() -> None:
        for each in waited:
            try:
                seen.append(await each)
            except OSError as error:
                seen.append(str(error))

    task = start(loop, work())
    assert task is not None
    for number, each in enumerate(waited, 1):
        if number == at:
            each.set_exception(OSError("disk"))
        else:
            each.set_result(number)
        await asyncio.sleep(0)
    await task
    assert seen == ["disk" if number == at else number for number in (1, 2, 3)]


async def test_cancelling_reaches_the_work() -> None:
    """Its `finally` runs, and the task is cancelled."""
    loop = asyncio.get_running_loop()
    waited, seen = loop.create_future(), []

    async def work() -> None:
        try:
            await waited
        finally:
            seen.append("left")

    task = start(loop, work())
    assert task is not None
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen == ["left"]
