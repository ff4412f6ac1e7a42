"""What a store must hold about the journal: a bounded ring that never makes a login wait or fail."""
# ruff: noqa: S101  # assert is what a test does

from __future__ import annotations

import asyncio
from dataclasses import replace

from proofkey.server.store.journal_budget import PER_CLIENT_AND_MINUTE
from proofkey.server.store.outcomes import Redeemed
from proofkey.server.store.protocol import Store
from proofkey.testing.store_samples import NOW, make_entry, make_grant


class JournalContract:
    """Appending, reading, bounds."""

    async def test_an_entry_is_found_by_request_and_client_at_once(self, store: Store) -> None:
        """The owner of a client asks by request id right after the failure."""
        mine, good = make_entry(), make_entry(fault=None, error=None, status=200)
        other = make_entry(client_id=None)
        store.append_journal([mine, good])
        store.append_journal([other])
        assert await store.journal_of_request(mine.request_id) == [mine]
        assert await store.journal() == [other, good, mine]
        assert await store.journal(client_id="app") == [good, mine]
        assert await store.journal(client_id="app", faults_only=True) == [mine]
        assert await store.journal(limit=1) == [other]
        assert await store.journal_of_request("unknown") == []

    async def test_an_owner_of_several_clients_sees_theirs_only(self, store: Store) -> None:
        """Whatever the ids look like; an owner of nothing sees nothing, not everything."""
        odd = "any id: ü/&?'\""
        mine, others = (
            [make_entry(), make_entry(client_id=odd)],
            [make_entry(client_id="b"), make_entry(client_id=None)],
        )
        store.append_journal([mine[0], *others, mine[1]])
        assert await store.journal(among=["app", odd]) == mine[::-1]
        assert await store.journal(among=["app", odd], client_id=odd) == [mine[1]]
        assert await store.journal(among=["app"], client_id="b") == []
        assert await store.journal(among=[]) == []

    async def test_the_journal_is_read_page_by_page(self, store: Store) -> None:
        """Backwards in time."""
        entries = [make_entry(NOW + second) for second in range(6)]
        store.append_journal(entries)
        assert await store.journal(limit=2) == [entries[5], entries[4]]
        assert await store.journal(limit=2, before=NOW + 4) == [entries[3], entries[2]]
        assert await store.journal(before=NOW) == []

    async def test_an_entry_that_cannot_be_written_harms_no_other(self, store: Store) -> None:
        """A lone surrogate out of somebody's JSON."""
        good = [make_entry(), make_entry()]
        store.append_journal([good[0], make_entry(details=(("state", "\ud800"),)), good[1]])
        assert await store.journal() == good[::-1]
        grant = make_grant()
        assert await store.redeem(grant) == Redeemed(grant)

    async def test_one_client_cannot_fill_the_journal(self, store: Store) -> None:
        """Two hundred entries a minute; the next minute counts anew, and others are not concerned."""
        store.append_journal([make_entry() for _ in range(PER_CLIENT_AND_MINUTE + 50)])
        store.append_journal([make_entry(client_id="other")])
        store.append_journal([make_entry(NOW + 60)])
        assert len(await store.journal(client_id="app", limit=1000)) == PER_CLIENT_AND_MINUTE + 1
        assert len(await store.journal(client_id="other")) == 1

    async def test_unknown_clients_share_one_budget(self, store: Store) -> None:
        """Else anybody could fill it with names of his own making."""
        store.append_journal([make_entry(client_id=None) for _ in range(PER_CLIENT_AND_MINUTE * 2)])
        assert len(await store.journal(limit=1000)) == PER_CLIENT_AND_MINUTE

    async def test_entries_older_than_a_week_are_purged(self, store: Store) -> None:
        """No more is kept than decision 12 says."""
        old, young = make_entry(), make_entry(NOW + 1)
        store.append_journal([old, young])
        assert await store.journal() == [young, old]
        assert await store.purge(now=NOW + 7 * 86_400 + 0.5) == 1
        assert await store.journal() == [young]

    async def test_a_flood_of_entries_neither_raises_nor_stops_logins(self, store: Store) -> None:
        """Appending drops what is over its bounds; redemptions go on meanwhile."""
        entry = make_entry()
        for number in range(300):
            store.append_journal([replace(entry, client_id=f"c{number}") for _ in range(100)])
            if number % 30 == 0:
                grant = make_grant()
                assert await asyncio.wait_for(store.redeem(grant), 10) == Redeemed(grant)
        assert 0 < len(await store.journal(limit=20_000)) <= 10_000
