"""Writes a failure that was asked for into the journal, under the name that the doctor has for what a client sees."""

from __future__ import annotations

from msgspec.structs import replace

from proofkey.core.errors import OAuthError
from proofkey.core.records import ClientRecord
from proofkey.server.development.armed import Armed
from proofkey.server.development.failures import RESPONDING
from proofkey.server.development.passing import Passing
from proofkey.server.diagnosis import Refusal, explain
from proofkey.server.running import Server


def note(server: Server, passing: Passing, armed: Armed, status: int) -> None:
    """Note it; `status` is 0 where there was no answer."""
    failure = armed.failure
    error = OAuthError("failure_on_demand", f"A test asked for this failure: {failure.name}", status or 503)
    refusal = Refusal(
        "authorize" if passing.endpoint in RESPONDING else passing.endpoint or "api",
        passing.request,
        passing.params,
        failure.fault,
        error,
        client=_named(passing.client_id or armed.client_id),
        status=status,
    )
    found = explain(server.settings, refusal)
    if found is not None:
        found = replace(found, evidence=(("this server", error.description), *found.evidence))
    server.journal.refused(refusal, found)
    server.observing.refused(refusal, found)


def _named(client_id: str | None) -> ClientRecord | None:
    """The journal wants the client's id, and nothing else of it."""
    return ClientRecord(client_id, client_id, ()) if client_id is not None else None
