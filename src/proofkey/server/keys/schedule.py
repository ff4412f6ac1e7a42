"""When a key is made, used, kept and removed (decision 2); all times in seconds."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from proofkey.server.store.wrapped_key import KeyFamily, WrappedKey

DAY = 86_400
LEAD = 600  # a key is published so long before its first use: every process and every JWKS reader knows it by then
SLACK = 3600  # keys are kept a little longer than they must be: clocks differ
LONGEST_ACCESS_TOKEN = 2 * DAY  # what a client may be registered for


class Plan(msgspec.Struct, frozen=True):
    """How long a key of a family seals, and how long what it sealed may live."""

    period: int
    keep: int


def plans(refresh_lifetime: int) -> dict[KeyFamily, Plan]:
    """Give every family's plan; `refresh_lifetime` is the absolute one."""
    return {
        KeyFamily.CODE_ACCESS: Plan(DAY, LONGEST_ACCESS_TOKEN),
        KeyFamily.REFRESH: Plan(30 * DAY, refresh_lifetime),
        KeyFamily.STATE: Plan(DAY, DAY),
        KeyFamily.SIGN_RS256: Plan(90 * DAY, LONGEST_ACCESS_TOKEN),
        KeyFamily.SIGN_ES256: Plan(90 * DAY, LONGEST_ACCESS_TOKEN),
    }


def next_use(keys: Sequence[WrappedKey], plan: Plan, now: float) -> int | None:
    """Say when a key that must be made now is first used; None where none is due. `keys` are one family's."""
    usable = [key.use_from for key in keys if key.closed_at is None]
    if not usable:
        return int(now)
    due = max(usable) + plan.period
    return max(due, int(now) + LEAD) if now >= due - LEAD else None


def kept_until(key: WrappedKey, keys: Sequence[WrappedKey], plan: Plan) -> int | None:
    """Say until when something sealed with a key may still be good; None: the key is not superseded."""
    if key.closed_at is not None:
        return key.closed_at
    successors = [other.use_from for other in keys if other.number > key.number and other.closed_at is None]
    return min(successors) + plan.keep + SLACK if successors else None


def removable_through(keys: Sequence[WrappedKey], plan: Plan, now: float) -> int:
    """Give the number up to which keys are no longer needed; 0: none. A closed key stays listed for a while."""
    through = 0
    for key in sorted(keys, key=lambda key: key.number):
        until = kept_until(key, keys, plan)
        if until is None or now < until + (plan.keep if key.closed_at is not None else 0):
            break
        through = key.number
    return through
