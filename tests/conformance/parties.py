"""The other parties of an exchange: a confidential client, an app with its tokens, a request to an API."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64decode
from typing import Any
from urllib.parse import urlencode

import httpx

from proofkey.core.client_auth import hash_secret
from proofkey.core.records import ClientRecord
from proofkey.core.secret import ClientSecret
from tests.server.person import Attempt, Person, client, code_for

SECRET = "a-secret-of-the-back-end-0123456789"
FORM = {"content-type": "application/x-www-form-urlencoded"}


def basic(client_id: str = "web", secret: str = SECRET) -> dict[str, str]:
    """Write a Basic Authorization header."""
    return {"authorization": "Basic " + b64encode(f"{client_id}:{secret}".encode()).decode()}


def bearer(token: object) -> dict[str, str]:
    """Write a Bearer Authorization header."""
    return {"authorization": f"Bearer {token}"}


def web(**changes: object) -> ClientRecord:
    """Give a confidential client."""
    values: dict[str, object] = {
        "client_id": "web",
        "auth_method": "client_secret_basic",
        "secret_hash": hash_secret(ClientSecret(SECRET)),
        "grant_types": ("authorization_code", "refresh_token", "client_credentials"),
    } | changes
    return client(**values)


async def tokens_for(person: Person, attempt: Attempt | None = None) -> dict[str, Any]:
    """Log in and give the token answer."""
    attempt = attempt or Attempt(authorize={"scope": "openid profile users:readonly"})
    response = await person.token(**attempt.form(await code_for(person, attempt)))
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def refresh(person: Person, token: str, **form: str) -> httpx.Response:
    """Use a refresh token as the app does."""
    return await person.token(**{"grant_type": "refresh_token", "refresh_token": token, "client_id": "spa"} | form)


async def is_alive(person: Person, access_token: str) -> bool:
    """Ask the API whether a token works."""
    response = await person.http.get("/api/v2/tokens/me", headers=bearer(access_token))
    assert response.status_code in (200, 401)
    return response.status_code == 200


def claims_of(token: str) -> dict[str, Any]:
    """Read a JWT's claims without checking them."""
    part = token.split(".")[1]
    claims: dict[str, Any] = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims


def with_twice(attempt: Attempt, name: str, value: str) -> str:
    """Give an authorization URL that carries a parameter once more."""
    return f"{attempt.url()}&{urlencode({name: value})}"
