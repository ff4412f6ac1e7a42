"""What a developer's page may ask about its own failures; served on loopback in development mode only."""

from __future__ import annotations

from proofkey.core.records import JournalEntry
from proofkey.server.http import Answer, Request, json_answer
from proofkey.server.running import Server


async def journal_entry(server: Server, request: Request) -> Answer:
    """Give the journal's entry of a request id, in words."""
    request_id = request.path.removeprefix("/development/journal/")
    entries = await server.store.journal_of_request(request_id)
    if not entries:
        return json_answer({"error": "not_found", "error_description": "The journal has no such request."}, 404)
    return json_answer(describe(entries[-1]))


def describe(entry: JournalEntry) -> dict[str, object]:
    """Put an entry into the shape of the doctor's findings."""
    details = dict(entry.details)
    evidence = [
        {"where": name.removeprefix("evidence "), "what": what}
        for name, what in entry.details
        if name.startswith("evidence ")
    ]
    parameters = {
        name.removeprefix("parameter "): what for name, what in entry.details if name.startswith("parameter ")
    }
    return {
        "request_id": entry.request_id,
        "at": entry.at,
        "endpoint": entry.endpoint,
        "client_id": entry.client_id,
        "status": entry.status,
        "error": entry.error,
        "fault": entry.fault,
        "title": details.get("title", ""),
        "explanation": details.get("explanation", ""),
        "evidence": evidence,
        "fix": details.get("fix", ""),
        "url": details.get("url", ""),
        "parameters": parameters,
    }
