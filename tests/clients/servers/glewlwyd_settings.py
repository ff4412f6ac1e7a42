"""How glewlwyd is set up: the distribution's configuration with other places, and what its administrator enters."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

CONFIGURATION = Path("/etc/glewlwyd/glewlwyd.conf")
WEB_APP = Path("/usr/share/glewlwyd/webapp")
SCOPE = "openid"


def configuration(port: int, folder: Path, database: Path) -> str:
    """Change in the configuration file only where it listens, logs and keeps its data."""
    text = CONFIGURATION.read_text()
    changes = {
        r"^port=.*": f'port={port}\nbind_address="127.0.0.1"',
        r"^# static_files_path=.*": f'static_files_path="{pages(folder)}/"',
        r"^external_url=.*": f'external_url="http://127.0.0.1:{port}/"',
        r"^log_file=.*": f'log_file="{folder / "glewlwyd.log"}"',
        r'^@include "[^"]*-db.conf"': f'database = {{ type = "sqlite3"; path = "{database}"; }};',
    }
    for pattern, line in changes.items():
        text, number = re.subn(f"(?m){pattern}", line, text)
        assert number == 1, f"the configuration of this package has no {pattern}"
    return text


def pages(folder: Path) -> Path:
    """Copy the pages to where their settings are a file: the distribution ships a folder of that name."""
    copied = folder / "webapp"
    shutil.copytree(WEB_APP, copied, ignore=shutil.ignore_patterns("config.json"))
    config = WEB_APP / "config.json"
    shutil.copy(config / "config.json" if config.is_dir() else config, copied / "config.json")
    return copied


def plugin(issuer: str) -> dict[str, object]:
    """Write what the administration page sends for the OpenID Connect plugin; RS256, rotation, PKCE required."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    parameters = {
        "iss": issuer,
        "jwt-type": "rsa",
        "jwt-key-size": "256",
        "key": private.decode(),
        "cert": public.decode(),
        "jwks-show": True,
        "access-token-duration": 3600,
        "refresh-token-duration": 1209600,
        "code-duration": 600,
        "refresh-token-rolling": True,
        "refresh-token-one-use": "always",
        "allow-non-oidc": False,
        "auth-type-code-enabled": True,
        "auth-type-code-revoke-replayed": True,
        "auth-type-refresh-enabled": True,
        "subject-type": "public",
        "name-claim": "mandatory",
        "email-claim": "mandatory",
        "allowed-scope": [SCOPE],
        "pkce-allowed": True,
        "pkce-required": True,
        "pkce-method-plain-allowed": False,
        "introspection-revocation-allowed": True,
        "introspection-revocation-allow-target-client": True,
        "oauth-as-iss-id": True,
    }
    return {"module": "oidc", "name": "oidc", "display_name": "OpenID Connect", "parameters": parameters}


def client(client_id: str, redirect_uri: str, secret: str = "") -> dict[str, object]:
    """Register a client, confidential if it has a secret."""
    kind = {"confidential": True, "client_secret": secret} if secret else {"confidential": False}
    return {
        "client_id": client_id,
        "name": client_id,
        "enabled": True,
        "redirect_uri": [redirect_uri],
        "authorization_type": ["code", "refresh_token"],
        "token_endpoint_auth_method": ["client_secret_basic"] if secret else ["none"],
        "scope": [],
    } | kind


def person(name: str, password: str) -> dict[str, object]:
    """Register an account."""
    return {
        "username": name,
        "name": "Ada",
        "email": "ada@example.org",
        "password": password,
        "enabled": True,
        "scope": [SCOPE, "g_profile"],
    }
