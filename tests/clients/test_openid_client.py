"""openid-client, unmodified, logs in over TLS from Node.js, with every check that it has for a code flow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.clients.conversation import Report, converse
from tests.clients.installation import Installation
from tests.clients.packages import JavaScriptClients
from tests.clients.person import Person

pytestmark = [pytest.mark.clients, pytest.mark.timeout(600)]

CALLBACK = "https://app.example/callback"
HOME = "https://app.example/"
# Client id and registration; the library form-encodes an id before it goes into Basic (RFC 6749 2.3.1).
KINDS = {
    "none": ("a-public-client", "--public"),
    "client_secret_basic": ("https://app.example/client id", "--confidential"),
    "client_secret_post": ("posting+client", "--confidential", "--auth-method", "client_secret_post"),
}

Run = Callable[..., Report]


@pytest.fixture(scope="module")
def secrets(standard: Installation) -> dict[str, str]:
    """Register a client of each kind; give their secrets."""
    uris = ("--redirect-uri", CALLBACK, "--post-logout-redirect-uri", HOME)
    return {method: standard.add_client(*kind, *uris) for method, kind in KINDS.items()}


@pytest.fixture
def run(
    javascript: JavaScriptClients, node: Path, standard: Installation, secrets: dict[str, str], tmp_path: Path
) -> Iterator[Run]:
    """Run the program with the library for a client."""
    person = Person(standard)

    def run(method: str, **settings: object) -> Report:
        script = Path(__file__).parent / "javascript" / "openid-client.mjs"
        known = {
            "issuer": standard.issuer,
            "clientId": KINDS[method][0],
            "secret": secrets[method],
            "method": method,
            "redirectUri": CALLBACK,
            "postLogoutRedirectUri": HOME,
        }
        assert standard.certificate is not None
        trusted = str(standard.certificate.authority)
        command = [str(node), str(script), str(javascript.folder / "package.json")]
        return converse(command, known | settings, person, tmp_path, NODE_EXTRA_CA_CERTS=trusted)

    yield run
    person.close()


@pytest.mark.parametrize("pushed", [False, True], ids=["plain", "pushed"])
@pytest.mark.parametrize("method", KINDS)
def test_a_whole_login(run: Run, method: str, pushed: bool) -> None:
    """Discovery, the request (pushed too), callback and ID token checks, refresh, revocation, logout and back."""
    report = run(method, pushed=pushed)
    assert ("request_uri=" in report["url"]) is pushed
    assert (report["name"], report["email"]) == ("Ada Lovelace", "ada@example.org")
    assert report["rotated"]
    assert report["samePerson"]
    assert report["replay"] == {"error": "invalid_grant", "status": 400}
    assert report["ended"] == f"{HOME}?state=the+end"
    if method != "none":
        assert report["before"]["active"] is True
        assert report["before"]["client_id"] == KINDS[method][0]
        assert report["before"]["scope"] == "openid profile email offline_access"
        assert report["after"] == {"active": False}
