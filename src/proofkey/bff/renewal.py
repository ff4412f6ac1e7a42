"""One refresh for however many threads, tasks, processes and machines ask at the end of a token's life (RFC 6749 6).

Whoever gets the lease of the session renews; the others wait for what he writes, or go on with a token that still
lives. The rotated token is in the store before anybody uses it. A logout meanwhile wins.
"""

from __future__ import annotations

import logging
import secrets
from functools import partial
from typing import TYPE_CHECKING

from proofkey.bff.effects import Steps, ask, pause
from proofkey.bff.replies import Declined, login_required, unavailable
from proofkey.bff.session_store import StoreUnavailable
from proofkey.bff.sessions import Session, open_session, seal_session
from proofkey.client.errors import AnswerLost
from proofkey.client.token_document import Kept
from proofkey.core.client_side import Tokens
from proofkey.core.errors import ProofkeyError, TokenRefused
from proofkey.core.secret import AccessToken

if TYPE_CHECKING:
    from proofkey.bff.backend import Bff

LEASE = 120.0  # seconds; longer than a refresh with all its time-outs takes
_PATIENCE = 20.0  # seconds that others wait for it
_PAUSES = (0.02, 0.05, 0.1, 0.2, 0.4)  # seconds between two looks; the last one again and again
_WRITES = 4

log = logging.getLogger("proofkey.bff")


def find_session(bff: Bff, key: bytes) -> Steps[Session | None]:
    """Give a session that is not over. One that is, is deleted; one sealed with a key that is not here is let be."""
    stored = yield from ask(partial(bff.store.find, key))
    if stored is None:
        return None
    now = bff.clock()
    if bff.lifetimes.is_over(stored.created_at, stored.seen_at, now):
        yield from ask(partial(bff.store.delete, key))
        return None
    session = open_session(stored, key, bff.place, bff.keys)
    if session is not None and now >= session.seen_at + bff.lifetimes.touch:
        yield from ask(partial(bff.store.touch, key, now=now))
    return session


def live_session(
    bff: Bff, key: bytes, *, refused: AccessToken | None = None, newer_than: float = 0.0
) -> Steps[Session]:
    """Give a session with a live access token: another than `refused`, obtained after `newer_than`.

    Raises Declined: 401 where somebody has to log in, 503 where it may work in a moment.
    """
    waited, looks = 0.0, 0
    while True:
        session = yield from find_session(bff, key)
        if session is None:
            raise login_required("nobody is logged in")
        if _will_do(bff, session, refused, newer_than):
            return session
        may_use = session.kept.is_live(bff.clock()) and session.kept.tokens.access_token != refused
        if session.kept.tokens.refresh_token is None:
            if may_use:
                return session
            yield from ask(partial(bff.store.delete, key))
            raise login_required("the login is over, and there is no refresh token", "refresh-token-absent")
        holder, now = secrets.token_bytes(16), bff.clock()
        stored = yield from ask(partial(bff.store.take_lease, key, holder, now=now, until=now + LEASE))
        if stored is not None:
            held = open_session(stored, key, bff.place, bff.keys)
            if held is None or _will_do(bff, held, refused, newer_than):
                yield from ask(partial(bff.store.release, key, holder))
                continue
            return (yield from _renew(bff, held, holder, may_use))
        if may_use and not newer_than:
            return session  # somebody renews it; nearly over is not over
        if waited >= _PATIENCE:
            raise unavailable("the login is being renewed; ask again")
        step = _PAUSES[min(looks, len(_PAUSES) - 1)]
        waited, looks = waited + step, looks + 1
        yield from pause(step)


def _will_do(bff: Bff, session: Session, refused: AccessToken | None, newer_than: float) -> bool:
    kept = session.kept
    if kept.tokens.access_token == refused or (newer_than and kept.obtained_at < newer_than):
        return False
    return kept.is_fresh(bff.clock(), bff.lifetimes.leeway)


def _renew(bff: Bff, session: Session, holder: bytes, may_use: bool) -> Steps[Session]:
    """Renew as the holder of the lease, and write it down."""
    try:
        client = yield from bff.client()
        try:
            tokens = yield from client.renewal(session.kept.tokens)
        except AnswerLost:
            # The token may be rotated by now; at once is the best time to ask again (see TokenKeeper).
            tokens = yield from client.renewal(session.kept.tokens)
    except ProofkeyError as error:
        if isinstance(error, TokenRefused) and error.error == "invalid_grant":
            yield from ask(partial(bff.store.delete, session.key))
            log.info("a session ended: the server refused its refresh token")
            raise login_required("the server ended the login: log in again", _fault_of(error)) from error
        yield from ask(partial(bff.store.release, session.key, holder))
        if may_use:
            return session  # nearly over is not over
        fault = error.fault or (None if isinstance(error, TokenRefused) else "server-unavailable")
        raise unavailable("the login cannot be renewed now", fault) from error
    except Exception:
        yield from ask(partial(bff.store.release, session.key, holder))
        raise
    kept = Kept(tokens, bff.clock())
    if not (yield from _write(bff, session, holder, kept)):
        yield from give_up(bff, tokens)
        raise login_required("the session ended while it was renewed")
    return Session(session.key, kept, session.user, session.created_at, session.seen_at)


def _write(bff: Bff, session: Session, holder: bytes, kept: Kept) -> Steps[bool]:
    sealed = seal_session(kept, session.user, session.key, bff.place, bff.keys)
    for attempt in range(_WRITES):
        try:
            return (yield from ask(partial(bff.store.replace, session.key, holder, sealed)))
        except StoreUnavailable:
            # The old refresh token is spent and the new one is only here: worth more than one try.
            if attempt == _WRITES - 1:
                log.exception("a renewed login could not be stored and is lost")
                raise
            yield from pause(0.1 * 2**attempt)
    return False


def give_up(bff: Bff, tokens: Tokens) -> Steps[bool]:
    """Revoke tokens, as far as the server can be told; say whether it was."""
    try:
        client = yield from bff.client()
        yield from client.revocation(tokens)
    except (ProofkeyError, Declined) as error:
        log.warning("tokens could not be revoked: %s", type(error).__name__)
        return False
    return True


def _fault_of(error: ProofkeyError) -> str:
    return error.fault or "refresh-token-expired"
