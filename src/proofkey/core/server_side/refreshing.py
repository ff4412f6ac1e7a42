"""Judges a refresh (RFC 6749 6, RFC 9700 4.14.2).

The grant row carries one generation number. A token of that generation rotates it; the one before it gets the same
successor again while that successor is unused and young (a lost answer, two tabs); anything older is a replay.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from proofkey.core.errors import OAuthError
from proofkey.core.params import Params
from proofkey.core.records import ClientRecord, Grant
from proofkey.core.scope import MalformedScope, beyond, parse
from proofkey.core.server_side.authorization import is_target
from proofkey.core.server_side.policy import Policy
from proofkey.core.server_side.verdicts import Refused

NOT_VALID = "The refresh token is not valid."


class Rotation(Enum):
    """What a presented generation means for the grant."""

    ROTATE = "rotate"  # the generation in force
    REPEAT = "repeat"  # the one before, its successor unused and young: the same successor again
    REPLAY = "replay"  # an older one, or the grace is over: the grant ends
    OVER = "over"  # the grant has ended or expired


@dataclass(frozen=True, slots=True)
class Renewal:
    """A sound refresh request: what the new access token may do."""

    scopes: tuple[str, ...]
    resource: str | None


def judge_generation(grant: Grant, presented: int, *, now: float, grace: int) -> Rotation:
    """Decide what to do with a refresh token of this generation; run inside the store's transaction."""
    if grant.ended_at is not None or now >= grant.expires_at:
        return Rotation.OVER
    if presented == grant.generation:
        return Rotation.ROTATE
    if presented == grant.generation - 1 and now - grant.rotated_at <= grace:
        return Rotation.REPEAT
    return Rotation.REPLAY


def judge_refresh(params: Params, grant: Grant, client: ClientRecord, policy: Policy) -> Renewal | Refused:
    """Judge a refresh request whose token was opened and belongs to `grant`."""
    if grant.client_id != client.client_id:
        return Refused(OAuthError("invalid_grant", NOT_VALID), "refresh-with-other-client")
    scope = params.get("scope")
    try:
        asked = parse(scope) if scope else grant.scopes
    except MalformedScope:
        return Refused(OAuthError("invalid_scope", "Scopes are separated by one space."), "scope-refused")
    if beyond(asked, grant.scopes):
        return Refused(OAuthError("invalid_scope", "A scope goes beyond what was granted."), "scope-refused")
    resource = params.get("resource")
    if resource is not None and (not is_target(resource, policy) or grant.resource not in (None, resource)):
        return Refused(OAuthError("invalid_target", "The resource is not that of the grant."), "resource-mismatch")
    still_allowed = tuple(one for one in asked if one in client.scopes)
    return Renewal(still_allowed, resource or grant.resource)
