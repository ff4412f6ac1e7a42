"""Both steps carry one redirect_uri and the server still reports a mismatch (RFC 6749 4.1.3)."""

from __future__ import annotations

from proofkey.doctor import redirects
from proofkey.doctor.evidence import Seen
from proofkey.doctor.fault import LIKELY, POSSIBLE, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.soundness import flaws
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """The values are equal, nothing else is wrong, and the words are about the redirect_uri alone."""
    token, registration = login.token, login.registration
    asked, repeated = login.observe("authorize.redirect_uri"), login.observe("token.redirect_uri")
    if token is None or not isinstance(asked, Seen) or not isinstance(repeated, Seen) or asked.value != repeated.value:
        return None
    answer = token.answer
    if not answer.refused or not answer.speaks_of("redirect-mismatch") or flaws(login):
        return None
    # The sentence that lists every reason of RFC 6749 5.2 says nothing about this one.
    if answer.speaks_of("code-expired", "code-used", "code-other-client"):
        return None
    registered = registration.redirect_uris if registration is not None else None
    if registered is not None and asked.value not in registered:
        return None
    about_code = answer.speaks_of("code-invalid")
    return Finding(
        POSSIBLE if about_code else LIKELY,
        f"Both steps carry the redirect_uri {redirects.shown(asked.value)}, character for character, and the server"
        " reports that they differ. It stored or compares a changed value.",
        (asked.shows("redirect_uri"), repeated.shows("redirect_uri, the same text"), answer.shows()),
    )


FAULT = Fault(
    title="Both steps agree and the server still reports a redirect_uri mismatch",
    meaning=(
        "The client did its part: one redirect_uri, twice the same. The server normalised it before it stored it"
        " (localhost to 127.0.0.1, a slash, the case), or compares it with a default of the registration."
    ),
    fix="Show the two requests to whoever runs the server, and upgrade or mend it; until then register and send the"
    " spelling that the server makes of it.",
    wrong_fix="Trying spellings at random in one step: then the steps really differ.",
    spec=("RFC 6749 4.1.3",),
    blame="server",
    explains=("code-not-accepted",),
    needs=("authorize.redirect_uri", "token.redirect_uri", "token.answer"),
    check=check,
    bad=login(answer={"error": "invalid_grant", "error_description": "redirect_uri does not match"}),
    good=login(answer={}),
)
