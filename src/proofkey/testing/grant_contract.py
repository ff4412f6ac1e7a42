"""What a store must hold about grants: one winner, replays end the grant, an ending is for good."""
# ruff: noqa: S101  # assert is what a test does

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from proofkey.core.records import Grant
from proofkey.server.store.errors import StoreRolledBack
from proofkey.server.store.outcomes import (
    CODE_REPLAYED,
    REFRESH_REPLAYED,
    Ended,
    Redeemed,
    Repeated,
    Replayed,
    ReplayEnded,
    Rotated,
    Unknown,
)
from proofkey.server.store.protocol import REFRESH_GRACE, Store
from proofkey.testing.store_samples import NOW, make_grant

AT_ONCE = 16


class GrantContract:
    """Redeeming, refreshing, ending."""

    async def test_a_redeemed_grant_is_found_as_it_was(self, store: Store) -> None:
        """Every field comes back."""
        grant = make_grant(scopes=("a", "openid"), resource="https://api.example/", nonce="n-1")
        assert await store.redeem(grant) == Redeemed(grant)
        assert await store.grant(grant.grant_id) == grant
        assert await store.grant(bytes(16)) is None

    async def test_a_replay_ends_the_grant_and_says_whose_it_was(self, store: Store) -> None:
        """RFC 6749 4.1.2: the tokens of the first redemption go."""
        grant = make_grant()
        await store.redeem(grant)
        assert await store.grant(grant.grant_id) == grant
        second = await store.redeem(replace(grant, redeemed_at=NOW + 7))
        assert second == Replayed(replace(grant, ended_at=NOW + 7, end_reason=CODE_REPLAYED))
        assert await store.grant(grant.grant_id) == second.grant

    async def test_of_many_tasks_exactly_one_wins_and_the_grant_ends(self, store: Store) -> None:
        """All in one batch, as like as not."""
        grant = make_grant()
        outcomes = await asyncio.gather(*(store.redeem(grant) for _ in range(AT_ONCE)))
        assert [type(outcome) for outcome in outcomes].count(Redeemed) == 1
        assert [type(outcome) for outcome in outcomes].count(Replayed) == AT_ONCE - 1
        found = await store.grant(grant.grant_id)
        assert found is not None
        assert found.end_reason == CODE_REPLAYED

    async def test_of_many_threads_exactly_one_wins(
        self, store: Store, open_store: Callable[[], Awaitable[Store]]
    ) -> None:
        """Each with a store and an event loop of its own, as processes have."""
        grant = make_grant()

        def redeem() -> bool:
            async def once() -> bool:
                own = await open_store()
                try:
                    return isinstance(await own.redeem(grant), Redeemed)
                finally:
                    await own.close()

            return asyncio.run(once())

        with ThreadPoolExecutor(AT_ONCE) as pool:
            loop = asyncio.get_running_loop()
            won = await asyncio.gather(*(loop.run_in_executor(pool, redeem) for _ in range(AT_ONCE)))
        assert won.count(True) == 1
        found = await store.grant(grant.grant_id)
        assert found is not None
        assert found.end_reason == CODE_REPLAYED

    async def test_at_midnight_each_code_is_good_once(self, store: Store) -> None:
        """Stores may keep grants by the day of issue: codes of two days in one batch, and one redeemed a day later."""
        midnight = (NOW // 86_400 + 1) * 86_400
        grants = [
            make_grant(midnight - 0.001),
            make_grant(midnight),
            make_grant(midnight - 30, redeemed_at=midnight + 20),
        ]
        outcomes = await asyncio.gather(*(store.redeem(grant) for grant in [*grants, *grants]))
        assert outcomes[:3] == [Redeemed(grant) for grant in grants]
        assert [type(outcome) for outcome in outcomes[3:]] == [Replayed] * 3

    async def test_a_replay_among_strangers_harms_none_of_them(self, store: Store) -> None:
        """One code twice in a batch of good ones."""
        grants = [make_grant(NOW + index / 1000) for index in range(40)]
        outcomes = await asyncio.gather(*(store.redeem(grant) for grant in [*grants, grants[17]]))
        assert [type(outcome) for outcome in outcomes].count(Redeemed) == 40
        ended = [grant for grant in grants if (found := await store.grant(grant.grant_id)) and found.ended_at]
        assert ended == [grants[17]]

    @pytest.mark.parametrize(
        "spoilt", [{"grant_id": b"too short"}, {"auth_time": 2**70}, {"nonce": "\ud800"}], ids=["id", "number", "text"]
    )
    async def test_a_row_that_fails_alone_does_not_fail_its_batch(self, store: Store, spoilt: dict[str, Any]) -> None:
        """A grant that the store cannot take is refused; the others of its batch are on disk."""
        good = [make_grant() for _ in range(20)]
        bad = make_grant(**spoilt)
        outcomes = await asyncio.gather(
            *(store.redeem(grant) for grant in [*good[:10], bad, *good[10:]]), return_exceptions=True
        )
        assert isinstance(outcomes.pop(10), StoreRolledBack)
        assert outcomes == [Redeemed(grant) for grant in good]
        for grant in good:
            assert await store.grant(grant.grant_id) == grant

    async def test_a_cancelled_request_does_not_cancel_its_redemption(self, store: Store) -> None:
        """The client went away; the code is spent all the same."""
        grant = make_grant()
        task = asyncio.ensure_future(store.redeem(grant))
        await asyncio.sleep(0)  # it is queued
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert isinstance(await store.redeem(grant), Replayed)

    async def test_a_replay_is_recognized_after_a_restart(
        self, store: Store, open_store: Callable[[], Awaitable[Store]]
    ) -> None:
        """A58: what was redeemed stays redeemed."""
        grant = make_grant()
        await store.redeem(grant)
        await store.refresh(grant.grant_id, 0, now=NOW, refresh_key_id=2)
        await store.close()
        again = await open_store()
        try:
            assert isinstance(await again.refresh(grant.grant_id, 0, now=NOW + 99, refresh_key_id=2), ReplayEnded)
            assert isinstance(await again.redeem(grant), Replayed)
        finally:
            await again.close()

    async def test_refreshing_rotates_the_generation(self, store: Store) -> None:
        """Each presents the one in force; the store keeps when and under which key."""
        grant = make_grant()
        await store.redeem(grant)
        for generation in range(1, 4):
            now = NOW + 100 * generation
            rotated = await store.refresh(grant.grant_id, generation - 1, now=now, refresh_key_id=50 + generation)
            expected = replace(grant, generation=generation, rotated_at=now, refresh_key_id=50 + generation)
            assert rotated == Rotated(expected)
            assert await store.grant(grant.grant_id) == expected

    async def test_the_generation_before_repeats_its_successor_in_the_grace_time(self, store: Store) -> None:
        """The same generation and key, so the same text; and nothing changes."""
        grant = make_grant()
        await store.redeem(grant)
        await store.refresh(grant.grant_id, 0, now=NOW, refresh_key_id=2)
        successor = replace(grant, generation=1, rotated_at=NOW, refresh_key_id=2)
        for late in (0, 1, REFRESH_GRACE):
            repeated = await store.refresh(grant.grant_id, 0, now=NOW + late, refresh_key_id=3)
            assert repeated == Repeated(successor)

    async def test_after_the_grace_time_the_generation_before_ends_the_grant(self, store: Store) -> None:
        """RFC 9700 4.14.2: somebody holds a copy."""
        grant = make_grant()
        await store.redeem(grant)
        await store.refresh(grant.grant_id, 0, now=NOW, refresh_key_id=2)
        late = NOW + REFRESH_GRACE + 1
        outcome = await store.refresh(grant.grant_id, 0, now=late, refresh_key_id=3)
        assert isinstance(outcome, ReplayEnded)
        assert (outcome.grant.ended_at, outcome.grant.end_reason) == (late, REFRESH_REPLAYED)
        assert isinstance(await store.refresh(grant.grant_id, 1, now=late, refresh_key_id=3), Ended)

    async def test_a_used_successor_ends_the_grace_time(self, store: Store) -> None:
        """Two generations back is a replay, however young."""
        grant = make_grant()
        await store.redeem(grant)
        await store.refresh(grant.grant_id, 0, now=NOW, refresh_key_id=2)
        await store.refresh(grant.grant_id, 1, now=NOW, refresh_key_id=2)
        assert isinstance(await store.refresh(grant.grant_id, 0, now=NOW, refresh_key_id=2), ReplayEnded)

    async def test_of_many_refreshes_at_once_one_rotates_and_the_others_repeat_it(self, store: Store) -> None:
        """A57: never two living branches."""
        grant = make_grant()
        await store.redeem(grant)
        outcomes = await asyncio.gather(
            *(store.refresh(grant.grant_id, 0, now=NOW, refresh_key_id=2) for _ in range(AT_ONCE))
        )
        assert [type(outcome) for outcome in outcomes].count(Rotated) == 1
        assert [type(outcome) for outcome in outcomes].count(Repeated) == AT_ONCE - 1
        assert len({outcome.grant for outcome in outcomes if not isinstance(outcome, Unknown)}) == 1

    async def test_an_ending_wins_over_a_refresh_that_races_with_it(self, store: Store) -> None:
        """A59: in whatever order they come, the grant has ended."""
        for _ in range(10):
            grant = make_grant()
            await store.redeem(grant)
            await asyncio.gather(
                store.refresh(grant.grant_id, 0, now=NOW, refresh_key_id=2),
                store.end_grant(grant.grant_id, now=NOW, reason="revoked"),
                store.refresh(grant.grant_id, 0, now=NOW, refresh_key_id=2),
            )
            assert isinstance(await store.refresh(grant.grant_id, 1, now=NOW, refresh_key_id=2), Ended)
            found = await store.grant(grant.grant_id)
            assert found is not None
            assert found.end_reason == "revoked"

    async def test_what_is_refused_changes_nothing(self, store: Store) -> None:
        """Unknown grants stay unknown, ended and expired ones as they are."""
        grant, ended, over = make_grant(), make_grant(), make_grant(expires_at=NOW)
        for one in (grant, ended, over):
            await store.redeem(one)
        await store.end_grant(ended.grant_id, now=NOW, reason="revoked")
        for presented in (0, 1):
            unknown = await store.refresh(bytes(16), presented, now=NOW, refresh_key_id=2)
            assert unknown == Unknown()
            assert isinstance(await store.refresh(ended.grant_id, presented, now=NOW, refresh_key_id=2), Ended)
            assert isinstance(await store.refresh(over.grant_id, presented, now=NOW, refresh_key_id=2), Ended)
        assert await store.end_grant(bytes(16), now=NOW, reason="x") is None
        assert await store.grant(bytes(16)) is None
        assert await store.grant(grant.grant_id) == grant
        assert await store.grant(over.grant_id) == over

    async def test_an_ended_grant_keeps_its_first_time_and_reason(self, store: Store) -> None:
        """Ending again, one by one or together, rewrites no history."""
        grant = make_grant()
        await store.redeem(grant)
        first = await store.end_grant(grant.grant_id, now=NOW + 1, reason="revoked")
        assert first == replace(grant, ended_at=NOW + 1, end_reason="revoked")
        assert await store.end_grant(grant.grant_id, now=NOW + 2, reason="again") == first
        await store.end_grants_of(now=NOW + 3, reason="everywhere", subject=grant.subject)
        assert await store.grant(grant.grant_id) == first

    @pytest.mark.parametrize(
        "named",
        [
            {"subject": "alice"},
            {"client_id": "app"},
            {"subject": "alice", "client_id": "app"},
            {"session_id": b"s" * 32},
        ],
        ids=["subject", "client", "both", "session"],
    )
    async def test_ending_by_name_ends_what_is_named_and_nothing_else(
        self, store: Store, named: dict[str, str | bytes]
    ) -> None:
        """The grants of others, and later ones of the same, go on."""
        mine = make_grant()
        others = [
            make_grant(subject="bob", session_id=b"b" * 32, client_id="other"),
            make_grant(NOW + 2),  # issued after the ending
            make_grant(subject="alice", client_id="other", session_id=b"c" * 32),
            make_grant(subject="bob", client_id="app", session_id=b"d" * 32),
        ]
        spared = [one for one in others if one.grant_id > mine.grant_id and one.redeemed_at > NOW + 1]
        spared += [one for one in others if any(getattr(one, name) != value for name, value in named.items())]
        for one in (mine, *others):
            await store.redeem(one)
            assert await store.grant(one.grant_id) == one
        await store.end_grants_of(now=NOW + 1, reason="logout", **named)  # type: ignore[arg-type]
        for one in (mine, *others):
            expected = one if one in spared else replace(one, ended_at=NOW + 1, end_reason="logout")
            assert await store.grant(one.grant_id) == expected
        assert isinstance(await store.refresh(mine.grant_id, 0, now=NOW + 1, refresh_key_id=2), Ended)
        await store.end_grant(mine.grant_id, now=NOW + 9, reason="later")
        assert (await _found(store, mine)).end_reason == "logout"

    async def test_a_code_issued_before_an_ending_and_redeemed_after_it_is_dead_on_arrival(self, store: Store) -> None:
        """Logging out everywhere also means the code that is still on its way."""
        await store.end_grants_of(now=NOW + 5, reason="logout", subject="alice")
        grant = make_grant()
        await store.redeem(replace(grant, redeemed_at=NOW + 10))
        assert (await _found(store, grant)).end_reason == "logout"

    async def test_all_grants_can_be_ended_at_once(self, store: Store) -> None:
        """For a compromise."""
        before, after = make_grant(client_id="a", subject="x"), make_grant(NOW + 2)
        await store.redeem(before)
        await store.end_all_grants(now=NOW + 1, reason="compromise")
        await store.redeem(after)
        assert (await _found(store, before)).end_reason == "compromise"
        assert await store.grant(after.grant_id) == after

    async def test_grants_are_listed_newest_first_and_filtered(self, store: Store) -> None:
        """For the administration page."""
        grants = [make_grant(NOW + index, client_id=f"c{index % 2}", subject=f"s{index % 3}") for index in range(6)]
        for grant in grants:
            await store.redeem(grant)
        assert await store.recent_grants() == grants[::-1]
        assert await store.recent_grants(limit=2) == grants[:-3:-1]
        assert await store.recent_grants(client_id="c1") == grants[5::-2]
        assert await store.recent_grants(client_id="c0", subject="s0") == [grants[0]]

    async def test_purging_removes_what_ran_out_a_day_ago(self, store: Store) -> None:
        """And leaves what a code could still be replayed against."""
        over, fresh, living = make_grant(expires_at=NOW), make_grant(NOW + 86_390, expires_at=NOW), make_grant()
        for grant in (over, fresh, living):
            await store.redeem(grant)
        await store.end_grants_of(now=NOW + 1, reason="logout", subject="alice")
        assert await store.purge(now=NOW + 86_400 - 1) == 0
        assert await store.purge(now=NOW + 86_401) == 1
        assert await store.grant(fresh.grant_id) == fresh
        assert (await _found(store, living)).end_reason == "logout"
        assert await store.purge(now=NOW + 86_401) == 0

    async def test_two_opened_stores_see_each_others_writes(
        self, store: Store, open_store: Callable[[], Awaitable[Store]]
    ) -> None:
        """At once where nothing was remembered, within a second otherwise."""
        grant = make_grant()
        other = await open_store()
        try:
            await store.redeem(grant)
            assert await other.grant(grant.grant_id) == grant
            await store.end_grant(grant.grant_id, now=NOW, reason="revoked")
            await asyncio.sleep(1.05)
            assert (await _found(other, grant)).end_reason == "revoked"
        finally:
            await other.close()


async def _found(store: Store, grant: Grant) -> Grant:
    found = await store.grant(grant.grant_id)
    assert found is not None
    return found
