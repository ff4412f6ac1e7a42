"""Logins without a pause, against a server by HTTP; remembers what was answered, to compare it with what was kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

from tests.server.network import Visitor
from tests.server.person import Attempt, answer_of


@dataclass
class Load:
    """What the visitors saw."""

    answered: dict[str, dict[str, str]] = field(default_factory=dict)  # code -> its tokens
    refused: list[httpx.Response] = field(default_factory=list)
    lost: int = 0  # requests without an answer
    enough: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, logins: int) -> None:
        """Wait until so many more logins were answered."""
        goal = len(self.answered) + logins
        async with asyncio.timeout(60):
            while len(self.answered) < goal:  # noqa: ASYNC110  # the visitors tell nobody
                await asyncio.sleep(0.01)


@asynccontextmanager
async def visiting(issuer: str, visitors: int = 4) -> AsyncIterator[Load]:
    """Let some people log in again and again while the body runs."""
    load = Load()
    tasks = [asyncio.create_task(_log_in_for_ever(issuer, load)) for _ in range(visitors)]
    try:
        yield load
    finally:
        load.enough.set()
        await asyncio.gather(*tasks)


async def _log_in_for_ever(issuer: str, load: Load) -> None:
    async with Visitor(issuer) as ada:
        while not load.enough.is_set():
            attempt = Attempt()
            try:
                code = answer_of(await ada.visit(attempt.url()))["code"]
                response = await ada.token(**attempt.form(code))
            except httpx.TransportError:
                load.lost += 1
                await asyncio.sleep(0.02)
            except AssertionError:  # an error page, such as 503: nothing was begun
                await asyncio.sleep(0.02)
            else:
                if response.status_code == 200:
                    assert code not in load.answered
                    load.answered[code] = response.json()
                else:
                    load.refused.append(response)
