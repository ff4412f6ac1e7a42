"""The keys of a running process: unwrapped in memory, read again twice a second, renewed when due (decision 2)."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from proofkey.core.errors import ProofkeyError
from proofkey.server.keys.algorithms import OF_FAMILY, Algorithm
from proofkey.server.keys.key_file import KeyFileUnusable, key_file_path, make_key_file, read_key_file
from proofkey.server.keys.rotation import make_due_keys, rotate
from proofkey.server.keys.schedule import Plan, kept_until, plans
from proofkey.server.keys.signers import Signers, Unread
from proofkey.server.keys.wrapping import Wrapper
from proofkey.server.sealing.keyring import Keyring, SealingKey
from proofkey.server.sealing.sealer import Sealer
from proofkey.server.settings import Settings
from proofkey.server.store.errors import StoreFailed
from proofkey.server.store.protocol import Store
from proofkey.server.store.scope_words import ScopeWords
from proofkey.server.store.wrapped_key import KeyFamily, WrappedKey

if TYPE_CHECKING:
    from proofkey.server.keys.signing import Jwk, SigningKey

log = logging.getLogger("proofkey.keys")

REREAD_EVERY = 0.5  # seconds; so long an emergency rotation by another process may go unnoticed


class KeyKeeper:
    """Holds the sealer and the signing keys of one issuer."""

    def __init__(
        self, store: Store, wrapper: Wrapper, settings: Settings, clock: Callable[[], float] = time.time
    ) -> None:
        self._store = store
        self._wrapper = wrapper
        self._issuer = settings.issuer
        self._plans: dict[KeyFamily, Plan] = plans(settings.lifetimes.refresh_token)
        self._clock = clock
        self._rows: list[WrappedKey] = []
        self._words: tuple[str, ...] = ()
        self._readings = self._taken = 0  # how many began, and which of them was taken last
        self._signers = Signers()
        self._first: asyncio.Task[None] | None = None  # makes the first signing keys
        self._task: asyncio.Task[None] | None = None
        self.sealer = Sealer(Keyring(self._issuer, ()), ScopeWords(), reread=self.reread)

    @classmethod
    async def open(
        cls,
        store: Store,
        database: str | None,
        settings: Settings,
        *,
        environ: Mapping[str, str] = os.environ,
        clock: Callable[[], float] = time.time,
        signing_later: bool = False,
    ) -> KeyKeeper:
        """Load the keys of a store, making what is due. Raises KeyFileUnusable.

        `signing_later`: the first keys that sign are still being made then; an RSA key takes some tenths of a second.
        """
        wrapper = await open_wrapper(store, key_file_path(database, environ))
        keeper = cls(store, wrapper, settings, clock)
        for row in await store.keys():
            if row.closed_at is None:
                wrapper.unwrap(row)
        now = {family: plan for family, plan in keeper.plans.items() if not (signing_later and family in OF_FAMILY)}
        await make_due_keys(store, wrapper, now, clock())
        await keeper.reread()
        if not keeper.can_sign:
            keeper._make_first()
        return keeper

    @property
    def fingerprint_key(self) -> bytes:
        """Give the key of the journal's fingerprints: entries of one login hold together whoever wrote them."""
        return self._wrapper.fingerprint_key

    def jwks(self) -> dict[str, list[Jwk]]:
        """Give the public signing keys (RFC 7517 5): those in use, those to come, and those whose tokens live."""
        return {"keys": self._signers.public()}

    def signing_key(self, algorithm: Algorithm, now: float) -> SigningKey:
        """Give the key that signs now; raises NoSealingKey where there is none."""
        return self._signers.in_use(algorithm, now)

    def published_key(self, kid: str) -> SigningKey | None:
        """Give the signing key of a name, while its tokens live."""
        return self._signers.named(kid)

    @property
    def can_sign(self) -> bool:
        """Tell whether there is a signing key for each algorithm: not in the first moment of an installation."""
        return self._signers.complete

    async def until_it_can_sign(self) -> None:
        """Wait for the first signing keys. Raises what keeps the store from taking them."""
        if self._first is None or self._first.done():
            self._make_first()
        assert self._first is not None  # noqa: S101  # it was just begun
        await asyncio.shield(self._first)

    def _make_first(self) -> None:
        self._first = asyncio.create_task(self.renew())
        self._first.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody may have waited

    async def reread(self) -> None:
        """Take what other processes changed: keys made or closed, scopes that joined the vocabulary."""
        self._readings += 1
        reading = self._readings
        rows, words = await self._store.keys(), await self._store.scope_words()
        if reading < self._taken:  # one that began later was quicker: closed keys would be back, new ones gone
            return
        self._taken = reading
        if words != self._words:
            self._words, self.sealer.words = words, ScopeWords(words)
        if rows != self._rows:
            self._use(rows)

    async def renew(self) -> None:
        """Make the keys that are due and take them."""
        await make_due_keys(self._store, self._wrapper, self._plans, self._clock())
        await self.reread()

    @property
    def plans(self) -> Mapping[KeyFamily, Plan]:
        """How long keys are used and kept, by family."""
        return self._plans

    async def rotate(self, *, at_once: bool, close_old: bool) -> None:
        """Make new keys of every family and take them (`keys/rotation.py`)."""
        now = self._clock()
        await rotate(self._store, self._wrapper, self._plans, now=now, at_once=at_once, close_old=close_old)
        await self.reread()

    def start(self) -> None:
        """Keep reading and renewing beside the requests."""
        self._task = asyncio.get_running_loop().create_task(self._keep())

    async def stop(self) -> None:
        """End that."""
        for task in (self._task, self._first):
            if task is not None:
                task.cancel()
                await asyncio.wait([task])
        self._task = self._first = None

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(REREAD_EVERY)
            try:
                await self.renew()
            except StoreFailed:
                return
            except ProofkeyError as error:
                log.warning("the keys could not be read again: %s", error)
            except Exception:
                log.exception("the keys could not be renewed")

    def _use(self, rows: list[WrappedKey]) -> None:
        now = self._clock()
        sealing: list[SealingKey] = []
        signing: list[Unread] = []
        for row in sorted(rows, key=lambda row: (row.use_from, row.number), reverse=True):
            own = [other for other in rows if other.family is row.family]
            until = kept_until(row, own, self._plans[row.family])
            if row.closed_at is not None or (until is not None and until <= now):
                continue
            try:
                secret = self._wrapper.unwrap(row)
            except KeyFileUnusable as error:
                # Another key file is in use since this process began. Closed keys must go all the same.
                log.error("key %d of %s cannot be used: %s", row.number, row.family, error)
                continue
            if algorithm := OF_FAMILY.get(row.family):
                signing.append(Unread(algorithm, row.use_from, secret))
            else:
                sealing.append(SealingKey(row.family, row.number, row.use_from, secret))
        self.sealer.keyring = Keyring(self._issuer, sealing)
        self._signers = Signers(signing)
        self._rows = rows


async def open_wrapper(store: Store, path: Path, *, give_up_old_keys: bool = False) -> Wrapper:
    """Open the key file of a store, making it for a store that has no keys yet.

    `give_up_old_keys` makes one also for a store whose key file is lost. Raises KeyFileUnusable.
    """
    if not await asyncio.to_thread(path.exists):
        in_use = [row for row in await store.keys() if row.closed_at is None]
        if in_use and not give_up_old_keys:
            raise KeyFileUnusable(
                f"the key file {path} is missing, and the database's keys are wrapped with it; bring it back, name it "
                "in PROOFKEY_KEY_FILE, or give up all logins: proofkey keys rotate --now --end-grants"
            )
        return Wrapper(await asyncio.to_thread(make_key_file, path))
    return Wrapper(await asyncio.to_thread(read_key_file, path))
