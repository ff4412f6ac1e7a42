"""An unmodified Authlib meets each failure that a test can ask for; the journal has its name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from proofkey.server.development.failures import FAILURES
from proofkey.testing import Account, LoginServer, RegisteredClient
from tests.clients.conversation import converse
from tests.clients.packages import PythonClients

pytestmark = [pytest.mark.clients, pytest.mark.timeout(600)]

# What Authlib makes of it. It takes a redirect for a page, and does not look at `iss` (RFC 9207).
SEEN = {
    "expire-code": r"OAuthError: invalid_grant: .*",
    "rate-limit": r"OAuthError: too_many_requests: .*",
    "genesys-rate-limit": r"OAuthError: invalid_request: rate limit exceeded",
    "unavailable": r"HTTPError: 503 .*",
    "html-answer": r"ValueError: .* not a JSON object .*",
    "redirect-token": r"\w+: .*",
    "lose-request": r"ConnectionError: .*",
    "lose-answer": r"ConnectionError: .*",
    "wrong-state": r"MismatchingStateException: .*",
    "wrong-issuer": r"Bearer",
}


class Somebody:
    """Opens the login pages, and asks for the next failure before each."""

    def __init__(self, server: LoginServer, client: RegisteredClient, account: Account) -> None:
        self.server, self.client, self.account = server, client, account
        self._names = iter(SEEN)

    def visit(self, url: str) -> str:
        """Log in; give the callback."""
        self.server.fail(next(self._names), client=self.client, times=1)  # type: ignore[arg-type]
        return self.server.log_in(url, self.account)


def test_authlib_meets_each_failure(proofkey_process: LoginServer, python: PythonClients, tmp_path: Path) -> None:
    """Each once; what the journal says of them, oldest first, are their faults."""
    client = proofkey_process.add_client(redirect_uri="http://127.0.0.1:8765/callback")
    settings = {
        "issuer": proofkey_process.issuer,
        "client_id": client.client_id,
        "redirect_uri": client.redirect_uri,
        "failures": list(SEEN),
    }
    somebody = Somebody(proofkey_process, client, proofkey_process.add_user())
    program = Path(__file__).parent / "python" / "authlib_failures.py"
    command = [str(python.python), str(program)]
    report = converse(command, settings, somebody, tmp_path, AUTHLIB_INSECURE_TRANSPORT="1")  # type: ignore[arg-type]
    assert {name: told for name, told in report.items() if not re.fullmatch(SEEN[name], told, re.DOTALL)} == {}
    journal = [refused.fault for refused in reversed(proofkey_process.refusals(client))]
    assert journal == [FAILURES[name].fault for name in SEEN]
