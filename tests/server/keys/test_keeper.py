"""Keys of a running server: made, shared between processes, rotated, closed, and worthless without the key file."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from proofkey.core.records import CodeFacts
from proofkey.server.keys.keeper import REREAD_EVERY, KeyKeeper, open_wrapper
from proofkey.server.keys.key_file import KeyFileUnusable, read_key_file
from proofkey.server.keys.rotation import rotate
from proofkey.server.keys.schedule import DAY, LEAD, plans
from proofkey.server.keys.wrapping import Wrapper
from proofkey.server.sealing.keyring import NoSealingKey
from proofkey.server.sealing.not_opened import NotOpened, Reason
from proofkey.server.sealing.purpose import Purpose
from proofkey.server.sealing.token import TokenFacts
from proofkey.server.settings import Settings
from proofkey.server.store import open_store
from proofkey.server.store.errors import StoreBusy
from proofkey.server.store.protocol import Store
from proofkey.server.store.wrapped_key import KeyFamily
from proofkey.testing.store_samples import make_client
from tests.server.sealing.samples import CLIENT, FACTS, NOW

SETTINGS = Settings("https://login.example")
PLANS = plans(SETTINGS.lifetimes.refresh_token)


class Clock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.now = float(NOW)

    def __call__(self) -> float:
        return self.now


class Place:
    """A database with its key file, and what opens them."""

    def __init__(self, folder: Path) -> None:
        self.database = folder / "a.db"
        self.key_file = folder / "a.db.key"
        self.url = f"sqlite:///{self.database}"
        self.clock = Clock()

    async def open(self, store: Store) -> KeyKeeper:
        """Open the keys as a server does."""
        return await KeyKeeper.open(store, self.url, SETTINGS, environ={}, clock=self.clock)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A fresh folder."""
    return Place(tmp_path)


@pytest.fixture
async def store(place: Place) -> AsyncIterator[Store]:
    """Its database, open."""
    opened = await open_store(place.url)
    yield opened
    await opened.close()


def seal(keeper: KeyKeeper) -> str:
    """Seal a code with the keys of now."""
    return keeper.sealer.seal_code(FACTS, CLIENT, now=NOW)


async def reason(keeper: KeyKeeper, text: str) -> Reason | None:
    """Say why a code does not open; None where it does."""
    opened = await keeper.sealer.open_code(text, CLIENT)
    return opened.reason if isinstance(opened, NotOpened) else None


async def test_the_first_start_makes_a_key_file_and_every_key(place: Place, store: Store) -> None:
    """One per family, in use at once; two public keys in the JWKS."""
    keeper = await place.open(store)
    assert place.key_file.exists()
    assert [(key.family, key.number, key.use_from) for key in await store.keys()] == [
        (family, 1, NOW) for family in sorted(KeyFamily)
    ]
    assert {jwk["alg"] for jwk in keeper.jwks()["keys"]} == {"RS256", "ES256"}
    assert len(seal(keeper)) <= 1024
    assert keeper.signing_key("ES256", NOW).kid in {jwk["kid"] for jwk in keeper.jwks()["keys"]}


async def test_a_code_opens_after_a_restart_and_in_another_process(place: Place, store: Store) -> None:
    """The keys come from the store."""
    first, second = await place.open(store), await place.open(store)
    assert first.jwks() == second.jwks()
    assert await reason(second, seal(first)) is None


async def test_processes_that_start_at_once_agree_on_the_keys(place: Place) -> None:
    """Each makes keys; the number in the store decides whose."""
    stores = [await open_store(place.url) for _ in range(4)]
    keepers = await asyncio.gather(*(place.open(store) for store in stores))
    assert len(await stores[0].keys()) == len(KeyFamily)
    for keeper in keepers:
        await keeper.reread()
        assert keeper.jwks() == keepers[0].jwks()
        assert await reason(keeper, seal(keepers[0])) is None
    for store in stores:
        await store.close()


