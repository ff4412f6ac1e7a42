"""An application's life (ASGI, lifespan 2.0): told that serving begins and that it has ended."""

from __future__ import annotations

import asyncio
from typing import Any


class CannotStart(Exception):
    """The application said that it cannot serve."""


class Lifespan:
    """Runs the application's part beside the requests."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self._told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Start it. Raises CannotStart."""
        self._task = asyncio.create_task(self._live())
        if problem := await self._tell("lifespan.startup"):
            raise CannotStart(problem)

    async def end(self) -> None:
        """Let it finish."""
        if self._task is not None and not self._task.done():
            await self._tell("lifespan.shutdown")
            await self._task

    async def _live(self) -> None:
        try:
            scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
            await self._application(scope, self._told.get, self._said.put)
        except Exception as error:
            self._said.put_nowait({"type": "failed", "message": str(error) or type(error).__name__})

    async def _tell(self, event: str) -> str | None:
        self._told.put_nowait({"type": event})
        said = await self._said.get()
        return None if said["type"] == f"{event}.complete" else str(said.get("message") or "it did not say why")
