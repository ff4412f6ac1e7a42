"""Serves the single-page app on its own origin: a few files, and the configuration they read.

The page and its callback are one file; everything comes from the package, nothing from elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from importlib.resources import files
from typing import Any

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]

_TYPES = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
    "json": "application/json",
}


# The app, the login module, and the look of the authorization server's own pages.
_FOLDERS = (("proofkey.demo", "spa"), ("proofkey.browser", ""), ("proofkey.server.pages", "static"))


class SpaServer:
    """An ASGI application over package files. `config` is what `/config.json` says."""

    def __init__(self, config: dict[str, object]) -> None:
        self._files = {"/config.json": ("application/json", json.dumps(config).encode())}
        for package, folder in _FOLDERS:
            for entry in (files(package) / folder if folder else files(package)).iterdir():
                suffix = entry.name.rpartition(".")[2]
                if entry.is_file() and suffix in _TYPES and entry.name != "package.json":
                    self._files[f"/{entry.name}"] = (_TYPES[suffix], entry.read_bytes())
        self._files["/"] = self._files["/callback"] = self._files["/index.html"]
        # The page may talk to the authorization server and to nothing else.
        issuer = str(config["issuer"])
        self._policy = (
            f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            f"connect-src 'self' {issuer}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one request, or take part in the lifespan."""
        if scope["type"] == "lifespan":
            while True:
                event = await receive()
                await send({"type": f"{event['type']}.complete"})
                if event["type"] == "lifespan.shutdown":
                    return
        if scope["type"] != "http":
            return
        content_type, body = self._files.get(scope["path"], ("text/plain", b"There is no such file.\n"))
        status = 200 if scope["path"] in self._files else 404
        if scope["method"] not in ("GET", "HEAD"):
            status, content_type, body = 405, "text/plain", b"Only GET is served here.\n"
        headers = {
            "content-type": content_type,
            "content-length": str(len(body)),
            "cache-control": "no-store",
            "content-security-policy": self._policy,
            "referrer-policy": "no-referrer",
            "x-content-type-options": "nosniff",
        }
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
