"""A server with an administrator, an owner of one client, and somebody who has nothing to do there."""

from __future__ import annotations

from functools import cache

import pytest

from proofkey.core.records import User
from proofkey.core.secret import Password
from proofkey.server import diagnosing
from proofkey.server.accounts import hash_password
from proofkey.server.running import Server
from tests.server.admin.office import Clerk
from tests.server.person import PASSWORD, client, open_test_server


@cache
def _known() -> str:
    return hash_password(Password(PASSWORD))


async def furnish(server: Server) -> None:
    """Add people and clients: root is an administrator, ada owns `spa`, eve nothing; `other` is nobody's."""
    known = _known()
    await server.store.put_user(User("subject-root", "root", known, admin=True))
    await server.store.put_user(User("subject-eve", "eve", known))
    await server.store.put_client(client(owner="subject-ada", trusted=True))
    await server.store.put_client(client(client_id="other", name="Another app", trusted=True))


@pytest.fixture
async def office(server: Server) -> Server:
    """Give a development server, furnished."""
    await furnish(server)
    return server


@pytest.fixture
async def production(tmp_path, clock, monkeypatch):
    """Give a server that is not in development, furnished; it does not rest between two searches."""
    monkeypatch.setattr(diagnosing, "REST", 0)
    server = await open_test_server(tmp_path, clock=clock, development=False)
    await furnish(server)
    await server.start()
    yield server
    await server.close()


@pytest.fixture
async def root(office: Server):
    """The administrator."""
    async with Clerk(office, username="root") as clerk:
        yield clerk


@pytest.fixture
async def owner(office: Server):
    """Ada, who owns `spa`."""
    async with Clerk(office, username="ada") as clerk:
        yield clerk


@pytest.fixture
async def eve(office: Server):
    """Somebody with an account."""
    async with Clerk(office, username="eve") as clerk:
        yield clerk
