"""Who logs in where: the same people, clients and PKCE pairs at every server that is measured.

Every login asks for one scope that is not `openid`, with S256 (RFC 7636 4.2), at a public client.
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

USERS, CLIENTS, CLIENTS_PER_USER = 1_000, 100, 3
SCOPE = "users:readonly"


@dataclass(frozen=True, slots=True)
class Client:
    """A public client."""

    client_id: str
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A person at a client, with the PKCE pair of that login."""

    user: str
    cookie_value: str  # of the session, where the server lets us choose it; 43 characters
    client: Client
    verifier: str
    challenge: str

    def query(self, scope: str = SCOPE, **more: str) -> str:
        """Write the authorization request, without state: the generator adds a new one to each (RFC 6749 4.1.1)."""
        return urlencode(
            {
                "response_type": "code",
                "client_id": self.client.client_id,
                "redirect_uri": self.client.redirect_uri,
                "scope": scope,
                "code_challenge": self.challenge,
                "code_challenge_method": "S256",
                **more,
            }
        )

    def form(self) -> str:
        """Write the token request, without code and verifier (RFC 6749 4.1.3)."""
        return urlencode(
            {
                "grant_type": "authorization_code",
                "client_id": self.client.client_id,
                "redirect_uri": self.client.redirect_uri,
            }
        )


@dataclass(frozen=True, slots=True)
class World:
    """All of them. One person's visits are far apart in the list, so that they do not meet in time."""

    users: tuple[str, ...]
    clients: tuple[Client, ...]
    visits: tuple[Visit, ...]

    def write(self, path: Path) -> Path:
        """Write it for harnesses in other languages."""
        document = {
            "scope": SCOPE,
            "users": self.users,
            "clients": [{"client_id": each.client_id, "redirect_uri": each.redirect_uri} for each in self.clients],
            "sessions": {visit.cookie_value: visit.user for visit in self.visits},
            "visits": {
                visit.cookie_value: {
                    "user": visit.user,
                    "clients": [other.client.client_id for other in self.visits if other.user == visit.user],
                }
                for visit in self.visits[: len(self.users)]
            },
        }
        path.write_text(json.dumps(document))
        return path


def make_world(users: int = USERS, clients: int = CLIENTS, each: int = CLIENTS_PER_USER) -> World:
    """Make so many people who each use so many of the clients."""
    registered = tuple(Client(f"app-{n:03}", f"https://app-{n:03}.example/callback") for n in range(clients))
    names = tuple(f"user-{n:04}" for n in range(users))
    visits = tuple(
        _visit(name, registered[(number + turn * 37) % clients], turn)
        for turn in range(each)
        for number, name in enumerate(names)
    )
    return World(names, registered, visits)


def _visit(user: str, client: Client, turn: int) -> Visit:
    verifier = _text(f"verifier {user} {turn}")
    challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    return Visit(user, _text(f"session {user}"), client, verifier, challenge)


def _text(seed: str) -> str:
    """Give 43 characters that are the same in every run: nothing here guards anything."""
    return urlsafe_b64encode(hashlib.sha256(seed.encode()).digest()).decode().rstrip("=")