@pytest.mark.shows("A89")
async def test_a_database_alone_or_its_backup_makes_no_code_that_is_accepted(
    place: Place, store: Store, tmp_path: Path
) -> None:
    """Without the key file the copy can neither be used nor given new keys that the server would take."""
    keeper = await place.open(store)
    code = seal(keeper)
    stolen = Place(tmp_path / "stolen")
    stolen.database.parent.mkdir()
    source, copy = sqlite3.connect(place.database), sqlite3.connect(stolen.database)
    source.backup(copy)
    source.close()
    copy.close()
    thief = await open_store(stolen.url)
    with pytest.raises(KeyFileUnusable, match="missing"):
        await stolen.open(thief)
    assert not stolen.key_file.exists()
    # With a key file of his own the wrapped keys do not open.
    wrapper = await open_wrapper(thief, stolen.key_file, give_up_old_keys=True)
    for row in await thief.keys():
        with pytest.raises(KeyFileUnusable, match="another key file"):
            wrapper.unwrap(row)
    with pytest.raises(KeyFileUnusable, match="another key file"):
        await stolen.open(thief)
    # And with keys of his own making he seals what the server does not know.
    await rotate(thief, wrapper, PLANS, now=NOW, at_once=True, close_old=True)
    forger = await stolen.open(thief)
    forged = forger.sealer.seal_access(TokenFacts(FACTS.grant_id, 0, NOW, NOW + 60, None, None), now=NOW)
    assert await reason(keeper, seal(forger)) is Reason.FOREIGN_KEY
    assert isinstance(await keeper.sealer.open_access(forged), NotOpened)
    assert await reason(forger, code) is Reason.FOREIGN_KEY
    await thief.close()


async def test_no_secret_is_in_the_database_files(place: Place, store: Store) -> None:
    """Every byte of every file but the key file is searched for every unwrapped key."""
    await place.open(store)
    wrapper = Wrapper(read_key_file(place.key_file))
    secrets = [wrapper.unwrap(row) for row in await store.keys()] + [read_key_file(place.key_file)]
    files = [file for file in place.database.parent.iterdir() if file != place.key_file]
    assert len(files) >= 2
    for file in files:
        contents = file.read_bytes()
        assert not [secret for secret in secrets if secret in contents or secret[-32:] in contents]


async def test_a_wrapped_key_opens_only_in_its_own_row(place: Place, store: Store) -> None:
    """Nobody who can write to the database makes an old key the current one, or a code key a refresh key."""
    await place.open(store)
    wrapper = Wrapper(read_key_file(place.key_file))
    (row,) = [key for key in await store.keys() if key.family is KeyFamily.REFRESH]
    assert len(wrapper.unwrap(row)) == 32
    for changed in (
        replace(row, family=KeyFamily.CODE_ACCESS),
        replace(row, number=2),
        replace(row, use_from=row.use_from + 1),
        replace(row, public=b"x"),
        replace(row, wrapped=row.wrapped[:-1]),
        replace(row, wrapped=b""),
    ):
        with pytest.raises(KeyFileUnusable):
            wrapper.unwrap(changed)


async def test_a_lost_key_file_is_not_silently_replaced(place: Place, store: Store) -> None:
    """The message says what to do; giving up all logins is a choice, not a default."""
    keeper = await place.open(store)
    code = seal(keeper)
    place.key_file.unlink()
    with pytest.raises(KeyFileUnusable, match="rotate --now --end-grants"):
        await place.open(store)
    assert not place.key_file.exists()
    wrapper = await open_wrapper(store, place.key_file, give_up_old_keys=True)
    await rotate(store, wrapper, PLANS, now=NOW, at_once=True, close_old=True)
    again = await place.open(store)
    assert await reason(again, code) is Reason.FOREIGN_KEY
    assert await reason(again, seal(again)) is None


async def test_the_daily_key_is_published_before_it_is_used_and_old_codes_still_open(
    place: Place, store: Store
) -> None:
    """A day in the life of a server."""
    keeper = await place.open(store)
    yesterday = seal(keeper)
    place.clock.now = NOW + DAY - LEAD
    await keeper.renew()
    published = [key for key in await store.keys() if key.family is KeyFamily.CODE_ACCESS]
    assert [key.use_from for key in published] == [NOW, NOW + DAY]
    before = keeper.sealer.seal_code(FACTS, CLIENT, now=NOW + DAY - 1)
    after = keeper.sealer.seal_code(FACTS, CLIENT, now=NOW + DAY)
    assert before[:8] == yesterday[:8] != after[:8]  # version and key id
    for code in (yesterday, before, after):
        assert await reason(keeper, code) is None
    place.clock.now = NOW + 4 * DAY
    await keeper.renew()
    assert await reason(keeper, yesterday) is Reason.FOREIGN_KEY
    assert await reason(keeper, after) is None


