"""What docs/python-client.md shows runs against our server, and what its tables say is so."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
import threading
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from proofkey import genesys
from proofkey.client import errors, token_stores
from proofkey.client.sending import MAX_ANSWER, PATIENCE
from proofkey.client.signatures import FRESH
from proofkey.client.token_keeper import LEEWAY
from proofkey.core import errors as core_errors
from tests.client.real_server import SECRET, RealServer, run_real_server
from tests.clients.certificate import make_certificate

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "python-client.md").read_text(encoding="utf-8")
PYTHON = r"^```python\n(.*?)^```"
BLOCKS = re.findall(PYTHON, PAGE, re.MULTILINE | re.DOTALL)

# What the page writes, by the name under which a test puts something else there.
SHOWN = {
    "issuer": "https://login.example",
    "api": "https://api.example",
    "orders": "/orders",
    "client": '"shop"',
    "tool": 'client_id="tool"',
    "authority": "/etc/ssl/our-authority.pem",
    "region": '"mypurecloud.de"',
    "genesys_client": '"0f5c1b52-6f0e-4a53-9c3e-7a4f0c8f7a11"',
}


def block(holds: str) -> str:
    """Give the one block that has this text."""
    (found,) = [each for each in BLOCKS if holds in each]
    return str(found)


def run(text: str, known: dict[str, Any] | None = None, **places: str) -> dict[str, Any]:
    """Run a block, with the places of the test instead of the page's; give what it defines."""
    for place, instead in places.items():
        shown = SHOWN[place]
        assert shown in text
        text = text.replace(shown, instead)
    names: dict[str, Any] = {"SECRET": SECRET} | (known or {})
    exec(compile(text, "docs/python-client.md", "exec"), names)  # noqa: S102
    return names


