"""Authlib and requests-oauthlib, unmodified, log in over TLS; neither is told to allow http or to trust blindly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.clients.conversation import Report, converse
from tests.clients.installation import Installation
from tests.clients.packages import PythonClients
from tests.clients.person import Person

pytestmark = [pytest.mark.clients, pytest.mark.timeout(600)]

CALLBACK = "https://app.example/callback"
KINDS = {
    "none": ("--public",),
    "client_secret_basic": ("--confidential",),
    "client_secret_post": ("--confidential", "--auth-method", "client_secret_post"),
}

Run = Callable[[str, str], Report]


@pytest.fixture(scope="module")
def secrets(standard: Installation) -> dict[str, str]:
    """Register a client of each kind, named for how it authenticates; give their secrets."""
    return {
        method: standard.add_client(method, *options, "--redirect-uri", CALLBACK) for method, options in KINDS.items()
    }


@pytest.fixture
def run(python: PythonClients, standard: Installation, secrets: dict[str, str], tmp_path: Path) -> Iterator[Run]:
    """Run one of the programs of this folder for a client."""
    person = Person(standard)

    def run(program: str, method: str) -> Report:
        script = Path(__file__).parent / "python" / program
        settings = {
            "issuer": standard.issuer,
            "client_id": method,
            "client_secret": secrets[method],
            "method": method,
            "redirect_uri": CALLBACK,
        }
        assert standard.certificate is not None
        trusted = str(standard.certificate.authority)
        return converse([str(python.python), str(script)], settings, person, tmp_path, REQUESTS_CA_BUNDLE=trusted)

    yield run
    person.close()


@pytest.mark.parametrize("method", KINDS)
def test_authlib(run: Run, method: str) -> None:
    """Authlib logs in with PKCE, reads the ID token and userinfo, refreshes, introspects, revokes; then it is over."""
    report = run("authlib_login.py", method)
    assert report["claims_are_for_this_login"]
    assert report["same_person"]
    assert (report["name"], report["email"]) == ("Ada Lovelace", "ada@example.org")
    assert report["rotated"]
    assert report["active"] is (None if method == "none" else True)
    assert (report["revoked"], report["afterwards"]) == (200, 401)


@pytest.mark.parametrize("method", ["none", "client_secret_basic"])
def test_requests_oauthlib(run: Run, method: str) -> None:
    """requests-oauthlib logs in with its own PKCE, reads userinfo, refreshes, revokes; then it is over."""
    report = run("requests_oauthlib_login.py", method)
    assert report["same_person"]
    assert report["name"] == "Ada Lovelace"
    assert report["rotated"]
    assert report["scopes"] == ["offline_access", "openid", "profile"]
    assert (report["revoked"], report["afterwards"]) == (200, 401)
