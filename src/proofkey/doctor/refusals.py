"""What a server said no with, wherever it said it: in the callback, on its page, or at the token endpoint."""

from __future__ import annotations

from proofkey.doctor.dialects import topics_of
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.login import Login


def words_at_authorize(login: Login, *topics: str) -> Evidence | None:
    """Give the place where the authorization endpoint's answer speaks of one of these topics."""
    for callback in (*login.responses, *login.callbacks):
        error = callback.value("error")
        text = callback.value("error_description") or ""
        if (error or text) and not topics_of(error, text).isdisjoint(topics):
            return callback.shows(f'error={error}, "{text[:200]}"' if text else f"error={error}")
    for step in (*login.authorize_hops, *login.pushed):
        if step.answer.speaks_of(*topics):
            return step.answer.shows()
    return None


def words(login: Login, *topics: str) -> Evidence | None:
    """Give the place where any answer of the login speaks of one of these topics."""
    if found := words_at_authorize(login, *topics):
        return found
    for token in login.token_requests:
        if token.answer.speaks_of(*topics):
            return token.answer.shows()
    return None


def refused_at_authorize(login: Login) -> bool:
    """Tell whether the authorization endpoint gave an error instead of a code."""
    if any(step.value("error") for step in (*login.responses, *login.callbacks)):
        return True
    if any(step.value("code") for step in (*login.responses, *login.callbacks)):
        return False
    return any((step.answer.status or 0) >= 400 for step in (*login.authorize_hops, *login.pushed))