@pytest.fixture
def browser(real_server: RealServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose browser is Ada's."""

    def browse(url: str) -> bool:
        threading.Thread(target=lambda: httpx.get(real_server.log_in(url)), daemon=True).start()
        return True

    monkeypatch.setattr(webbrowser, "open", browse)
    monkeypatch.setenv("BROWSER", "ada")


def test_every_block_is_run_here() -> None:
    """A new one makes this fail, and has to be added."""
    assert len(BLOCKS) == 8


def test_a_type_checker_accepts_what_is_shown_and_sees_a_slip(tmp_path: Path) -> None:
    """mypy --strict, with what a block takes from those before it; a name that proofkey has not is told."""
    before = "from proofkey import Client, TokenKeeper\nSECRET: str\nclient: Client\nkeeper: TokenKeeper\n"
    pages = (PAGE, (ROOT / "docs" / "bff.md").read_text(encoding="utf-8"))
    shown = [each for page in pages for each in re.findall(PYTHON, page, re.MULTILINE | re.DOTALL) if "import" in each]
    assert len(shown) == len(BLOCKS) + 2
    for number, text in enumerate([*shown, "import proofkey\nproofkey.logn\n"]):
        taken = [line for line in before.splitlines() if f"\n{line.split(':')[0]} = " not in text]
        (tmp_path / f"block_{number}.py").write_text("\n".join([*taken, text]), encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--ignore-missing-imports", "--cache-dir", str(tmp_path / "cache")]
    ran = subprocess.run([*command, *sorted(tmp_path.glob("*.py"))], capture_output=True, text=True, cwd=ROOT)
    errors = [line for line in ran.stdout.splitlines() if ": error:" in line]
    assert len(errors) == 1, ran.stdout + ran.stderr
    assert 'Module has no attribute "logn"' in errors[0]


def test_a_login_in_two_steps(real_server: RealServer) -> None:
    """Start, callback, name; the session holds no transaction afterwards."""
    shown = run(block("def start"), issuer=real_server.issuer, client='"web"')
    session: dict[str, str] = {}
    callback = real_server.log_in(shown["start"](session))
    assert shown["finish"](session, callback) == "Ada"
    assert session == {"user": "subject-ada"}
    shown["client"].close()


async def test_the_same_awaited(real_server: RealServer) -> None:
    """Finish, refresh, userinfo, revoke."""
    import asyncio

    shown = run(block("async def make_client"), issuer=real_server.issuer, client='"web"')
    client = await shown["make_client"]()
    url, transaction = client.begin(scopes=["openid", "profile"])
    callback = await asyncio.to_thread(real_server.log_in, url)
    assert await shown["finish"](client, callback, transaction) == "Ada"
    await client.aclose()


@pytest.fixture
def tool(
    real_server: RealServer, browser: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, Any]]:
    """The command line tool of the page, in a home of its own."""
    monkeypatch.setenv("HOME", str(tmp_path))
    shown = run(block("def access_token"), issuer=real_server.issuer, tool='client_id="cli"')
    yield shown
    shown["client"].close()


def test_a_tool_logs_in_once(tool: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first call opens the browser, the second does not."""
    first = tool["access_token"]()
    monkeypatch.setattr(webbrowser, "open", None)
    assert tool["access_token"]() == first
    assert (tmp_path / ".config" / "tool" / "tokens.json").stat().st_mode & 0o777 == 0o600


def test_a_token_in_two_lines(real_server: RealServer, browser: None) -> None:
    """proofkey.login."""
    shown = run(block("proofkey.login("), issuer=real_server.issuer, tool='client_id="cli"')
    assert shown["tokens"].claims["sub"] == "subject-ada"


def test_the_adapters(tool: dict[str, Any], real_server: RealServer) -> None:
    """httpx and requests send the token to the API."""
    tool["access_token"]()
    shown = run(block("httpx_auth"), tool, api=real_server.issuer, orders="/oauth/userinfo")
    assert shown["orders"]["name"] == shown["same"]["name"] == "Ada"
    shown["session"].close()


def test_a_failure_is_told_in_the_log(real_server: RealServer, caplog: pytest.LogCaptureFixture) -> None:
    """With the fault's name and the doctor's words; a "no" of the person in one line."""
    client = run(block("def start"), issuer=real_server.issuer, client='"web"')["client"]
    finish = run(block("def finish_or_say_why"), {"client": client})["finish_or_say_why"]
    with caplog.at_level(logging.INFO):
        _, transaction = client.begin(scopes=["openid"])
        callback = f"{transaction.redirect_uri}?code=c&state=another&iss={real_server.issuer}"
        assert finish(callback, transaction) is None
        denied = f"{transaction.redirect_uri}?error=access_denied&state={transaction.state}&iss={real_server.issuer}"
        assert finish(denied, transaction) is None
    assert "proofkey explain state-mismatch" in caplog.text
    assert "To mend it:" in caplog.text
    assert "the login was not allowed: access_denied" in caplog.text
    client.close()


def test_a_sender_of_ones_own(real_server: RealServer, tmp_path: Path) -> None:
    """Patience and a private authority."""
    authority = str(make_certificate(tmp_path, "127.0.0.1").authority)
    shown = run(block("HttpxSend("), issuer=real_server.issuer, client='"web"', authority=authority)
    assert shown["client"].server.issuer == real_server.issuer
    shown["send"].close()


def test_the_hand_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A login at Genesys Cloud's surface, and its SDK's client; `make test-clients` has the SDK itself."""
    sdk, inner = ModuleType("PureCloudPlatformClientV2"), ModuleType("PureCloudPlatformClientV2.api_client")
    sdk.UsersApi = lambda client: client  # type: ignore[attr-defined]
    inner.ApiClient = type("ApiClient", (), {"__init__": lambda self, host: setattr(self, "host", host)})  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, sdk.__name__, sdk)
    monkeypatch.setitem(sys.modules, inner.__name__, inner)
    with run_real_server(tmp_path, personality="genesys") as cloud:

        def browse(url: str) -> bool:
            threading.Thread(target=lambda: httpx.get(cloud.log_in(url)), daemon=True).start()
            return True

        monkeypatch.setattr(webbrowser, "open", browse)
        monkeypatch.setenv("BROWSER", "ada")
        region = f'genesys.gateway("{cloud.issuer}")'
        shown = run(block("hand_over"), region=region, genesys_client='"cli"')
    assert shown["users"].host == cloud.issuer
    assert shown["users"].access_token == shown["tokens"].access_token.reveal()


def test_the_errors_of_the_table_are_all_there_are() -> None:
    """By name; and each can be imported from where the page says."""
    table = PAGE.partition("| error | means | do |")[2].partition("\n\n")[0]
    shown = re.findall(r"^\| `(\w+)`", table, re.MULTILINE)
    assert shown[:4] == ["Misuse", "AuthorizationDenied", "TokenRefused", "PeerViolation"]
    assert all(issubclass(getattr(core_errors, name), core_errors.ProofkeyError) for name in shown[:4])
    own = {name for name, each in vars(errors).items() if isinstance(each, type) and each.__module__ == errors.__name__}
    assert set(shown[4:]) == own


def test_the_numbers_and_stores_of_the_page() -> None:
    """As they are in the code."""
    assert set(re.findall(r"^\| `(\w+Store)\(", PAGE, re.MULTILINE)) == {
        name for name in vars(token_stores) if name.endswith("Store") and name != "TokenStore"
    }
    assert (PATIENCE, MAX_ANSWER, LEEWAY, FRESH) == (30.0, 1 << 20, 60.0, 600.0)
    assert len(set(genesys.REGIONS.values())) == 18
