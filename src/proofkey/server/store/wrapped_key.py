"""A key as the store keeps it: wrapped, so that the database alone is worth nothing (decision 2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class KeyFamily(StrEnum):
    """Which keys are renewed together, and how long they are kept."""

    CODE_ACCESS = "code+access"  # codes and opaque access tokens: daily
    REFRESH = "refresh"  # refresh tokens: monthly, kept until the last grant ran out
    STATE = "state"  # login state, CSRF, request_uri: daily
    SIGN_RS256 = "sign-rs256"  # JWKS
    SIGN_ES256 = "sign-es256"  # JWKS


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """One key; times are seconds since the epoch.

    `number` counts from 1 within the family: two processes that make the same next key cannot both store it.
    """

    family: KeyFamily
    number: int
    created_at: int
    use_from: int  # published ten minutes before
    wrapped: bytes  # by a key that is outside the database
    public: bytes | None = None  # the public JWK of a signing key, JSON
    closed_at: int | None = None  # from then on nothing under it is accepted
