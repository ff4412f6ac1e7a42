"""The fixtures, found by pytest where proofkey is installed (entry point `pytest11`).

    proofkey_server     the authorization server in this process
    proofkey_process    the same as a process of its own
    proofkey_settings   override it to set the server up: return a ServerSettings

A server is started at its first use and serves the whole run of a worker; what a test adds to it, asks for, or moves
is undone at the test's end. This module imports nothing heavy: it is loaded in suites that use none of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from proofkey.testing.in_process import InProcessServer
    from proofkey.testing.login_server import LoginServer
    from proofkey.testing.process import ServerProcess
    from proofkey.testing.server_settings import ServerSettings


class RunningServers:
    """The servers of a run, by kind and settings."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._running: dict[object, Any] = {}

    def get(self, run: Callable[[ServerSettings], AbstractContextManager[Any]], settings: ServerSettings) -> Any:
        """Give a server, started if there is none; a process that died is replaced."""
        from proofkey.core.errors import Misuse

        running = self._running.get((run, settings))
        process = getattr(running, "process", None)
        if running is None or (process is not None and process.poll() is not None):
            try:
                running = self._running[run, settings] = self._stack.enter_context(run(settings))
            except Misuse as error:
                pytest.fail(str(error), pytrace=False)
        return running


@pytest.fixture(scope="session")
def _proofkey_servers() -> Iterator[RunningServers]:
    with ExitStack() as stack:
        yield RunningServers(stack)


@pytest.fixture
def proofkey_settings() -> ServerSettings:
    """Say how the authorization server is set up; override it in a conftest.py, a module or a class."""
    from proofkey.testing.server_settings import ServerSettings

    return ServerSettings()


@pytest.fixture
def proofkey_server(_proofkey_servers: RunningServers, proofkey_settings: ServerSettings) -> Iterator[LoginServer]:
    """The real authorization server in this process, for this test alone (docs/testing-your-login.md)."""
    from proofkey.testing.in_process import run_in_process

    running: InProcessServer = _proofkey_servers.get(run_in_process, proofkey_settings)
    yield from _view(running)


@pytest.fixture
def proofkey_process(_proofkey_servers: RunningServers, proofkey_settings: ServerSettings) -> Iterator[LoginServer]:
    """The real authorization server as a process of its own, for this test alone."""
    from proofkey.testing.process import run_process

    running: ServerProcess = _proofkey_servers.get(run_process, proofkey_settings)
    yield from _view(running)


def _view(running: InProcessServer | ServerProcess) -> Iterator[LoginServer]:
    view = running.view()
    try:
        yield view
    finally:
        view.close()
