"""Genesys Cloud: its regions, a client for one of them, and the hand-over of a token to its own Python SDK.

It publishes no metadata, so the endpoints are written here: `login.{region}` for OAuth, `api.{region}` for the API.
No address holds an organization's or an account's name; the organization is chosen while logging in.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from typing import Any, NoReturn
from urllib.parse import quote

from proofkey.client import aio, blocking
from proofkey.client.answers import refusal, refuse_redirect
from proofkey.client.conversations import bearer_get
from proofkey.client.login_steps import LoginSteps, make_settings
from proofkey.client.loopback import PATIENCE, REDIRECT_URI, log_in
from proofkey.client.pumps import run, run_async
from proofkey.client.sending import AsyncSend, Send
from proofkey.core.client_side import Tokens
from proofkey.core.errors import Misuse
from proofkey.core.metadata import ServerMetadata, check_issuer
from proofkey.core.params import Params
from proofkey.core.redirect_uri import with_query
from proofkey.core.wire import JSON, Conversation, HttpRequest

# AWS region, and the domain that Genesys Cloud has there.
REGIONS = {
    "us_east_1": "mypurecloud.com",
    "us_east_2": "use2.us-gov-pure.cloud",
    "us_west_2": "usw2.pure.cloud",
    "ca_central_1": "cac1.pure.cloud",
    "sa_east_1": "sae1.pure.cloud",
    "mx_central_1": "mxc1.pure.cloud",
    "eu_west_1": "mypurecloud.ie",
    "eu_west_2": "euw2.pure.cloud",
    "eu_central_1": "mypurecloud.de",
    "eu_central_2": "euc2.pure.cloud",
    "eusc_de_east_1": "edee1.eusc-pure.cloud",
    "me_central_1": "mec1.pure.cloud",
    "ap_south_1": "aps1.pure.cloud",
    "ap_southeast_1": "apse1.pure.cloud",
    "ap_southeast_2": "mypurecloud.com.au",
    "ap_northeast_1": "mypurecloud.jp",
    "ap_northeast_2": "apne2.pure.cloud",
    "ap_northeast_3": "apne3.pure.cloud",
}


@dataclass(frozen=True, slots=True)
class Region:
    """Where to log in and where the API is; no slash at the end."""

    name: str
    login: str
    api: str


def region(name: str) -> Region:
    """Find a region by its domain (mypurecloud.de) or its AWS name (eu_central_1, eu-central-1). Raises Misuse."""
    asked = name.strip().lower()
    domain = REGIONS.get(asked.replace("-", "_"), asked)
    if domain in REGIONS.values():
        return Region(domain, f"https://login.{domain}", f"https://api.{domain}")
    inside = next((known for known in REGIONS.values() if asked.rstrip("/").endswith(f".{known}")), None)
    if inside is not None:
        raise Misuse(f"a region is a domain without a host before it: {inside}", fault="wrong-host")
    near = get_close_matches(asked, [*REGIONS.values(), *REGIONS], 1)
    meant = f"did you mean {near[0]}?" if near else f"its regions are {', '.join(REGIONS.values())}"
    raise Misuse(f"this is no region of Genesys Cloud; {meant}", fault="wrong-host")


def gateway(address: str) -> Region:
    """Give a region whose login and API are one address: a proxy of yours, or `proofkey demo` on this machine."""
    check_issuer(address)
    return Region(address, address.rstrip("/"), address.rstrip("/"))


def metadata(where: Region) -> ServerMetadata:
    """Say of a region what its metadata would say."""
    return ServerMetadata(
        issuer=where.login,
        authorization_endpoint=f"{where.login}/oauth/authorize",
        token_endpoint=f"{where.login}/oauth/token",
        end_session_endpoint=f"{where.login}/logout",
        code_challenge_methods_supported=("S256",),
    )


class _OfRegion(LoginSteps):
    """What Genesys Cloud does by its API and not by OAuth endpoints."""

    region: Region

    def revocation(self, tokens: Tokens) -> Conversation[None]:
        """End the login (DELETE /api/v2/tokens/me)."""
        return _end(self.region, tokens)

    def identification(self, tokens: Tokens) -> Conversation[dict[str, object]]:
        """Say who logged in (GET /api/v2/users/me)."""
        return _users_me(self.region, tokens, ())

    def logout_url(self, back_to: str | None = None) -> str | None:
        """Give the logout page; it leads back to a redirect URI of the client."""
        back = [("redirect_uri", back_to)] if back_to else []
        return with_query(f"{self.region.login}/logout", Params([("client_id", self.settings.client_id), *back]))


class Client(_OfRegion, blocking.Client):
    """A client of one region. Refresh tokens come to clients with a secret only; others log in again."""

    def __init__(
        self,
        where: str | Region,
        *,
        client_id: str,
        redirect_uri: str,
        secret: str | None = None,
        send: Send | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.region = region(where) if isinstance(where, str) else where
        settings = make_settings(client_id, redirect_uri, secret, None)
        super().__init__(metadata(self.region), settings, send=send, clock=clock)

    @classmethod
    def discover(cls, *_: object, **__: object) -> NoReturn:
        """Refuse: there is nothing to discover."""
        raise Misuse("Genesys Cloud publishes no metadata: write genesys.Client(region, ...)")

    def users_me(self, tokens: Tokens, *, expand: Iterable[str] = ()) -> dict[str, object]:
        """Ask the API who logged in (GET /api/v2/users/me)."""
        return run(_users_me(self.region, tokens, expand), self._send)


class AsyncClient(_OfRegion, aio.AsyncClient):
    """As Client, for programs on an event loop."""

    def __init__(
        self,
        where: str | Region,
        *,
        client_id: str,
        redirect_uri: str,
        secret: str | None = None,
        send: AsyncSend | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.region = region(where) if isinstance(where, str) else where
        settings = make_settings(client_id, redirect_uri, secret, None)
        super().__init__(metadata(self.region), settings, send=send, clock=clock)

    @classmethod
    async def discover(cls, *_: object, **__: object) -> NoReturn:
        """Refuse: there is nothing to discover."""
        raise Misuse("Genesys Cloud publishes no metadata: write genesys.AsyncClient(region, ...)")

    async def users_me(self, tokens: Tokens, *, expand: Iterable[str] = ()) -> dict[str, object]:
        """Ask the API who logged in (GET /api/v2/users/me)."""
        return await run_async(_users_me(self.region, tokens, expand), self._send)


def login(
    where: str | Region, *, client_id: str, redirect_uri: str = REDIRECT_URI, patience: float = PATIENCE
) -> Tokens:
    """Log a person in from a program on his own machine, as `proofkey.login` does. Raises what `log_in` raises."""
    client = Client(where, client_id=client_id, redirect_uri=redirect_uri)
    try:
        return log_in(client, patience=patience)
    finally:
        client.close()


def _users_me(where: Region, tokens: Tokens, expand: Iterable[str]) -> Conversation[dict[str, object]]:
    wanted = ",".join(expand)
    query = f"?expand={quote(wanted, safe='')}" if wanted else ""
    return bearer_get(f"{where.api}/api/v2/users/me{query}", tokens, "Genesys Cloud API")


def _end(where: Region, tokens: Tokens) -> Conversation[None]:
    headers = (("accept", JSON), ("authorization", f"Bearer {tokens.access_token.reveal()}"))
    request = HttpRequest("DELETE", f"{where.api}/api/v2/tokens/me", headers)
    response = yield request
    refuse_redirect(response, "Genesys Cloud API")
    if response.status not in (200, 202, 204, 401):  # 401: it was over before
        raise refusal(response, "Genesys Cloud API", request)


def hand_over(tokens: Tokens, where: str | Region) -> Any:
    """Give an ApiClient of PureCloudPlatformClientV2 that uses this token: `UsersApi(hand_over(tokens, region))`.

    Raises ModuleNotFoundError where that SDK is not installed.
    """
    place = region(where) if isinstance(where, str) else where
    # By name, because proofkey does not depend on the SDK: who wants this has it.
    sdk = import_module("PureCloudPlatformClientV2.api_client")
    api_client = sdk.ApiClient(host=place.api)
    api_client.access_token = tokens.access_token.reveal()
    return api_client
