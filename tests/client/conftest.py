"""The scripted server, and the real one on a socket."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.client.real_server import RealServer, run_real_server
from tests.client.scripted import Scripted, run_scripted
from tests.client.scripted_logins import LogIn, log_in_awaited, log_in_blocking


@pytest.fixture(scope="session")
def _script() -> Iterator[Scripted]:
    with run_scripted() as script:
        yield script


@pytest.fixture
def script(_script: Scripted) -> Scripted:
    """A scripted server that behaves, until the test changes it."""
    for changed in (_script.answers, _script.claims, _script.header, _script.metadata, _script.seen):
        changed.clear()
    _script.nonce = None
    return _script


@pytest.fixture(params=[log_in_blocking, log_in_awaited], ids=["blocking", "awaited"])
def log_in(request: pytest.FixtureRequest) -> LogIn:
    """Each test that logs in at the scripted server does so with both clients."""
    log_in: LogIn = request.param
    return log_in


@pytest.fixture(scope="session")
def real_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """Our server on loopback, with a user and public and confidential clients."""
    with run_real_server(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own, for this process and those it starts."""
    folder = tmp_path / "data"
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    assert os.environ["XDG_DATA_HOME"] == str(folder)
    return folder