@pytest.mark.shows("D05")
async def test_signing_keys_stay_published_while_their_tokens_live(place: Place, store: Store) -> None:
    """Old and new are both in the JWKS around a rotation."""
    keeper = await place.open(store)
    old = keeper.signing_key("RS256", NOW).kid
    await rotate(store, keeper._wrapper, PLANS, now=NOW, at_once=False, close_old=False)
    await keeper.reread()
    assert keeper.signing_key("RS256", NOW + LEAD - 1).kid == old
    new = keeper.signing_key("RS256", NOW + LEAD).kid
    assert new != old
    for late in (0, LEAD, 2 * DAY):
        place.clock.now = NOW + late
        await keeper.renew()
        assert {old, new} <= {jwk["kid"] for jwk in keeper.jwks()["keys"]}
    place.clock.now = NOW + 3 * DAY
    await keeper.renew()
    assert old not in {jwk["kid"] for jwk in keeper.jwks()["keys"]}


async def test_a_rotation_at_once_keeps_old_logins(place: Place, store: Store) -> None:
    """`keys rotate --now`: new keys from this second on, the old ones to their end."""
    keeper = await place.open(store)
    old = seal(keeper)
    await rotate(store, keeper._wrapper, PLANS, now=NOW, at_once=True, close_old=False)
    await keeper.reread()
    assert seal(keeper)[:8] != old[:8]
    assert await reason(keeper, old) is None


async def test_a_rotation_before_the_first_start_makes_keys_to_use_now(place: Place, store: Store) -> None:
    """There is no older key that would be used meanwhile."""
    wrapper = await open_wrapper(store, place.key_file)
    await rotate(store, wrapper, PLANS, now=NOW, at_once=False, close_old=False)
    assert {key.use_from for key in await store.keys()} == {NOW}


async def test_after_a_compromise_nothing_of_the_old_keys_is_accepted(place: Place, store: Store) -> None:
    """`keys rotate --now --end-grants` by the command line, noticed by a running server within seconds."""
    keeper = await place.open(store)
    code, kids = seal(keeper), {jwk["kid"] for jwk in keeper.jwks()["keys"]}
    key_id = keeper.sealer.refresh_key_id(NOW)
    refresh = keeper.sealer.seal_refresh(FACTS.grant_id, 0, expires_at=NOW + 60, key_id=key_id)
    assert refresh is not None
    keeper.start()
    command = await open_store(place.url)
    ahead = NOW + 5  # its clock is ahead of the server's
    await rotate(command, keeper._wrapper, PLANS, now=ahead, at_once=True, close_old=True)
    await command.close()
    async with asyncio.timeout(60):
        while await reason(keeper, code) is None:  # noqa: ASYNC110  # a keeper tells nobody
            await asyncio.sleep(REREAD_EVERY / 20)
    assert await reason(keeper, code) is Reason.FOREIGN_KEY
    assert isinstance(await keeper.sealer.open_refresh(refresh), NotOpened)
    assert not kids & {jwk["kid"] for jwk in keeper.jwks()["keys"]}
    assert await reason(keeper, seal(keeper)) is None
    await keeper.stop()


