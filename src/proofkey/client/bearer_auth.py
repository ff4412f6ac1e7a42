"""An httpx.Auth that sends a keeper's access token, and renews it once where a server refuses it (RFC 6750 2.1)."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator, Iterable
from typing import TYPE_CHECKING

import httpx

from proofkey.client.errors import LoginRequired
from proofkey.client.token_audience import check, origins_of
from proofkey.core.secret import AccessToken

if TYPE_CHECKING:
    from proofkey.client.token_keeper import TokenKeeper


class BearerAuth(httpx.Auth):
    """For `httpx.Client(auth=...)` and `httpx.AsyncClient(auth=...)`."""

    def __init__(self, keeper: TokenKeeper, origins: Iterable[str]) -> None:
        self._keeper, self._origins = keeper, origins_of(origins)

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send with the token; after a 401, once more with a new one, if the body can be sent again."""
        check(str(request.url), self._origins)
        token = self._keeper.access_token()
        response = yield _bearing(request, token)
        if response.status_code == 401 and isinstance(request.stream, httpx.ByteStream):
            response.read()
            try:
                token = self._keeper.renew(token)
            except LoginRequired:
                return  # the 401 stands
            yield _bearing(request, token)

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """As the blocking one."""
        check(str(request.url), self._origins)
        token = await self._keeper.access_token_async()
        response = yield _bearing(request, token)
        if response.status_code == 401 and isinstance(request.stream, httpx.ByteStream):
            await response.aread()
            try:
                token = await self._keeper.renew_async(token)
            except LoginRequired:
                return
            yield _bearing(request, token)


def _bearing(request: httpx.Request, token: AccessToken) -> httpx.Request:
    request.headers["authorization"] = f"Bearer {token.reveal()}"
    return request
