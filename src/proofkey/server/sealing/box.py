"""Bytes sealed for a purpose and a time: login state, CSRF tokens, PAR request URIs (RFC 9126 2.2)."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from proofkey.server.sealing.envelope import MAX_CHARACTERS, NAME_LENGTH, open_sealed, seal
from proofkey.server.sealing.keyring import Keyring
from proofkey.server.sealing.not_opened import NotOpened, Reason
from proofkey.server.sealing.purpose import FAMILIES, Purpose
from proofkey.server.store.wrapped_key import KeyFamily

MAX_TTL = 86_400  # seconds; as long as a key of this family is kept after its last use


class _Box(msgspec.Struct, array_like=True, gc=False):
    expires_at: int
    contents: bytes


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Box).decode


def seal_box(
    purpose: Purpose,
    contents: bytes,
    *,
    ttl: int,
    keyring: Keyring,
    now: float,
    entropy: Callable[[int], bytes],
) -> str:
    """Seal bytes for `ttl` seconds. Raises ValueError for a purpose with its own form, a longer time, or too much."""
    if FAMILIES[purpose] is not KeyFamily.STATE or not 0 < ttl <= MAX_TTL:
        raise ValueError(f"no box for {purpose} of {ttl} seconds")
    return seal(keyring.sealing(purpose, now), entropy(NAME_LENGTH), _encode(_Box(int(now) + ttl, contents)))


def open_box(purpose: Purpose, text: str, *, keyring: Keyring, now: float) -> bytes | NotOpened:
    """Open a box of this purpose within its time."""
    opened = open_sealed(text, purpose, keyring, MAX_CHARACTERS)
    if isinstance(opened, NotOpened):
        # The name in the header of a box is not a grant id.
        return NotOpened(opened.reason, actual_length=opened.actual_length, purpose=opened.purpose)
    try:
        box = _decode(opened[1])
    except msgspec.DecodeError:
        return NotOpened(Reason.DAMAGED, actual_length=len(text))
    if now >= box.expires_at:
        return NotOpened(Reason.EXPIRED, actual_length=len(text))
    return box.contents
