"""Genesys Cloud's Python SDK, unmodified, logs in against the server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.clients.conversation import Report, converse
from tests.clients.installation import Installation
from tests.clients.packages import PythonClients
from tests.clients.person import Person

pytestmark = [pytest.mark.clients, pytest.mark.timeout(600)]

PUBLIC = "0f5c1b52-6f0e-4a53-9c3e-7a4f0c8f7a11"
CONFIDENTIAL = "0f5c1b52-6f0e-4a53-9c3e-7a4f0c8f7a12"
REGISTERED = "http://localhost/callback"
CALLBACK = "http://localhost:51213/callback"  # a port of the moment, as a command line tool has it

Run = Callable[..., Report]


@pytest.fixture(scope="module")
def secret(genesys: Installation) -> str:
    """Register both clients; give the secret of the one that has one."""
    genesys.add_client(PUBLIC, "--public", "--redirect-uri", REGISTERED)
    return genesys.add_client(CONFIDENTIAL, "--confidential", "--without-pkce", "--redirect-uri", REGISTERED)


@pytest.fixture
def run(python: PythonClients, genesys: Installation, secret: str, tmp_path: Path) -> Iterator[Run]:
    """Run one of the programs of this folder with the SDK."""
    person = Person(genesys)

    def run(program: str, **settings: object) -> Report:
        script = Path(__file__).parent / "python" / program
        known = {"address": genesys.address, "port": genesys.port, "redirect_uri": CALLBACK, "client_id": PUBLIC}
        return converse([str(python.python), str(script)], known | settings, person, tmp_path)

    yield run
    person.close()


@pytest.mark.parametrize("by", ["gateway", "host"])
def test_a_pkce_login(run: Run, by: str) -> None:
    """get_pkce_token, the users and tokens API with expansions; after DELETE the token is worth nothing."""
    report = run("genesys_pkce.py", by=by)
    assert (report["token_type"], report["has_refresh_token"]) == ("bearer", False)
    assert report["expires_in"] == 86400
    assert (report["user"], report["email"]) == ("Ada Lovelace", "ada@example.org")
    assert report["client"] == PUBLIC
    assert report["organization"]
    assert "users:readonly" in report["scopes"]
    assert report["afterwards"] == 401


def test_a_login_with_a_secret_and_its_refreshes(run: Run, secret: str) -> None:
    """get_code_authorization_token sends no PKCE; the SDK refreshes when told, and by itself after a 401."""
    report = run("genesys_code.py", by="gateway", client_id=CONFIDENTIAL, client_secret=secret)
    assert report["names"] == ["Ada Lovelace"] * 3
    assert (report["access_tokens"], report["refresh_tokens"]) == (3, 2)
    assert report["afterwards"] == 401


def test_a_wrong_verifier_is_told_to_the_owner_and_not_to_the_network(run: Run, genesys: Installation) -> None:
    """The SDK shows the RFC's words and a request id; under that id the journal has the exact fault."""
    report = run("genesys_pkce.py", by="gateway", wrong_verifier=True)
    body = json.loads(report["body"])
    assert report["status"] == 400
    assert body["error"] == "invalid_grant"
    assert body["description"] == body["error_description"]
    assert "verifier" not in report["body"]
    headers = {name.lower(): value for name, value in report["headers"].items()}
    entry = genesys.journal_of(headers["x-request-id"])
    assert (entry.client_id, entry.status, entry.error) == (PUBLIC, 400, "invalid_grant")
    assert entry.fault == "verifier-unrelated"
