"""The server's keys: which there are, and rotating them by hand (decision 2). Administrators only."""

from __future__ import annotations

from proofkey.server.endpoints.admin.questions import ask
from proofkey.server.endpoints.admin.visit import Visit
from proofkey.server.http import Answer
from proofkey.server.keys.listing import list_keys
from proofkey.server.pages.admin_views import Question
from proofkey.server.store.wrapped_key import KeyFamily

_WORDS = {
    KeyFamily.CODE_ACCESS: "Codes and access tokens",
    KeyFamily.REFRESH: "Refresh tokens",
    KeyFamily.STATE: "Forms and pushed requests",
    KeyFamily.SIGN_RS256: "Signatures, RSA",
    KeyFamily.SIGN_ES256: "Signatures, elliptic curve",
}
_QUESTION = Question(
    title="Rotate all keys?",
    sentences=("New keys are made in every family.",),
    action="keys/rotate",
    button="Rotate",
    back="keys/",
    choices=(
        ("soon", "As usual", "Used in ten minutes, once everybody has read them. No login is lost."),
        ("now", "At once", "For people who have cached the published keys a signature may be unknown for a while."),
        ("end", "At once, and end every login", "For a compromise: no code or token of before is accepted any more."),
    ),
)


async def index(visit: Visit) -> Answer:
    """Show all keys; none of them is secret here."""
    server = visit.server
    states = list_keys(await server.store.keys(), server.keys.plans, visit.now)
    families = [
        (family.value, words, sorted((key for key in states if key.family is family), key=lambda key: -key.number))
        for family, words in _WORDS.items()
    ]
    return visit.page("keys", "keys", families=[each for each in families if each[2]])


async def rotate(visit: Visit) -> Answer:
    """Make new keys."""
    if (asked := await ask(visit, "keys", _QUESTION)) is not None:
        return asked
    how = visit.params.get("how")
    if how not in ("soon", "now", "end"):
        return visit.go_to("keys/rotate")
    server = visit.server
    await server.keys.rotate(at_once=how != "soon", close_old=how == "end")
    if how == "end":
        await server.store.end_all_grants(now=server.clock(), reason="keys-rotated")
    visit.note("rotated keys", how)
    return visit.go_to("keys/", ("done", {"soon": "rotated", "now": "rotated-now", "end": "rotated-ended"}[how]))
