"""What a store must hold about being restored from a backup, and about what its writer counts."""
# ruff: noqa: S101  # assert is what a test does

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from proofkey.server.store.outcomes import Ended, ReplayEnded, Rotated
from proofkey.server.store.protocol import Store
from proofkey.server.store.restored import restored_through
from proofkey.testing.store_samples import NOW, make_grant, make_session


class RestoreContract:
    """The mark, and what ends with it."""

    async def test_a_restore_ends_what_was_in_force(self, store: Store) -> None:
        """Grants and sessions, seen at once; what is issued after the mark is not touched."""
        old, later, session = make_grant(), make_grant(NOW + 100), make_session()
        await store.redeem(old)
        await store.begin_session(session, now=NOW)
        assert await store.grant(old.grant_id) == old
        assert await store.session(session.session_id) == session
        await store.mark_restored(now=NOW + 50, through=NOW + 55, keep_logins=False)
        assert await store.grant(old.grant_id) == replace(old, ended_at=NOW + 50, end_reason="restored")
        assert await store.session(session.session_id) == replace(session, ended_at=NOW + 50)
        assert isinstance(await store.refresh(old.grant_id, 0, now=NOW + 60, refresh_key_id=1), Ended)
        await store.redeem(later)
        assert await store.grant(later.grant_id) == later

    async def test_the_mark_of_a_restore_stays_and_never_goes_back(
        self, store: Store, open_store: Callable[[], Awaitable[Store]]
    ) -> None:
        """A second restore by a clock that was set back makes no code good again."""
        assert await restored_through(store) == 0
        await store.mark_restored(now=NOW, through=NOW + 5.25, keep_logins=True)
        await store.mark_restored(now=NOW - 900, through=NOW - 895, keep_logins=True)
        assert await restored_through(store) == NOW + 5.25
        other = await open_store()
        try:
            assert await restored_through(other) == NOW + 5.25
        finally:
            await other.close()

    async def test_logins_that_are_kept_end_when_their_generation_is_in_doubt(self, store: Store) -> None:
        """A refresh token beyond the stored generation was made after the backup: its grant ends."""
        certain, doubtful = make_grant(), make_grant(generation=3)
        for grant in (certain, doubtful):
            await store.redeem(grant)
        await store.mark_restored(now=NOW + 50, through=NOW + 55, keep_logins=True)
        assert isinstance(await store.refresh(certain.grant_id, 0, now=NOW + 60, refresh_key_id=1), Rotated)
        assert isinstance(await store.refresh(doubtful.grant_id, 4, now=NOW + 60, refresh_key_id=1), ReplayEnded)
        assert isinstance(await store.refresh(doubtful.grant_id, 3, now=NOW + 60, refresh_key_id=1), Ended)

    async def test_the_writer_counts_its_commits(self, store: Store) -> None:
        """Every login is in one of the sizes; nothing waits once all are answered."""
        before = store.figures()
        logins, commits, sizes = before.logins, before.commits, sum(before.sizes)
        await asyncio.gather(*(store.redeem(make_grant()) for _ in range(40)))
        after = store.figures()
        assert after.logins == logins + 40
        assert commits < after.commits <= commits + 40
        assert sum(after.sizes) - sizes == after.commits - commits
        assert sum(after.durations) == after.commits
        assert after.seconds > 0
        assert after.waiting == 0
