"""Writes what an httpx client sent and got as a HAR, the way a browser's network panel does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx


class Recording:
    """Hook it into a client: `client.event_hooks = recording.hooks`."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []

    @property
    def hooks(self) -> dict[str, list[Any]]:
        """The hooks for httpx."""
        return {"response": [self._note]}

    def har(self) -> dict[str, Any]:
        """Give the archive."""
        creator = {"name": "proofkey tests", "version": "1"}
        return {"log": {"version": "1.2", "creator": creator, "entries": self.entries}}

    async def _note(self, response: httpx.Response) -> None:
        await response.aread()
        request = response.request
        body = request.content.decode("utf-8", "replace")
        content_type = request.headers.get("content-type", "")
        post = {"postData": {"mimeType": content_type, "text": body}} if body else {}
        self.entries.append(
            {
                "startedDateTime": datetime.now(UTC).isoformat(),
                "time": 5,
                "request": {
                    "method": request.method,
                    "url": str(request.url),
                    "httpVersion": "HTTP/1.1",
                    "headers": _headers(request.headers),
                    "queryString": [],
                    "cookies": [],
                    **post,
                },
                "response": {
                    "status": response.status_code,
                    "statusText": response.reason_phrase,
                    "headers": _headers(response.headers),
                    "cookies": [],
                    "redirectURL": response.headers.get("location", ""),
                    "content": {
                        "size": len(response.content),
                        "mimeType": response.headers.get("content-type", ""),
                        "text": response.text,
                    },
                },
                "timings": {"send": 0, "wait": 5, "receive": 0},
            }
        )


def _headers(headers: httpx.Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.multi_items()]
