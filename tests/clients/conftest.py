"""The clients, and servers to log in at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.clients.certificate import make_certificate
from tests.clients.installation import Installation, run_server
from tests.clients.packages import (
    JavaScriptClients,
    NotInstalled,
    PythonClients,
    javascript_clients,
    python_clients,
)


@pytest.fixture(scope="session")
def javascript() -> JavaScriptClients:
    """Give the JavaScript clients; without them a test fails, it is not skipped."""
    try:
        return javascript_clients()
    except NotInstalled as failure:
        pytest.fail(str(failure), pytrace=False)


@pytest.fixture(scope="session")
def python() -> PythonClients:
    """Give the Python clients; without them a test fails, it is not skipped."""
    try:
        return python_clients()
    except NotInstalled as failure:
        pytest.fail(str(failure), pytrace=False)


@pytest.fixture(scope="module")
def genesys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Run a server with Genesys Cloud's surface, over http as on a developer's machine."""
    with run_server(tmp_path_factory.mktemp("genesys"), "--personality", "genesys") as server:
        yield server


@pytest.fixture(scope="module")
def standard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Run a plain server, over TLS as in production."""
    folder = tmp_path_factory.mktemp("standard")
    with run_server(folder, certificate=make_certificate(folder, "127.0.0.1")) as server:
        yield server
