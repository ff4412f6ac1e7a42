"""Stylesheet and icon of the pages."""

from __future__ import annotations

from proofkey.server.http import Answer, Request, json_answer
from proofkey.server.pages import assets
from proofkey.server.running import Server


async def asset(server: Server, request: Request) -> Answer:
    """Serve a file whose name carries its content's hash."""
    found = assets.find(request.path.removeprefix("/assets/"))
    if found is None:
        return json_answer({"error": "not_found", "error_description": "There is no such file."}, 404)
    return Answer(200, found.headers, found.body)
