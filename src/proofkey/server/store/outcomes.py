"""What redeeming a code and presenting a refresh token can come to."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from proofkey.core.records import Grant

# Why a replay ended a grant: the fault's name.
CODE_REPLAYED = "code-redeemed-twice"
REFRESH_REPLAYED = "refresh-token-reused"


class Redeemed(msgspec.Struct, frozen=True):
    """This redemption, and no other, won the code; the grant is on disk."""

    grant: Grant


class Replayed(msgspec.Struct, frozen=True):
    """The code was redeemed before; the grant it had made has ended with this answer (RFC 6749 4.1.2)."""

    grant: Grant  # the first redemption's, as it now stands


class Rotated(msgspec.Struct, frozen=True):
    """The presented generation was in force; `grant.generation` is its successor, now on disk."""

    grant: Grant


class Repeated(msgspec.Struct, frozen=True):
    """The generation before was presented in its grace time: answer with the same successor again.

    Seal it with `grant.generation` and `grant.refresh_key_id`, and its text is the same.
    """

    grant: Grant


class ReplayEnded(msgspec.Struct, frozen=True):
    """A superseded generation was presented: the grant has ended with this answer (RFC 9700 4.14.2)."""

    grant: Grant


class Ended(msgspec.Struct, frozen=True):
    """The grant had ended or run out before; nothing changed."""

    grant: Grant


class Unknown(msgspec.Struct, frozen=True):
    """No such grant is stored."""


Redemption: TypeAlias = Redeemed | Replayed
Refreshing: TypeAlias = Rotated | Repeated | ReplayEnded | Ended | Unknown
