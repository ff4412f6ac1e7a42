"""The list of OAuth clients, with how many things of each want a look."""

from __future__ import annotations

from proofkey.core.records import ClientRecord
from proofkey.server.admin.visitor import visible_clients
from proofkey.server.endpoints.admin.visit import Visit
from proofkey.server.http import Answer
from proofkey.server.pages.admin_views import ClientRow
from proofkey.server.registration import complaints


async def index(visit: Visit) -> Answer:
    """Show the list."""
    known = await visible_clients(visit.server, visit.visitor)
    names = await _owners(visit)
    rows = tuple(
        ClientRow(
            client_id=client.client_id,
            name=client.name,
            kind=kind_of(client),
            disabled=client.disabled,
            complaints=len(list(complaints(client))),
            owner=names.get(client.owner or "", ""),
        )
        for client in known
    )
    return visit.page("clients", "clients", rows=rows)


def kind_of(client: ClientRecord) -> str:
    """Name the kind of a client in a word."""
    if client.is_public:
        return "public"
    return "secret" if "authorization_code" in client.grant_types else "service"


async def _owners(visit: Visit) -> dict[str, str]:
    if not visit.visitor.is_admin:
        return {}
    return {user.subject: user.username for user in await visit.server.store.users()}
