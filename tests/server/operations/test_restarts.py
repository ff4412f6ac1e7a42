"""Ended, killed and started anew under load: no login that was answered is lost, and none is there twice."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from proofkey.core.records import Grant
from proofkey.server.store import open_store
from tests.ports import held_port
from tests.server.network import Visitor
from tests.server.operations.load import Load, visiting
from tests.server.operations.serving import Serving, furnish
from tests.server.person import CALLBACK
from tests.server.store.released import read_released

ROUNDS = 2
LOGINS = 15  # in each round, and at least


async def grants_of(url: str) -> list[Grant]:
    """Read what was kept, once no server runs."""
    store = await open_store(url)
    found = await store.recent_grants(limit=100_000)
    await store.close()
    return found


async def load_through(folder: Path, port: int, number: signal.Signals) -> Load:
    """Let people log in while the server is ended with a signal and started anew, some times over."""
    serving = await asyncio.to_thread(Serving(folder, port=port).__enter__)
    async with visiting(serving.issuer) as load:
        for _ in range(ROUNDS):
            await load.until(LOGINS)
            await asyncio.to_thread(serving.end, number)
            assert "Traceback" not in serving.log()
            serving = await asyncio.to_thread(Serving(folder, port=port).__enter__)
        await load.until(LOGINS)
    await asyncio.to_thread(serving.end, signal.SIGTERM)
    return load


async def every_login_is_there_once(folder: Path, port: int, load: Load) -> None:
    """Each refresh token that was given is good; each code is spent."""
    serving = await asyncio.to_thread(Serving(folder, "--development", port=port).__enter__)
    async with Visitor(serving.issuer) as app:
        for code, tokens in load.answered.items():
            form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], "client_id": "spa"}
            assert (await app.token(**form)).status_code == 200
            # The code's verifier is not known here: the grant's own id says that a second row cannot be.
            again = await app.token(grant_type="authorization_code", code=code, client_id="spa", redirect_uri=CALLBACK)
            assert again.status_code == 400
    await asyncio.to_thread(serving.end, signal.SIGTERM)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["ended", "killed"])
def test_no_answered_login_is_lost_and_none_is_doubled(tmp_path: Path, number: signal.Signals) -> None:
    """Ended in good order, every login that was committed was answered too; killed, every answered one is there."""
    url = furnish(tmp_path)
    with held_port() as port:
        load = asyncio.run(load_through(tmp_path, port, number))
        kept = asyncio.run(grants_of(url))
        assert load.refused == []
        assert len(load.answered) >= (ROUNDS + 1) * LOGINS
        assert len({grant.grant_id for grant in kept}) == len(kept)
        assert not [grant for grant in kept if grant.ended_at is not None]
        assert len(kept) >= len(load.answered)
        if number is signal.SIGTERM:
            assert len(kept) == len(load.answered)
        asyncio.run(every_login_is_there_once(tmp_path, port, load))


def test_an_upgrade_takes_over_the_logins_of_the_version_before(tmp_path: Path) -> None:
    """A database that a release left is served, logged in to under load, and its people are still there."""
    released = read_released()[0]
    released.unpack(tmp_path)
    url = f"sqlite:///{tmp_path}/proofkey.db"
    before = asyncio.run(grants_of(url))
    assert len(before) == 1
    with held_port() as port:
        load = asyncio.run(load_through(tmp_path, port, signal.SIGTERM))
    kept = asyncio.run(grants_of(url))
    assert len(kept) == len(load.answered) + len(before)
    assert before[0].grant_id in {grant.grant_id for grant in kept}
