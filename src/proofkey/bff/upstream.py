"""A request to an API as httpx sends it: only the headers that were decided on, and time limits per piece."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable

import httpx

from proofkey.bff.forwarding import Forward

# The request surely did not reach the API.
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.InvalidURL)


def request_for(to: Forward, body: AsyncIterable[bytes] | Iterable[bytes] | None) -> httpx.Request:
    """Write the request."""
    timeouts = httpx.Timeout(to.api.patience, connect=min(10.0, to.api.patience)).as_dict()
    return httpx.Request(to.method, to.url, headers=to.sent_headers(), content=body, extensions={"timeout": timeouts})
