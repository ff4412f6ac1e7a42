"""Registers everybody at a running glewlwyd through its administration API, and logs each person in."""

from __future__ import annotations

import http.client
import json
from typing import Any

from bench.logins.world import SCOPE, World

PLUGIN = "bench"
SESSION = "GLEWLWYD2_SESSION_ID"
_PASSWORD = "a password of the benchmark"

# What the administration page sends for the plugin with its defaults; SHA is its quickest way to sign tokens.
_PARAMETERS = {
    "jwt-type": "sha",
    "jwt-key-size": "256",
    "key": "a key of the benchmark, 32 characters or more",
    "access-token-duration": 3600,
    "refresh-token-duration": 1209600,
    "code-duration": 600,
    "refresh-token-rolling": False,
    "auth-type-code-enabled": True,
    "auth-type-code-revoke-replayed": True,
    "auth-type-implicit-enabled": False,
    "auth-type-password-enabled": False,
    "auth-type-client-enabled": False,
    "auth-type-device-enabled": False,
    "auth-type-refresh-enabled": True,
    "scope": [],
    "additional-parameters": [],
    "pkce-allowed": True,
    "pkce-method-plain-allowed": False,
    "introspection-revocation-allowed": False,
}


class Api:
    """The API as one person, with his session."""

    def __init__(self, port: int, username: str, password: str) -> None:
        """Log in. Raises RuntimeError where that is refused."""
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookie = ""
        answer = self.call("POST", "/api/auth/", {"username": username, "password": password})
        self.cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]

    def call(self, method: str, path: str, document: dict[str, Any]) -> http.client.HTTPResponse:
        """Send a document. Raises RuntimeError where the answer is not 200."""
        headers = {"Content-Type": "application/json", "Cookie": self.cookie}
        self._connection.request(method, path, json.dumps(document), headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{method} {path}: {answer.status} {body[:300]!r}")
        return answer

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def prepare(port: int, world: World) -> dict[str, str]:
    """Register plugin, scope, clients and people, log each in and say yes for him; give each person's cookie."""
    admin = Api(port, "admin", "password")
    plugin = {"module": "oauth2-glewlwyd", "name": PLUGIN, "display_name": PLUGIN, "parameters": _PARAMETERS}
    admin.call("POST", "/api/mod/plugin/", plugin)
    scope = {"name": SCOPE, "display_name": SCOPE, "description": SCOPE, "password_required": True}
    admin.call("POST", "/api/scope/", scope | {"password_max_age": 0, "scheme": {}})
    for client in world.clients:
        registered = {"client_id": client.client_id, "name": client.client_id, "confidential": False, "enabled": True}
        more = {"redirect_uri": [client.redirect_uri], "authorization_type": ["code"], "scope": []}
        admin.call("POST", "/api/client/", registered | more)
    cookies = {}
    for name in world.users:
        person = {"username": name, "password": _PASSWORD, "enabled": True, "scope": [SCOPE, "g_profile"]}
        admin.call("POST", "/api/user/", person)
        api = Api(port, name, _PASSWORD)
        for visit in world.visits:
            if visit.user == name:
                api.call("PUT", f"/api/auth/grant/{visit.client.client_id}/", {"scope": SCOPE})
        cookies[name] = api.cookie
        api.close()
    admin.close()
    return cookies
