"""Each test runs against each of the servers; the single-page app that logs in there is up first, with its port."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.browser.sites import Application
from tests.clients.packages import NotInstalled, javascript_server, python_server
from tests.clients.servers import authlib_server, glewlwyd, oidc_provider
from tests.clients.servers.foreign import ForeignServer, Redirects

NAMES = ("oidc-provider", "glewlwyd", "authlib")


@pytest.fixture(scope="session")
def app() -> Iterator[Application]:
    """A single-page app on loopback."""
    with Application() as app:
        yield app


@pytest.fixture(scope="session", params=NAMES)
def foreign(
    request: pytest.FixtureRequest, app: Application, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ForeignServer]:
    """A server that somebody else wrote, running. Packages that cannot be installed are a failure, not a skip."""
    folder = tmp_path_factory.mktemp(request.param)
    try:
        running = _start(request, folder, Redirects(page=f"{app.origin}/callback"))
    except NotInstalled as failure:
        pytest.fail(str(failure), pytrace=False)
    with running as server:
        yield server


def _start(request: pytest.FixtureRequest, folder: Path, redirects: Redirects) -> AbstractContextManager[ForeignServer]:
    match request.param:
        case "oidc-provider":
            packages = javascript_server(oidc_provider.HERE)
            return oidc_provider.run_oidc_provider(folder, packages, request.getfixturevalue("node"), redirects)
        case "authlib":
            return authlib_server.run_authlib(folder, python_server(authlib_server.HERE), redirects)
        case _:
            return glewlwyd.run_glewlwyd(folder, glewlwyd.find_or_skip(), redirects)
