"""A real server on a fresh SQLite database, reached over ASGI."""

from __future__ import annotations

import pytest

from tests.server.person import Clock, Person, open_test_server


@pytest.fixture
def clock() -> Clock:
    """Time that the test moves."""
    return Clock()


@pytest.fixture
async def server(tmp_path, clock):
    """A development server of the standard personality."""
    running = await open_test_server(tmp_path, clock=clock)
    await running.start()
    yield running
    await running.close()


@pytest.fixture
async def ada(server):
    """Ada at her browser."""
    async with Person(server) as person:
        yield person
