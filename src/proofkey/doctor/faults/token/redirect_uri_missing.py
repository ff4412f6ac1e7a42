"""The authorization request has a redirect_uri and the token request has none (RFC 6749 4.1.3)."""

from __future__ import annotations

from proofkey.doctor import redirects
from proofkey.doctor.evidence import Absent, Seen
from proofkey.doctor.fault import PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.soundness import is_readable, stands_for_nothing
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """Absent, empty, or the text of a missing value."""
    asked, repeated, token = login.observe("authorize.redirect_uri"), login.observe("token.redirect_uri"), login.token
    if token is None or not is_readable(token) or not isinstance(asked, Seen) or not asked.value:
        return None
    match repeated:
        case Absent():
            what = "has no redirect_uri"
        case Seen(value) if stands_for_nothing(value):
            what = f"has {value!r} as redirect_uri" if value.strip() else "has an empty redirect_uri"
        case _:
            return None
    return Finding(
        PROVEN,
        f"The authorization request said redirect_uri {redirects.shown(asked.value)}; the token request {what}. What"
        " the first request named the second must repeat.",
        (asked.shows(f"redirect_uri: {redirects.shown(asked.value)}"), token.shows(f"the token request {what}")),
    )


FAULT = Fault(
    title="redirect_uri is absent at the token step",
    meaning=(
        "Where the authorization request carries a redirect_uri, the token request has to carry the same one, so that a"
        " code which was sent elsewhere is of no use. Newer drafts drop the rule; most servers keep it, and some answer"
        " only that the code is invalid."
    ),
    fix="Send redirect_uri in the token request too, with the same text as at the start.",
    example_js="new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI,\n"
    "  client_id, code_verifier })",
    example_py='data = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI, ...}',
    wrong_fix="Fetching a fresh code: the next token request lacks the parameter again.",
    spec=("RFC 6749 4.1.3",),
    blame="client",
    explains=("redirect-uri-differs", "redirect-uri-altered-by-server", "code-not-accepted"),
    needs=("authorize.redirect_uri", "token.redirect_uri"),
    check=check,
    bad=login(token={"redirect_uri": None}),
    good=login(answer={}),
)
