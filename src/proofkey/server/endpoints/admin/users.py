"""People and their sessions: who is signed in where, and ending it. Administrators only."""

from __future__ import annotations

import hmac

from proofkey.core.records import Session, User
from proofkey.server.endpoints.admin.questions import ask
from proofkey.server.endpoints.admin.visit import Visit
from proofkey.server.http import Answer
from proofkey.server.id_tokens import session_name
from proofkey.server.pages.admin_views import GrantRow, Question, SessionRow, UserRow
from proofkey.server.store import log_outs

SHOWN = 200  # people
_REASON = "ended-by-admin"


async def index(visit: Visit) -> Answer:
    """Show the list, or those whose name or e-mail holds a text."""
    wanted = (visit.params.get("name") or "").strip()
    key = wanted.casefold()
    found = [
        user
        for user in await visit.server.store.users()
        if key in user.username.casefold() or key in (user.email or "").casefold()
    ]
    rows = [UserRow(each.subject, each.username, each.email or "", each.admin, each.disabled) for each in found[:SHOWN]]
    return visit.page("users", "users", rows=rows, wanted=wanted, more=max(0, len(found) - SHOWN))


async def user(visit: Visit) -> Answer:
    """Show one person's sessions and logins."""
    found = await _found(visit)
    if found is None:
        return visit.missing()
    sessions = await visit.server.store.sessions_of(found.subject, now=visit.now)
    grants = await visit.server.store.recent_grants(subject=found.subject, limit=50)
    return visit.page(
        "user",
        "users",
        user=found,
        sessions=[_session_row(visit, session) for session in sessions],
        grants=[GrantRow(each.client_id, each.redeemed_at, each.ended_at, each.end_reason or "") for each in grants],
    )


async def end_session(visit: Visit) -> Answer:
    """End one session with its logins."""
    found = await _found(visit)
    if found is None:
        return visit.missing()
    store, name = visit.server.store, visit.params.get("session") or ""
    for session in await store.sessions_of(found.subject, now=visit.now):
        if hmac.compare_digest(session_name(session.session_id).encode(), name.encode("utf-8", "replace")):
            await log_outs.end_session(store, session.session_id, clock=visit.server.clock, reason=_REASON)
            visit.note("ended a session of", found.subject)
    return visit.go_to("users/user", ("subject", found.subject), ("done", "session-ended"))


async def end_all(visit: Visit) -> Answer:
    """End all of a person's sessions and logins."""
    found = await _found(visit)
    if found is None:
        return visit.missing()
    question = Question(
        title=f"End everything of {found.username}?",
        sentences=(
            "All sessions at this server end, and all logins at every client: refresh tokens are refused at once.",
            "An access token in JWT form is good until it expires, because nobody asks this server about it.",
        ),
        action="users/end-all",
        button="End everything",
        back=f"users/user?subject={found.subject}",
        hidden=(("subject", found.subject),),
    )
    if (asked := await ask(visit, "users", question)) is not None:
        return asked
    await log_outs.end_everything(visit.server.store, found.subject, clock=visit.server.clock, reason=_REASON)
    visit.note("ended all sessions of", found.subject)
    return visit.go_to("users/user", ("subject", found.subject), ("done", "all-ended"))


async def _found(visit: Visit) -> User | None:
    subject = visit.params.get("subject")
    return await visit.server.store.user(subject) if subject is not None else None


def _session_row(visit: Visit, session: Session) -> SessionRow:
    own = visit.visitor.logged_in.session.session_id
    is_own = hmac.compare_digest(session.session_id, own)
    return SessionRow(session_name(session.session_id), session.auth_time, session.expires_at, is_own)
