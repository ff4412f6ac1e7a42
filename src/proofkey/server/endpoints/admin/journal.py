"""The exchange journal: what was refused, in development every login, each drawn; found by request id."""

from __future__ import annotations

import hashlib
import math
import re

from proofkey.core.params import Params
from proofkey.core.records import JournalEntry
from proofkey.server.admin.exchanges import Exchange, detail, put_together
from proofkey.server.admin.explanations import explain, stage_of, title_of
from proofkey.server.admin.sequence import draw
from proofkey.server.admin.visitor import visible_client, visible_clients
from proofkey.server.endpoints.admin.visit import Visit
from proofkey.server.http import NO_STORE, Answer
from proofkey.server.pages import admin, render
from proofkey.server.pages.admin_views import ClientName, ExchangeRow, JournalView

READ = 300  # entries
SHOWN = 60  # exchanges
OF_ONE_CLIENT = 1000  # entries among which those of a login are looked for
CLIENTS = 500  # in the list to choose from

_REQUEST_ID = re.compile(r"[0-9a-f]{8,64}")
_WENT_WELL = {"tokens": "Logged in", "code": "A code was given and not redeemed yet", "done": "Went well"}


async def index(visit: Visit) -> Answer:
    """Show the list."""
    view = _view(visit, await _read(visit))
    clients = [ClientName(each.client_id, each.name) for each in await visible_clients(visit.server, visit.visitor)]
    older = ""
    if view.older is not None:
        older = Params([*_narrowed(view), ("before", repr(view.older))]).encode()
    return visit.page(
        "journal",
        "journal",
        view=view,
        clients=clients[:CLIENTS],
        query=Params(_narrowed(view)).encode(),
        older_query=older,
    )


async def news(visit: Visit) -> Answer:
    """Give the list alone, where it is not the one that the page has."""
    entries = await _read(visit)
    version = f'"{_version_of(entries)}"'
    if visit.request.header(b"if-none-match") == version:  # nothing is drawn for whoever has it already
        return Answer(304, (("etag", version), *NO_STORE))
    view = _view(visit, entries)
    query = Params(_narrowed(view)).encode()
    html = render.render("admin/exchanges.html", visit.server.site, view=view, query=query)
    return Answer(200, (*admin.HEADERS, ("etag", version)), html)


async def exchange(visit: Visit) -> Answer:
    """Show one exchange, by the request id of any of its answers."""
    request_id = (visit.params.get("request_id") or "").strip().lower()
    found = await visit.server.store.journal_of_request(request_id) if _REQUEST_ID.fullmatch(request_id) else []
    entries = [entry for entry in found if visit.visitor.may_read(entry)]
    if not entries:
        return visit.page("not_found", "journal", status=404, request_id=request_id)
    entry = entries[-1]
    whole = await _whole(visit, entry)
    culprit = entry if entry.error is not None else whole.culprit
    return visit.page(
        "exchange",
        "journal",
        entry=entry,
        steps=draw(whole, stage_of),
        explanation=explain(visit.server.settings, culprit) if culprit is not None else None,
    )


async def _whole(visit: Visit, entry: JournalEntry) -> Exchange:
    login = detail(entry, "login")
    if login is None or entry.client_id is None:
        return Exchange((entry,))
    entries = await visit.server.store.journal(client_id=entry.client_id, limit=OF_ONE_CLIENT)
    same = [each for each in entries if detail(each, "login") == login]
    return put_together(same)[0] if entry in same else Exchange((entry,))


async def _read(visit: Visit) -> list[JournalEntry]:
    client_id = visit.params.get("client_id")
    client = await visible_client(visit.server, visit.visitor, client_id)
    # A client that is not there, or somebody else's, has no journal.
    among = visit.visitor.client_ids if client_id is None else [client.client_id] if client else []
    before = _time(visit.params.get("before"))
    return await visit.server.store.journal(among=among, before=before, limit=READ)


def _view(visit: Visit, entries: list[JournalEntry]) -> JournalView:
    exchanges = put_together(entries)
    refused_only = visit.params.get("refused") is not None
    if refused_only:
        exchanges = [each for each in exchanges if each.outcome == "refused"]
    shown = exchanges[:SHOWN]
    older = None
    if len(exchanges) > SHOWN:
        older = shown[-1].last.at
    elif len(entries) == READ:
        older = min(entry.at for entry in entries)
    return JournalView(
        rows=tuple(map(_row, shown)),
        version=_version_of(entries),
        client_id=visit.params.get("client_id") or "",
        refused_only=refused_only,
        older=older,
        is_newest=_time(visit.params.get("before")) is None,
    )


def _version_of(entries: list[JournalEntry]) -> str:
    """Name the state of the list: an entry never changes."""
    ids = "".join(f"{entry.request_id}{entry.endpoint}" for entry in entries)
    return hashlib.sha256(ids.encode("utf-8", "replace")).hexdigest()[:16]


def _row(each: Exchange) -> ExchangeRow:
    culprit = each.culprit
    entry = culprit or each.last
    title = title_of(culprit) if culprit is not None else _WENT_WELL[each.outcome]
    if culprit is None and (user := detail(each.entries[0], "user")):
        title = f"{title}: {user}" if each.outcome == "tokens" else title
    marks = tuple(step.mark for step in draw(each, stage_of))
    return ExchangeRow(
        entry.request_id,
        entry.at,
        entry.client_id,
        each.outcome,
        title,
        entry.fault,
        entry.endpoint,
        entry.status,
        marks,
    )


def _narrowed(view: JournalView) -> list[tuple[str, str]]:
    kept = [("client_id", view.client_id)] if view.client_id else []
    return [*kept, ("refused", "1")] if view.refused_only else kept


def _time(text: str | None) -> float | None:
    try:
        value = float(text) if text and len(text) < 30 else None
    except ValueError:
        return None
    return value if value is not None and math.isfinite(value) else None
