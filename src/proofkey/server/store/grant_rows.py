"""What a row of the grants' table holds, in both databases: its columns, in the order of `Grant`'s fields.

Scopes are the one field that is not written as it is: their bytes come from the store's vocabulary.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeAlias

from proofkey.core.records import Grant

Row: TypeAlias = tuple[Any, ...]

INSERTED = (
    "grant_id",
    "client_id",
    "subject",
    "session_id",
    "scopes",
    "resource",
    "nonce",
    "auth_time",
    "redeemed_at",
    "expires_at",
    "generation",
    "rotated_at",
    "refresh_key_id",
)
COLUMNS = (*INSERTED, "ended_at", "end_reason")
SCOPES = COLUMNS.index("scopes")


def inserted_row(grant: Grant, scopes: bytes) -> Row:
    """Give the row that a redemption inserts."""
    return (
        grant.grant_id,
        grant.client_id,
        grant.subject,
        grant.session_id,
        scopes,
        grant.resource,
        grant.nonce,
        grant.auth_time,
        grant.redeemed_at,
        grant.expires_at,
        grant.generation,
        grant.rotated_at,
        grant.refresh_key_id,
    )


def with_ending(grant: Grant, ended_at: int | None, reason: str | None) -> Grant:
    """Give the grant as it stands where its names end at `ended_at` (None: they do not): what came first counts."""
    if ended_at is None or (grant.ended_at is not None and grant.ended_at <= ended_at):
        return grant
    return replace(grant, ended_at=ended_at, end_reason=reason)
