"""Makes the keys that are due, and new ones on demand; every key goes into the store wrapped (decision 2)."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Mapping, Sequence

from proofkey.server.keys.algorithms import OF_FAMILY
from proofkey.server.keys.schedule import LEAD, Plan, next_use, removable_through
from proofkey.server.keys.wrapping import Wrapper
from proofkey.server.store.protocol import KeyStore
from proofkey.server.store.wrapped_key import KeyFamily, WrappedKey

SECRET_LENGTH = 32
_ATTEMPTS = 10


async def make_due_keys(store: KeyStore, wrapper: Wrapper, plans: Mapping[KeyFamily, Plan], now: float) -> bool:
    """Make every family's next key where it is due, remove keys nothing needs; tell whether anything changed."""
    keys = await store.keys()
    changed = False
    for family, plan in plans.items():
        own = [key for key in keys if key.family is family]
        use_from = next_use(own, plan, now)
        if use_from is not None:
            await _add(store, wrapper, own, family, created_at=int(now), use_from=use_from)
            changed = True
        if through := removable_through(own, plan, now):
            await store.remove_keys(family, through)
            changed = True
    return changed


async def rotate(
    store: KeyStore, wrapper: Wrapper, plans: Mapping[KeyFamily, Plan], *, now: float, at_once: bool, close_old: bool
) -> None:
    """Make a new key in every family, used after ten minutes or at once.

    `close_old` is for a compromise: nothing sealed or signed with the old keys is accepted any more, here at once and
    in other processes within seconds.
    """
    for family in plans:
        own = [key for key in await store.keys() if key.family is family]
        last = max((key.number for key in own), default=0)
        use_from = int(now) if at_once or close_old or not own else int(now) + LEAD
        await _add(store, wrapper, own, family, created_at=int(now), use_from=use_from, even_if_beaten=True)
        if close_old and last:
            await store.close_keys(family, last, now=now)


async def _add(
    store: KeyStore,
    wrapper: Wrapper,
    own: Sequence[WrappedKey],
    family: KeyFamily,
    *,
    created_at: int,
    use_from: int,
    even_if_beaten: bool = False,
) -> None:
    secret, public = await asyncio.to_thread(_make, family)
    number = max((key.number for key in own), default=0)
    for _ in range(_ATTEMPTS):
        number += 1
        row = WrappedKey(family, number, created_at, use_from, b"", public)
        if await store.add_key(wrapper.wrap(row, secret)) or not even_if_beaten:
            return
    raise RuntimeError(f"no free number for a new {family} key")


def _make(family: KeyFamily) -> tuple[bytes, bytes | None]:
    algorithm = OF_FAMILY.get(family)
    if algorithm is None:
        return secrets.token_bytes(SECRET_LENGTH), None
    from proofkey.server.keys import signing  # here: a start that makes no such key need not load it

    private = signing.make(algorithm)
    return signing.to_der(private), json.dumps(signing.public_jwk(private), sort_keys=True).encode()
