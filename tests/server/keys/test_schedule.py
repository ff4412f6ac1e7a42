"""When keys are made, used, kept and removed: a year of days as pure arithmetic."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proofkey.server.keys.listing import list_keys
from proofkey.server.keys.schedule import DAY, LEAD, Plan, kept_until, next_use, plans, removable_through
from proofkey.server.store.wrapped_key import KeyFamily, WrappedKey

NOW = 1_760_000_000
FAMILY = KeyFamily.CODE_ACCESS
PLAN = Plan(DAY, 2 * DAY)
PLANS = plans(refresh_lifetime=30 * DAY)


def key(number: int, use_from: int, closed_at: int | None = None) -> WrappedKey:
    """Make a row."""
    return WrappedKey(FAMILY, number, use_from - LEAD, use_from, b"", closed_at=closed_at)


def test_the_first_key_is_used_at_once() -> None:
    """There is nobody to publish it to."""
    assert next_use([], PLAN, NOW + 0.7) == NOW


def test_a_next_key_is_made_ten_minutes_before_its_first_use() -> None:
    """Not earlier, and only once."""
    keys = [key(1, NOW)]
    assert next_use(keys, PLAN, NOW + DAY - LEAD - 1) is None
    assert next_use(keys, PLAN, NOW + DAY - LEAD) == NOW + DAY
    assert next_use([*keys, key(2, NOW + DAY)], PLAN, NOW + DAY - LEAD) is None


def test_after_a_long_sleep_a_key_is_still_published_first() -> None:
    """The server was off for a week."""
    assert next_use([key(1, NOW)], PLAN, NOW + 7 * DAY) == NOW + 7 * DAY + LEAD


def test_closed_keys_are_replaced_at_once() -> None:
    """Nothing else could seal."""
    assert next_use([key(1, NOW, closed_at=NOW + 5)], PLAN, NOW + 6) == NOW + 6


@pytest.mark.parametrize("family", list(KeyFamily))
def test_over_a_year_there_is_always_a_key_and_never_many(family: KeyFamily) -> None:
    """Made in time, used from its time, kept as long as what it sealed may live, then removed."""
    plan, keys, removed = PLANS[family], [], 0
    for now in range(NOW, NOW + 365 * DAY, 599):
        if (use_from := next_use(keys, plan, now)) is not None:
            number = max((one.number for one in keys), default=removed) + 1
            keys.append(WrappedKey(family, number, now, use_from, b""))
            assert number == 1 or use_from - now >= LEAD
        gone = removable_through(keys, plan, now)
        keys = [one for one in keys if one.number > gone]
        used = max((one for one in keys if one.use_from <= now), key=lambda one: one.number)
        assert now - used.use_from <= plan.period + LEAD
        for one in keys:
            # What was sealed in the last second of a key's use must still open at the end of its life.
            successor = next((other for other in keys if other.number == one.number + 1), None)
            if successor is not None and now < successor.use_from + plan.keep:
                assert one.number > gone
        assert len(keys) <= 3 + plan.keep // plan.period + 1


def test_a_refresh_key_is_kept_until_the_absolute_lifetime_ends() -> None:
    """Thirty days behind the first use of its successor, by default."""
    plan = PLANS[KeyFamily.REFRESH]
    keys = [key(1, NOW), key(2, NOW + 30 * DAY)]
    assert kept_until(keys[0], keys, plan) is not None
    assert removable_through(keys, plan, NOW + 60 * DAY) == 0
    assert removable_through(keys, plan, NOW + 61 * DAY) == 1


def test_the_listing_says_what_each_key_is_for_now() -> None:
    """Closed, over, kept, in use, next."""
    keys = [
        key(1, NOW - 9 * DAY, closed_at=NOW - 8 * DAY),
        key(2, NOW - 8 * DAY),
        key(3, NOW - 4 * DAY),
        key(4, NOW),
        key(5, NOW + DAY),
    ]
    states = list_keys(keys, PLANS, NOW + 60)
    assert [one.state for one in states] == ["closed", "over", "kept", "in use", "next"]
    assert states[3].kept_until == NOW + DAY + 2 * DAY + 3600
    assert states[4].kept_until is None
    reordered = list_keys([keys[4], *keys[:4]], PLANS, NOW + 60)
    assert reordered == states


def test_a_signing_keys_id_is_listed() -> None:
    """The one that is in the JWKS."""
    row = replace(key(1, NOW), family=KeyFamily.SIGN_ES256, public=b'{"kid": "abc"}')
    assert [one.kid for one in list_keys([row], PLANS, NOW)] == ["abc"]
