"""Genesys Cloud: regions and their hosts, a login at the personality of our server, and the hand-over to its SDK."""

from __future__ import annotations

import asyncio
import sys
import threading
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import httpx
import pytest

from proofkey import genesys
from proofkey.cli.main import main
from proofkey.client.token_stores import KeyringStore
from proofkey.core.errors import Misuse, TokenRefused
from tests.client.real_server import RealServer, run_real_server
from tests.server.person import CALLBACK


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """Our server with the surface of Genesys Cloud."""
    with run_real_server(tmp_path_factory.mktemp("cloud"), personality="genesys") as server:
        yield server


def test_there_are_eighteen_regions_and_each_has_its_two_hosts() -> None:
    """Every region is found by both its names; hosts are login and api, nothing else."""
    assert len(set(genesys.REGIONS.values())) == 18
    for aws, domain in genesys.REGIONS.items():
        found = genesys.region(domain)
        assert found == genesys.region(aws) == genesys.region(aws.replace("_", "-").upper())
        assert (found.login, found.api) == (f"https://login.{domain}", f"https://api.{domain}")
        assert genesys.metadata(found).token_endpoint == f"https://login.{domain}/oauth/token"


@pytest.mark.shows("A76")
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("login.mypurecloud.de", "mypurecloud.de"),
        ("apps.mypurecloud.com.au", "mypurecloud.com.au"),
        ("my-account.euw2.pure.cloud", "euw2.pure.cloud"),
        ("mypurecloud.dee", "mypurecloud.de"),
        ("eu-central-9", "eu_central"),
        ("", "mypurecloud.com"),
    ],
)
def test_other_hosts_are_no_region(name: str, said: str) -> None:
    """A host or an account before the domain is refused, and what was meant is said."""
    with pytest.raises(Misuse) as raised:
        genesys.region(name)
    assert raised.value.fault == "wrong-host"
    assert said in str(raised.value)


def test_a_login_reaches_the_api_and_ends(cloud: RealServer) -> None:
    """Log in, ask users/me, end the login with DELETE tokens/me."""
    client = genesys.Client(genesys.gateway(cloud.issuer), client_id="spa", redirect_uri=CALLBACK)
    url, transaction = client.begin()
    tokens = client.finish(cloud.log_in(url), transaction)
    assert tokens.token_type == "bearer"
    assert tokens.refresh_token is None
    me = client.users_me(tokens, expand=["token", "authorization"])
    assert (me["name"], "token" in me) == ("Ada", True)
    client.revoke(tokens)
    with pytest.raises(TokenRefused):
        client.users_me(tokens)
    client.revoke(tokens)  # over is over


async def test_the_asynchronous_client_reaches_the_api(cloud: RealServer) -> None:
    """The same, awaited."""
    client = genesys.AsyncClient(genesys.gateway(cloud.issuer), client_id="spa", redirect_uri=CALLBACK)
    url, transaction = client.begin()
    tokens = await client.finish(await asyncio.to_thread(cloud.log_in, url), transaction)
    assert (await client.users_me(tokens))["name"] == "Ada"
    await client.revoke(tokens)
    with pytest.raises(TokenRefused):
        await client.users_me(tokens)
    with pytest.raises(Misuse):
        await genesys.AsyncClient.discover("https://login.mypurecloud.de")


def test_a_token_is_handed_over_to_the_sdk(cloud: RealServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK's client gets the API's host and the token; `make test-clients` runs the SDK itself."""
    client = genesys.Client(genesys.gateway(cloud.issuer), client_id="spa", redirect_uri=CALLBACK)
    url, transaction = client.begin()
    tokens = client.finish(cloud.log_in(url), transaction)

    class ApiClient:
        def __init__(self, host: str) -> None:
            self.host, self.access_token = host, ""

    package, module = ModuleType("PureCloudPlatformClientV2"), ModuleType("PureCloudPlatformClientV2.api_client")
    module.ApiClient = ApiClient  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, package.__name__, package)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    handed = genesys.hand_over(tokens, "mypurecloud.de")
    assert (handed.host, handed.access_token) == ("https://api.mypurecloud.de", tokens.access_token.reveal())


def test_without_the_sdk_the_hand_over_names_it() -> None:
    """The error is Python's own, with the package's name."""
    tokens = genesys.Tokens.__new__(genesys.Tokens)
    with pytest.raises(ModuleNotFoundError, match="PureCloudPlatformClientV2"):
        genesys.hand_over(tokens, "mypurecloud.de")


def test_the_command_line_logs_in_at_a_region(
    cloud: RealServer, data_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`login --region`, `whoami` by users/me, `logout` by DELETE tokens/me; the browser is Ada in a thread."""

    def browse(url: str) -> bool:
        threading.Thread(target=lambda: httpx.get(cloud.log_in(url)), daemon=True).start()
        return True

    monkeypatch.setattr(webbrowser, "open", browse)
    monkeypatch.setattr(genesys, "region", lambda name: genesys.gateway(cloud.issuer))
    monkeypatch.setenv("BROWSER", "ada")
    monkeypatch.setenv("PROOFKEY_REGION", "mypurecloud.de")
    monkeypatch.setattr(KeyringStore, "available", staticmethod(lambda: False))
    assert main(["login", "--client-id", "cli"]) == 0
    assert main(["whoami"]) == 0
    assert '"selfUri": "/api/v2/users/' in capsys.readouterr().out
    assert main(["token"]) == 0
    token = capsys.readouterr().out.strip()
    assert main(["logout"]) == 0
    answer = httpx.get(f"{cloud.issuer}/api/v2/users/me", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 401


def test_one_call_logs_in_at_a_region(cloud: RealServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Browser, listener, token; nothing is kept."""

    def browse(url: str) -> bool:
        threading.Thread(target=lambda: httpx.get(cloud.log_in(url)), daemon=True).start()
        return True

    monkeypatch.setattr(webbrowser, "open", browse)
    monkeypatch.setenv("BROWSER", "ada")
    tokens = genesys.login(genesys.gateway(cloud.issuer), client_id="cli", patience=60.0)
    assert tokens.token_type == "bearer"
