"""A `requests` auth that sends a keeper's access token. Needs `pip install 'proofkey[requests]'`.

`requests` takes the header off where a redirect leaves the host.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from requests import PreparedRequest
from requests.auth import AuthBase

from proofkey.client.token_audience import check, origins_of

if TYPE_CHECKING:
    from proofkey.client.token_keeper import TokenKeeper


class RequestsBearerAuth(AuthBase):
    """For `requests.get(url, auth=...)` and `session.auth`."""

    def __init__(self, keeper: TokenKeeper, origins: Iterable[str]) -> None:
        self._keeper, self._origins = keeper, origins_of(origins)

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add the header, after a refresh if need be."""
        check(request.url or "", self._origins)
        request.headers["Authorization"] = f"Bearer {self._keeper.access_token().reveal()}"
        return request
