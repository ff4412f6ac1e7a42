"""The server does not know this client_id (RFC 6749 4.1.2.1, 5.2)."""

from __future__ import annotations

from proofkey.doctor.evidence import Absent, Evidence
from proofkey.doctor.fault import LIKELY, POSSIBLE, Certainty, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.pattern import Pattern
from proofkey.doctor.refusals import came_back, refused_at_authorize, words_at_authorize
from proofkey.doctor.transcript import login

_CLEAN = Pattern(r"[^\s'\"()\[\]{}<>]+")
_GENERAL = ("invalid_client", "unauthorized_client", "invalid_request", "invalid_grant", "access_denied", None)


def check(login: Login) -> Finding | None:
    """Where does the server say that there is no such client; and is the id the registered one."""
    client = login.client_id
    if client is not None and _CLEAN.fullmatch(client) is None:
        return None
    if client is None and isinstance(login.observe("token.client_id"), Absent):
        return None
    registered = login.registration.client_id if login.registration is not None else None
    differs = registered is not None and registered != client
    said = _said(login, differs)
    if said is None:
        return None
    certainty, evidence = said
    other = " The registration that was given is of another client_id." if differs else ""
    known = (Evidence("client registration", f"client_id: {registered}"),) if differs else ()
    name = f"client {client[:100]}" if client else "client with this id"
    return Finding(certainty, f"The server has no {name}.{other}", (evidence, *known))


def _said(login: Login, differs: bool) -> tuple[Certainty, Evidence] | None:
    if not came_back(login):
        both = words_at_authorize(login, "redirect-unregistered")
        said = words_at_authorize(login, "client-unknown")
        if said is None and both is None and refused_at_authorize(login):
            # No client authenticates itself here, so a word about the client is one about its id.
            said = words_at_authorize(login, "client-authentication")
        if said is not None:
            return (POSSIBLE if both is not None and not differs else LIKELY), said
        if differs and (shown := _refusal(login)) is not None and both is None:
            return POSSIBLE, shown
    for request in (*login.token_requests, *login.other_grants):
        answer = request.answer
        if not answer.refused or answer.error not in _GENERAL:
            continue
        if answer.speaks_of("client-unknown") or (differs and answer.error == "invalid_client"):
            return LIKELY, answer.shows()
    return None


def _refusal(login: Login) -> Evidence | None:
    authorize = login.authorize
    return authorize.answer.shows() if authorize is not None and authorize.answer.refused else None


FAULT = Fault(
    title="The server does not know this client_id",
    meaning=(
        "No client with this id is registered at the server that was asked: the id has a typing error, belongs to"
        " another region, tenant or environment, or the client was deleted."
    ),
    fix="Copy the client_id from the registration, in the same region or tenant as the two endpoints.",
    wrong_fix="Creating a secret for it: a client that does not exist has none.",
    spec=("RFC 6749 4.1.2.1", "RFC 6749 5.2"),
    blame="registration",
    explains=("client-secret-wrong", "secret-missing", "code-not-accepted", "provider-requires-secret"),
    needs=(),
    check=check,
    bad=login(status=401, answer={"error": "invalid_client", "error_description": "client not found"}),
    good=login(answer={}),
)
