"""The pages of the faults: `error_uri` leads here."""

from __future__ import annotations

from proofkey.server import diagnosis
from proofkey.server.answers import page_answer
from proofkey.server.http import Answer, Request, see_other
from proofkey.server.pages import render
from proofkey.server.pages.views import ErrorView
from proofkey.server.running import Server


async def index(server: Server, request: Request) -> Answer:
    """List every fault."""
    if not request.path.endswith("/"):
        return see_other(server.url("/faults/"))
    return page_answer(render.fault_index(diagnosis.fault_links(), server.site))


async def fault(server: Server, request: Request) -> Answer:
    """Show one fault."""
    view = diagnosis.fault_view(request.path.removeprefix("/faults/"))
    if view is None:
        missing = ErrorView(404, "not_found", "There is no fault of this name.", request.id)
        return page_answer(render.error_page(missing, server.site))
    return page_answer(render.fault_page(view, server.site))