async def test_a_slow_reading_from_before_a_rotation_brings_no_closed_key_back(
    place: Place, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It read the keys before they were closed, and came back after another reading had seen that they are."""
    keeper = await place.open(store)
    code = seal(keeper)
    has_the_keys, may_go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> tuple[str, ...]:
        has_the_keys.set()
        await may_go_on.wait()
        return await store.scope_words()

    with monkeypatch.context() as patch:
        patch.setattr(keeper, "_store", SimpleNamespace(keys=store.keys, scope_words=slow))
        reading = asyncio.create_task(keeper.reread())
        await has_the_keys.wait()
    await keeper.rotate(at_once=True, close_old=True)
    may_go_on.set()
    await reading
    assert await reason(keeper, code) is Reason.FOREIGN_KEY
    assert await reason(keeper, seal(keeper)) is None


async def test_old_keys_go_even_if_the_new_ones_need_another_key_file(
    place: Place, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """The operator gave up the key file while the server ran: it accepts and seals nothing until it is restarted."""
    keeper = await place.open(store)
    code = seal(keeper)
    place.key_file.unlink()
    wrapper = await open_wrapper(store, place.key_file, give_up_old_keys=True)
    await rotate(store, wrapper, PLANS, now=NOW, at_once=True, close_old=True)
    await keeper.reread()
    assert await reason(keeper, code) is Reason.FOREIGN_KEY
    with pytest.raises(NoSealingKey):
        seal(keeper)
    with pytest.raises(NoSealingKey):
        keeper.signing_key("RS256", NOW)
    assert "another key file" in caplog.text
    assert await reason(await place.open(store), seal(await place.open(store))) is None


async def test_a_code_of_a_process_ahead_opens_at_once(place: Place, store: Store) -> None:
    """A key or a scope that this process has not read yet is read when a text names it."""
    keeper = await place.open(store)
    other_store = await open_store(place.url)
    other = await place.open(other_store)
    await rotate(other_store, other._wrapper, PLANS, now=NOW, at_once=True, close_old=False)
    await other_store.put_client(make_client(scopes=("brand-new",)))
    await other.reread()
    facts = replace(FACTS, scopes=("brand-new",))
    code = other.sealer.seal_code(facts, CLIENT, now=NOW)
    opened = await keeper.sealer.open_code(code, CLIENT)
    assert isinstance(opened, CodeFacts)
    assert opened == facts
    await other_store.close()


async def test_the_key_file_may_be_elsewhere(place: Place, store: Store, tmp_path: Path) -> None:
    """PROOFKEY_KEY_FILE: made there, and needed there."""
    elsewhere = tmp_path / "secrets" / "key"
    environ = {"PROOFKEY_KEY_FILE": str(elsewhere)}
    keeper = await KeyKeeper.open(store, place.url, SETTINGS, environ=environ, clock=place.clock)
    assert elsewhere.exists()
    assert not place.key_file.exists()
    shutil.copy(elsewhere, place.key_file)
    assert await reason(await place.open(store), seal(keeper)) is None


async def test_a_new_installation_serves_before_it_can_sign(place: Place, store: Store) -> None:
    """An RSA key takes long to make: logins are sealed at once, and who needs a signature waits for the key."""
    keeper = await KeyKeeper.open(store, place.url, SETTINGS, environ={}, clock=place.clock, signing_later=True)
    assert not keeper.can_sign
    assert keeper.sealer.seal_box(Purpose.CSRF, b"x", ttl=60, now=place.clock())
    await asyncio.gather(*(keeper.until_it_can_sign() for _ in range(3)))
    assert keeper.can_sign
    assert {key["alg"] for key in keeper.jwks()["keys"]} == {"RS256", "ES256"}
    await keeper.stop()
    again = await KeyKeeper.open(store, place.url, SETTINGS, environ={}, clock=place.clock, signing_later=True)
    assert again.can_sign
    assert again.jwks() == keeper.jwks()


async def test_a_server_that_ends_while_it_makes_its_keys_ends(place: Place, store: Store) -> None:
    """The next start makes them."""
    keeper = await KeyKeeper.open(store, place.url, SETTINGS, environ={}, clock=place.clock, signing_later=True)
    await keeper.stop()
    again = await KeyKeeper.open(store, place.url, SETTINGS, environ={}, clock=place.clock)
    assert again.can_sign


async def test_keys_that_could_not_be_made_are_tried_again(
    place: Place, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who needed one hears why; the next one who does may have it."""
    attempts = []

    async def fail(*_: object) -> bool:
        attempts.append(1)
        raise StoreBusy("later")

    with monkeypatch.context() as patch:
        patch.setattr(store, "add_key", fail)
        keeper = KeyKeeper(store, Wrapper(b"k" * 32), SETTINGS, place.clock)
        for _ in range(2):
            with pytest.raises(StoreBusy):
                await keeper.until_it_can_sign()
    assert len(attempts) == 2
    await keeper.until_it_can_sign()
    assert keeper.can_sign
