"""Schemathesis draws requests from a description of every endpoint: no 5xx, and no status that is not described.

The description is written by hand (openapi.json); that it has every route and method is a test of its own.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from proofkey.server.app import App
from proofkey.server.routes import EXACT, PREFIXES
from proofkey.server.serving import Listening, bind, serve
from tests.conformance.parties import bearer, tokens_for, web
from tests.server.person import Attempt, Person, client, open_test_server

DESCRIPTION = json.loads((Path(__file__).parent / "openapi.json").read_text(encoding="utf-8"))
METHODS = ("get", "post", "put", "patch", "delete")
OPERATIONS = [(path, method) for path, item in DESCRIPTION["paths"].items() for method in METHODS if method in item]


def test_every_route_and_method_is_described() -> None:
    """And nothing else is."""
    served = {(path, method.lower()) for path, route in EXACT.items() for method in route.methods}
    below = {(prefix, method.lower()) for prefix, route in PREFIXES.items() for method in route.methods}
    described = {operation for operation in OPERATIONS if "{" not in operation[0]}
    assert described == {operation for operation in served if operation[1] != "head"}
    described_below = {(path.partition("{")[0], method) for path, method in OPERATIONS if "{" in path}
    assert described_below == {operation for operation in below if operation[1] != "head"}


@dataclass(frozen=True)
class Running:
    """A server on a port, and an administrator's token of it."""

    address: str
    token: str


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Serve in a thread with an event loop of its own."""
    listening = bind("127.0.0.1", 0)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    folder = tmp_path_factory.mktemp("served")
    known: list[Running] = []
    started, loops = threading.Event(), []
    ended = asyncio.Event()

    async def run() -> None:
        loops.append(asyncio.get_running_loop())
        server = await open_test_server(folder, issuer=address)
        await server.store.put_client(client(trusted=True))
        await server.store.put_client(web(trusted=True))
        await server.store.put_user(replace(await server.store.user("subject-ada"), admin=True))
        async with Person(server) as person:
            token = (await tokens_for(person, Attempt()))["access_token"]
        known.append(Running(address, token))
        started.set()
        await serve([Listening(App(server), listening)], ended)

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    assert started.wait(60)
    yield known[0]
    loops[0].call_soon_threadsafe(ended.set)
    thread.join(60)


@pytest.mark.clients
@pytest.mark.shows("A78", "A79", "A80")
@pytest.mark.parametrize("with_token", [False, True], ids=["anonymous", "administrator"])
@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=lambda value: value)
def test_no_request_gets_a_5xx_or_an_undescribed_status(
    running: Running, path: str, method: str, with_token: bool
) -> None:
    """Thirty requests per endpoint, with and without an administrator's token."""
    import schemathesis
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import status_code_conformance

    ends_the_token = (path, method) == ("/api/v2/tokens/me", "delete")
    headers = bearer(running.token) if with_token and not ends_the_token else {}
    operation = schemathesis.openapi.from_dict(DESCRIPTION)[path][method.upper()]

    @settings(
        max_examples=30,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def send(case) -> None:
        case.headers.pop("Authorization", None)
        case.headers.update(headers)
        response = case.call(base_url=running.address, allow_redirects=False)
        case.validate_response(response, checks=[not_a_server_error, status_code_conformance])

    send()
