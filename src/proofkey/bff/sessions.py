"""A session: whose login, with which tokens; its id is in the cookie only, its contents are sealed."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field

from proofkey.bff.sealing import SealingKeys
from proofkey.bff.session_store import Stored
from proofkey.client.errors import NotKept
from proofkey.client.token_document import Kept, dump_with_secrets, load_with_secrets

MAX_USER = 16_384  # characters of what is kept about a person

_ID = re.compile(r"[A-Za-z0-9_-]{43}")
# What an ID token says about itself and not about the person.
_OF_THE_TOKEN = {"iss", "aud", "azp", "exp", "iat", "nbf", "nonce", "at_hash", "c_hash", "sid", "jti"}
_SHORT = ("sub", "id", "name", "preferred_username", "username", "email")


@dataclass(frozen=True, slots=True)
class Session:
    """A login. `user`: what the server said about the person."""

    key: bytes = field(repr=False)
    kept: Kept
    user: Mapping[str, object] = field(repr=False)
    created_at: float
    seen_at: float

    @property
    def handle(self) -> str:
        """A name for the back end's own use, such as work without a browser: no cookie can be made of it."""
        return self.key.hex()


def make_session_id() -> str:
    """Make the value of a session cookie: 32 random bytes."""
    return urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode("ascii")


def key_of(session_id: str) -> bytes | None:
    """Give the digest under which a session is kept, None for a text that is no session id."""
    return hashlib.sha256(session_id.encode("ascii")).digest() if _ID.fullmatch(session_id) else None


def key_of_handle(handle: str) -> bytes | None:
    """Give the same from a handle."""
    return bytes.fromhex(handle) if re.fullmatch(r"[0-9a-f]{64}", handle) else None


def about_the_person(claims: Mapping[str, object]) -> dict[str, object]:
    """Give what of the claims is kept: nothing of the token's own, and not more than a bound."""
    person = {name: value for name, value in claims.items() if name not in _OF_THE_TOKEN}
    if len(json.dumps(person)) <= MAX_USER:
        return person
    short: dict[str, object] = {name: value for name in _SHORT if isinstance(value := person.get(name), str)}
    return short if len(json.dumps(short)) <= MAX_USER else {}


def seal_session(kept: Kept, user: Mapping[str, object], key: bytes, place: bytes, keys: SealingKeys) -> bytes:
    """Seal a session's contents for the store; `place` names the back end."""
    text = json.dumps({"version": 1, "tokens": dump_with_secrets(kept), "user": dict(user)})
    return keys.seal("session", text.encode(), place + key)


def open_session(stored: Stored, key: bytes, place: bytes, keys: SealingKeys) -> Session | None:
    """Open a stored session; None where it was sealed with another key, for another place, or by nobody of us."""
    plain = keys.open("session", stored.contents, place + key)
    if plain is None:
        return None
    try:
        document = json.loads(plain)
        kept = load_with_secrets(document["tokens"])
        user = document["user"]
    except (ValueError, KeyError, TypeError, NotKept):
        return None
    return Session(key, kept, user if isinstance(user, dict) else {}, stored.created_at, stored.seen_at)
