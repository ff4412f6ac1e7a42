"""What a decision asks of the world: a request to be sent, a store to be asked, a pause to be made.

A decision is a generator that yields these and is given the results; errors come back into it. One pump blocks, the
other awaits, so that ASGI and WSGI share every line between the request and its answer.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Generator
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from proofkey.client.sending import AsyncSend, Send
from proofkey.core.wire import HttpRequest

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ask:
    """A call that may wait for a disk, a database or a processor."""

    call: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Pause:
    """Seconds in which somebody else may go on."""

    seconds: float


Effect: TypeAlias = HttpRequest | Ask | Pause
Steps: TypeAlias = Generator[Effect, Any, T]


def ask(call: Callable[[], T]) -> Steps[T]:
    """Make a call that may wait, and give its result."""
    result: T = yield Ask(call)
    return result


def pause(seconds: float) -> Steps[None]:
    """Let some time pass."""
    yield Pause(seconds)


def run(steps: Steps[T], send: Send) -> T:
    """Run a decision in this thread."""
    try:
        effect = next(steps)
        while True:
            try:
                result = _done(effect, send)
            except Exception as error:
                effect = steps.throw(error)
            else:
                effect = steps.send(result)
    except StopIteration as ended:
        outcome: T = ended.value
        return outcome
    finally:
        steps.close()


async def run_async(steps: Steps[T], send: AsyncSend, pool: Executor) -> T:
    """As `run`, on an event loop; calls that may wait go to the pool's threads."""
    try:
        effect = next(steps)
        while True:
            try:
                result = await _done_async(effect, send, pool)
            except Exception as error:
                effect = steps.throw(error)
            else:
                effect = steps.send(result)
    except StopIteration as ended:
        outcome: T = ended.value
        return outcome
    finally:
        steps.close()


def _done(effect: Effect, send: Send) -> object:
    match effect:
        case HttpRequest():
            return send(effect)
        case Ask(call):
            return call()
        case Pause(seconds):
            time.sleep(seconds)
            return None


async def _done_async(effect: Effect, send: AsyncSend, pool: Executor) -> object:
    match effect:
        case HttpRequest():
            return await send(effect)
        case Ask(call):
            return await asyncio.get_running_loop().run_in_executor(pool, call)
        case Pause(seconds):
            await asyncio.sleep(seconds)
            return None
