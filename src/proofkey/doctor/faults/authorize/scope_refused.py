"""The server refuses the requested scope (RFC 6749 3.3, 4.1.2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from proofkey.doctor.dialects import topics_of
from proofkey.doctor.evidence import Evidence, Seen
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.refusals import words_at_authorize
from proofkey.doctor.soundness import flaws
from proofkey.doctor.steps import Step, TokenRequest
from proofkey.doctor.transcript import login

_VAGUE = ("invalid_request", "invalid_client", "access_denied", "server_error")
_JOINERS = {
    ",": "commas",
    "+": "plus signs",
    ";": "semicolons",
    "|": "bars",
    "%20": "an escaped blank",
    "%2C": "commas",
}


def check(login: Login) -> Finding | None:
    """Read the error code; then say what the scope shows: how it is joined, and what the registration lacks."""
    said = next(_refusals(login), None)
    if said is None:
        return None
    step, evidence = said
    asked = step.get("scope") if step is not None else login.observe("authorize.scope")
    if not isinstance(asked, Seen):
        return Finding(LIKELY, "The server refuses the scope of this request.", (evidence,))
    about = _joined(asked.value) or _unlisted(login, asked.value) or ""
    return Finding(
        LIKELY,
        f'The request asks for the scope "{asked.value[:200]}" and the server refuses it.{about}',
        (evidence, asked.shows(f"scope: {asked.value[:200]}")),
    )


def _refusals(login: Login) -> Iterator[tuple[Step | None, Evidence]]:
    """Give each place where the server refuses a scope, with the request that carried it (None: the authorization)."""
    if not login.accepted:
        for callback in (*login.responses, *login.callbacks):
            error, text = callback.value("error"), callback.value("error_description") or ""
            if error == "invalid_scope" or (error in _VAGUE and "scope-refused" in topics_of(None, text)):
                yield None, callback.shows(f"error={error}")
        if not login.callbacks and not login.responses and (said := words_at_authorize(login, "scope-refused")):
            yield None, said
        token = login.token
        if token is not None and token.answer.error == "invalid_scope" and not flaws(login):
            yield (token if token.value("scope") else None), token.answer.shows()
    grants: list[TokenRequest] = [*login.other_grants, *login.refreshes]
    for grant in grants:
        if grant.answer.error == "invalid_scope":
            yield (grant if grant.value("scope") else None), grant.answer.shows()


def _joined(scope: str) -> str | None:
    """Say how several names were joined, where it was not by a space."""
    for joiner, name in _JOINERS.items():
        parts = re.split(re.escape(joiner), scope, flags=re.IGNORECASE)
        if len(parts) > 1 and all(parts):
            return f" The names are joined by {name}, so they arrive as one name; scopes are separated by spaces."
    return None


def _unlisted(login: Login, scope: str) -> str | None:
    """Name the scopes that the registration or the server's metadata do not list."""
    registered = login.registration.scope if login.registration is not None else None
    supported = login.metadata.get("scopes_supported")
    if registered:
        lacking = [name for name in scope.split() if name not in registered.split()]
        return f" Not registered for this client: {', '.join(lacking[:10])}." if lacking else None
    if isinstance(supported, list) and supported:
        lacking = [name for name in scope.split() if name not in supported]
        return f" The server's metadata does not list {', '.join(lacking[:10])}." if lacking else None
    return None


FAULT = Fault(
    title="The server refuses the requested scope",
    meaning=(
        "A name in scope is unknown to the server or not allowed for this client, or several names were joined by"
        " something other than a space and arrived as one. Nothing else of the login was looked at."
    ),
    fix="Separate the names by one space, encode the value once, and ask only for scopes that this client may have.",
    example_js="url.searchParams.set('scope', ['openid', 'profile'].join(' ')); // not join(','), not '+'",
    example_py='parameters["scope"] = " ".join(scopes)',
    wrong_fix="Asking for every scope there is: one name that is not allowed refuses them all.",
    spec=("RFC 6749 3.3", "RFC 6749 4.1.2.1"),
    blame="client",
    explains=("code-not-accepted",),
    needs=(),
    check=check,
    even_if_accepted=True,  # a refresh or another grant of it may have been refused
    bad=login(
        authorize={"scope": "openid,profile"},
        callback={"code": None, "error": "invalid_scope"},
        steps=("authorize", "callback"),
    ),
    good=login(authorize={"scope": "openid profile"}, answer={}),
)
