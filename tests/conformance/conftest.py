"""The server under test is the one of tests/server: real, on a fresh SQLite database, reached over ASGI."""

from __future__ import annotations

import pytest

from tests.conformance.parties import web
from tests.server.conftest import ada, clock, server
from tests.server.person import client

__all__ = ["ada", "clock", "server"]


@pytest.fixture
async def trusted(server):
    """Make the app one that nobody is asked about, and add a confidential client `web`."""
    await server.store.put_client(client(trusted=True))
    await server.store.put_client(web(trusted=True))
    return server
