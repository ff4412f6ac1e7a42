"""What `proofkey keys list` tells of each key; it needs no key file and shows no secret."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from proofkey.server.keys.schedule import Plan, kept_until
from proofkey.server.store.wrapped_key import KeyFamily, WrappedKey


@dataclass(frozen=True, slots=True)
class KeyState:
    """One key; times are seconds since the epoch."""

    family: KeyFamily
    number: int
    kid: str | None  # of a signing key
    created_at: int
    use_from: int
    kept_until: int | None  # None: not superseded
    state: Literal["next", "in use", "kept", "over", "closed"]


def list_keys(keys: Sequence[WrappedKey], plans: Mapping[KeyFamily, Plan], now: float) -> list[KeyState]:
    """Describe all keys, by family and number."""
    states = []
    for key in sorted(keys, key=lambda key: (key.family, key.number)):
        own = [other for other in keys if other.family is key.family]
        until = kept_until(key, own, plans[key.family])
        kid = json.loads(key.public)["kid"] if key.public else None
        states.append(
            KeyState(key.family, key.number, kid, key.created_at, key.use_from, until, _state(key, own, until, now))
        )
    return states


def _state(
    key: WrappedKey, own: Sequence[WrappedKey], until: int | None, now: float
) -> Literal["next", "in use", "kept", "over", "closed"]:
    if key.closed_at is not None:
        return "closed"
    if key.use_from > now:
        return "next"
    used = max((other.use_from, other.number) for other in own if other.use_from <= now and other.closed_at is None)
    if (key.use_from, key.number) == used:
        return "in use"
    return "kept" if until is None or now < until else "over"
