"""A running server: its settings and its parts, handed to every endpoint."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from proofkey.core.server_side.policy import Policy
from proofkey.server.accounts import Accounts, StoredAccounts
from proofkey.server.cookies import CookieJar
from proofkey.server.diagnosing import Diagnosing
from proofkey.server.failed_proofs import FailedProofs
from proofkey.server.familiar import Familiar
from proofkey.server.journal import Journal
from proofkey.server.keys.keeper import KeyKeeper
from proofkey.server.observing import Observing
from proofkey.server.pages.site import Site
from proofkey.server.personality import PERSONALITIES, Personality
from proofkey.server.rate import PerMinute
from proofkey.server.sealing.sealer import Sealer
from proofkey.server.settings import Settings
from proofkey.server.store.protocol import Store
from proofkey.server.store.upkeep import Upkeep
from proofkey.server.throttle import Throttle

if TYPE_CHECKING:
    from proofkey.server.tracing.tracing import Tracing


class Server(msgspec.Struct):
    """One authorization server. `clock` gives seconds since the epoch; `entropy` cryptographic bytes."""

    settings: Settings
    store: Store
    keys: KeyKeeper
    sealer: Sealer  # that of the keys
    accounts: Accounts
    journal: Journal
    diagnosing: Diagnosing
    upkeep: Upkeep
    policy: Policy
    personality: Personality
    site: Site
    cookies: CookieJar
    client_credentials: PerMinute
    observing: Observing = msgspec.field(default_factory=Observing)
    tracing: Tracing | None = None
    throttle: Throttle = msgspec.field(default_factory=Throttle)
    failed_proofs: FailedProofs = msgspec.field(default_factory=FailedProofs)
    familiar: Familiar = msgspec.field(default_factory=Familiar)
    presences: dict[tuple[str, str], dict[str, object]] = msgspec.field(default_factory=dict)  # by person and source
    clock: Callable[[], float] = time.time
    entropy: Callable[[int], bytes] = secrets.token_bytes
    stop: Callable[[], None] = lambda: None  # asks the process to end
    restored_through: float = 0.0  # codes issued until then are refused: a restore does not know which were used
    login_note: str | None = None  # the demo tells its account on the login page
    demo_url: str | None = None  # where the demo's single-page app is

    def url(self, path: str) -> str:
        """Give the address of an endpoint of ours."""
        return self.settings.issuer + path

    async def start(self) -> None:
        """Begin what runs beside the requests."""
        self.keys.start()
        self.diagnosing.start()
        self.upkeep.start()

    async def close(self) -> None:
        """Finish what is under way and let go of everything."""
        await self.keys.stop()
        await self.diagnosing.stop()
        await self.upkeep.stop()
        if isinstance(self.accounts, StoredAccounts):
            self.accounts.close()
        await self.store.close()
        if self.tracing is not None:
            await self.tracing.close()


def assemble(
    settings: Settings,
    store: Store,
    keys: KeyKeeper,
    *,
    accounts: Accounts | None = None,
    clock: Callable[[], float] = time.time,
    stop: Callable[[], None] = lambda: None,
    login_note: str | None = None,
    observing: Observing | None = None,
    tracing: Tracing | None = None,
) -> Server:
    """Put a server together from its settings, an open store and loaded keys."""
    personality = PERSONALITIES[settings.personality]
    if settings.lifetimes.access_token is not None:
        personality = replace(personality, access_token_lifetime=settings.lifetimes.access_token)
    policy = Policy(
        issuer=settings.issuer,
        any_port_for=personality.any_port_for,
        code_lifetime=settings.lifetimes.code,
        refresh_grace=settings.lifetimes.refresh_grace,
        empty_secret_is_none=personality.empty_secret_is_none,
    )
    journal = Journal(store, settings, keys.fingerprint_key)
    observing = observing or Observing()
    return Server(
        settings=settings,
        store=store,
        keys=keys,
        sealer=keys.sealer,
        accounts=accounts or StoredAccounts(store),
        journal=journal,
        diagnosing=Diagnosing(settings, journal, observing),
        observing=observing,
        tracing=tracing,
        upkeep=Upkeep(store),
        client_credentials=PerMinute(personality.client_credentials_per_minute),
        policy=policy,
        personality=personality,
        site=Site(path=settings.path, host=settings.origin.partition("://")[2]),
        cookies=CookieJar(settings),
        clock=clock,
        stop=stop,
        login_note=login_note,
    )
