"""Behind a reverse proxy, at the root and under a path: the issuer is the configured one, the address the caller's."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import httpx
import pytest

from proofkey import Client
from tests.ports import held_port
from tests.server.network import ROOT, Visitor
from tests.server.operations.reverse_proxy import proxying
from tests.server.operations.serving import PROOFKEY, Serving, furnish
from tests.server.person import Attempt, code_for


def addresses_of_refusals(url: str) -> set[str]:
    """Give the addresses that the journal has, coarse as they are."""
    from proofkey.server.store import open_store

    async def read() -> set[str]:
        store = await open_store(url)
        entries = await store.journal(faults_only=True)
        await store.close()
        return {str(entry.address) for entry in entries}

    return asyncio.run(read())


@pytest.mark.parametrize("stripped", [False, True], ids=["path kept", "path stripped"])
def test_a_login_under_a_path(tmp_path: Path, stripped: bool) -> None:
    """Every page, redirect and cookie works under the path, whether the proxy takes the path off or not."""
    furnish(tmp_path)

    async def work(inside: int) -> None:
        async with proxying(inside, strip="/auth" if stripped else "") as outside:
            issuer = f"http://127.0.0.1:{outside}/auth"
            with Serving(tmp_path, "--issuer", issuer, "--trusted-proxy", "127.0.0.1", port=inside):
                origin = f"http://127.0.0.1:{outside}"
                async with httpx.AsyncClient() as http:
                    inserted = await http.get(f"{origin}/.well-known/oauth-authorization-server/auth")
                    appended = await http.get(f"{issuer}/.well-known/openid-configuration")
                assert inserted.json() == appended.json()
                assert {
                    value.startswith(issuer) for name, value in inserted.json().items() if name.endswith("_endpoint")
                }
                assert inserted.json()["issuer"] == issuer
                async with Visitor(issuer) as ada:
                    ada.http.base_url = httpx.URL(issuer)
                    attempt = Attempt()
                    code = await code_for(ada, attempt)
                    answer = await ada.http.post("/oauth/token", data=attempt.form(code))
                    assert answer.status_code == 200, answer.text
                    assert all("_" in name and "proofkey" in name for name in ada.http.cookies)
                metadata = await asyncio.to_thread(
                    lambda: Client.discover(issuer, client_id="spa", redirect_uri="http://127.0.0.1/cb")
                )
                assert metadata is not None

    with held_port() as inside:  # the proxy, whose port is the issuer's, is there first
        asyncio.run(work(inside))


def test_only_a_trusted_proxy_tells_the_address(tmp_path: Path) -> None:
    """The journal has the caller's network behind a trusted one, else the proxy's own; a client's claim is nothing."""
    for number, (options, header, expected) in enumerate(
        (
            (("--trusted-proxy", "127.0.0.1"), "x-forwarded-for", {"198.51.100.0/24"}),
            (("--trusted-proxy", "127.0.0.1", "--trusted-proxy", "::1"), "forwarded", {"198.51.100.0/24"}),
            ((), "x-forwarded-for", {"127.0.0.0/24"}),
        )
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        url = furnish(folder)

        async def refuse(serving: Serving, header: str) -> None:
            # The inner proxy stands for the client's: what it appended is the address that counts.
            async with proxying(serving.port, forwarded=header) as near, httpx.AsyncClient() as http:
                claim = "for=6.6.6.6, for=198.51.100.7" if header == "forwarded" else "6.6.6.6, 198.51.100.7"
                answer = await http.post(
                    f"http://127.0.0.1:{near}/oauth/token", data={"grant_type": "x"}, headers={header: claim}
                )
                assert answer.status_code == 400

        with Serving(folder, *options) as serving:
            asyncio.run(refuse(serving, header))
        assert addresses_of_refusals(url) == expected, options


def test_alive_and_ready_are_two_questions(tmp_path: Path) -> None:
    """Both are answered below the issuer's path and without it."""
    furnish(tmp_path)
    with held_port() as port, Serving(tmp_path, port=port, path="/auth") as serving:
        for path in ("/livez", "/healthz", "/auth/livez", "/auth/healthz"):
            assert httpx.get(serving.origin + path).status_code == 200
        assert httpx.get(f"{serving.origin}/livez").json() == {"status": "alive"}


def test_an_address_that_is_taken_is_said_by_its_setting(tmp_path: Path) -> None:
    """Exit 2, and the flag that named it."""
    url = furnish(tmp_path)
    with Serving(tmp_path) as serving:
        command = [*PROOFKEY, "serve", "--port", str(serving.port), "--database", url]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "--port: cannot listen on 127.0.0.1" in done.stderr
