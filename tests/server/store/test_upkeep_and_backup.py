"""What happens to a store beside the requests: purging, and being copied."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path

import pytest

from proofkey.server.store import open_store
from proofkey.server.store.backup import back_up
from proofkey.server.store.errors import StoreUnusable
from proofkey.server.store.outcomes import Replayed
from proofkey.server.store.upkeep import Upkeep
from proofkey.testing.store_samples import NOW, make_client, make_grant


async def test_upkeep_purges_again_and_again(tmp_path: Path) -> None:
    """What runs out between two rounds goes with the second."""
    store = await open_store(f"sqlite:///{tmp_path}/a.db")
    now = float(NOW)
    first, second = make_grant(expires_at=NOW), make_grant(expires_at=NOW + 10)
    for grant in (first, second):
        await store.redeem(grant)
    upkeep = Upkeep(store, clock=lambda: now, first=0, every=0.01)
    upkeep.start()
    for grant, when in ((first, NOW + 86_401), (second, NOW + 86_411)):
        now = when
        async with asyncio.timeout(60):
            while await store.grant(grant.grant_id) is not None:  # noqa: ASYNC110  # a store tells nobody
                await asyncio.sleep(0.05)
    await upkeep.stop()
    await store.close()


async def test_of_two_processes_one_purges(tmp_path: Path) -> None:
    """The other one finds it done, until the period is over."""
    store = await open_store(f"sqlite:///{tmp_path}/a.db")
    times: list[float] = []

    class Counting:
        meta, put_meta = staticmethod(store.meta), staticmethod(store.put_meta)

        async def purge(self, *, now: float) -> int:
            times.append(now)
            return 0

    first, second = (Upkeep(Counting(), clock=lambda: now, every=3600) for _ in range(2))  # type: ignore[arg-type]
    for now in (NOW, NOW + 60, NOW + 3600, NOW + 3601):
        for upkeep in (first, second):
            if await upkeep._is_due():
                await Counting().purge(now=now)
    assert times == [NOW, NOW + 3600]
    await store.close()


async def test_purging_many_rows_lets_logins_through(tmp_path: Path) -> None:
    """Some steps of 500 rows; redemptions in between are answered."""
    store = await open_store(f"sqlite:///{tmp_path}/a.db")
    await asyncio.gather(*(store.redeem(make_grant(expires_at=NOW)) for _ in range(1300)))
    purging = asyncio.create_task(store.purge(now=NOW + 90_000))
    grants = [make_grant(NOW + 90_000) for _ in range(50)]
    for grant in grants:
        await store.redeem(grant)
    assert await purging == 1300
    assert len(await store.recent_grants(limit=2000)) == 50
    await store.close()


async def test_a_backup_of_a_running_server_is_whole_and_its_owners_alone(tmp_path: Path) -> None:
    """It opens as a store; what was redeemed before stays redeemed."""
    url = f"sqlite:///{tmp_path}/a.db"
    store = await open_store(url, serving=True)
    await store.put_client(make_client())
    grant = make_grant()
    await store.redeem(grant)
    target = tmp_path / "copy.db"
    await asyncio.to_thread(back_up, url, target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    copy = await open_store(f"sqlite:///{target}", serving=True)
    assert await copy.client("app") == make_client()
    assert isinstance(await copy.redeem(grant), Replayed)
    for opened in (copy, store):
        await opened.close()


def test_a_backup_overwrites_nothing_and_makes_no_database(tmp_path: Path) -> None:
    """Both ends are checked first."""
    with pytest.raises(StoreUnusable, match="no database"):
        back_up(f"sqlite:///{tmp_path}/a.db", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []
    asyncio.run(_make(tmp_path / "a.db"))
    (tmp_path / "copy.db").write_text("mine")
    with pytest.raises(StoreUnusable, match="overwrites nothing"):
        back_up(f"sqlite:///{tmp_path}/a.db", tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "mine"


async def _make(path: Path) -> None:
    await (await open_store(f"sqlite:///{path}")).close()
