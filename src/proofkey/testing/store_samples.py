"""Records for tests of stores; every call gives another grant, session or user."""

from __future__ import annotations

import secrets
from typing import Any

from proofkey.core.records import ClientRecord, Grant, JournalEntry, Session, User
from proofkey.server.sealing.grant_id import new_grant_id

NOW = 1_760_000_000  # seconds since the epoch


def make_grant(now: float = NOW, **changes: Any) -> Grant:
    """Make a grant of a code that was issued and redeemed at a time."""
    fields: dict[str, Any] = {
        "grant_id": new_grant_id(now, secrets.token_bytes),
        "client_id": "app",
        "subject": "alice",
        "session_id": b"s" * 32,
        "scopes": ("openid", "profile"),
        "resource": None,
        "nonce": None,
        "auth_time": int(now) - 5,
        "redeemed_at": int(now),
        "expires_at": int(now) + 30 * 86_400,
        "rotated_at": int(now),
        "refresh_key_id": 1,
    }
    return Grant(**{**fields, **changes})


def make_client(client_id: str = "app", **changes: Any) -> ClientRecord:
    """Make a public client."""
    fields: dict[str, Any] = {
        "name": "An app",
        "redirect_uris": ("https://app.example/cb",),
        "scopes": ("openid", "profile"),
    }
    return ClientRecord(client_id, **{**fields, **changes})


def make_user(username: str = "Alice", **changes: Any) -> User:
    """Make an account."""
    fields: dict[str, Any] = {"subject": secrets.token_hex(8), "password_hash": "hash", "claims": (("name", "A"),)}
    return User(username=username, **{**fields, **changes})


def make_session(subject: str = "alice", now: float = NOW, **changes: Any) -> Session:
    """Make a session of twelve hours."""
    fields: dict[str, Any] = {"session_id": secrets.token_bytes(32), "expires_at": int(now) + 43_200}
    return Session(subject=subject, auth_time=int(now), **{**fields, **changes})


def make_entry(at: float = NOW, **changes: Any) -> JournalEntry:
    """Make a journal entry of a failed exchange."""
    fields: dict[str, Any] = {
        "request_id": secrets.token_hex(8),
        "endpoint": "token",
        "client_id": "app",
        "fault": "verifier-unrelated",
        "error": "invalid_grant",
        "status": 400,
        "details": (("code_verifier", "43 characters"),),
        "address": "192.0.2.0/24",
    }
    return JournalEntry(at=at, **{**fields, **changes})
