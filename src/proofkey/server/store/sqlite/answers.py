"""Carries results from the writer's thread to the event loops that wait for them: one wake-up per loop and batch."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from typing import Any, TypeAlias

Answer: TypeAlias = tuple["asyncio.Future[Any]", object]  # a result, or the exception to raise


def answer(answers: Iterable[Answer]) -> None:
    """Resolve futures from a thread that is none of their loops'."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Answer]] = {}
    for one in answers:
        by_loop.setdefault(one[0].get_loop(), []).append(one)
    for loop, theirs in by_loop.items():
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_resolve, theirs)


def _resolve(answers: list[Answer]) -> None:
    for future, result in answers:
        if future.done():  # its caller was cancelled; what it queued was written all the same
            continue
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)
