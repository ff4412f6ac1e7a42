"""Our authorization server in a thread, and Ada, who logs in at it with a browser of httpx."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import httpx

from proofkey.core.client_auth import hash_secret
from proofkey.core.records import ClientRecord, User
from proofkey.core.secret import ClientSecret
from proofkey.server.app import App
from proofkey.server.opening import open_server
from proofkey.server.running import Server
from proofkey.server.serving import Listening, bind, serve
from proofkey.server.settings import Settings
from tests.server.person import PASSWORD, client, first_form, hash_once

LOOPBACK = "http://127.0.0.1/callback"
SECRET = "a secret with + and % and :"


@dataclass
class RealServer:
    """Where it listens; `refreshes` counts what reached its token endpoint to renew."""

    issuer: str
    refreshes: int = 0

    def log_in(self, url: str, *, decision: str = "allow", cookies: httpx.Cookies | None = None) -> str:
        """Do what a person does at an authorization URL; give the callback URL, which is not visited.

        With a jar for the cookies, the next login with the same jar asks for no password.
        """
        with httpx.Client(follow_redirects=False, cookies=cookies.jar if cookies is not None else None) as browser:
            response = browser.get(url)
            for _ in range(8):
                if response.is_redirect:
                    target = urljoin(str(response.request.url), response.headers["location"])
                    if not target.startswith(self.issuer):
                        return target
                    response = browser.get(target)
                    continue
                form = first_form(response.text)
                if "password" in form.fields:
                    form.fields |= {"username": "ada", "password": PASSWORD}
                if "decision" in form.buttons:
                    form.fields["decision"] = decision
                response = browser.post(urljoin(str(response.request.url), form.action), data=form.fields)
        raise AssertionError(f"no end of the login: {response.status_code} {response.text[:300]}")


@contextmanager
def run_real_server(folder: Path, *, clients: Iterable[ClientRecord] = (), **settings: object) -> Iterator[RealServer]:
    """Serve on a port that the system chooses, on an event loop in a thread; `clients` come to those of every test."""
    bound = bind("127.0.0.1", 0)
    running = RealServer(f"http://127.0.0.1:{bound.getsockname()[1]}")
    loop = asyncio.new_event_loop()
    ready, ended = threading.Event(), asyncio.Event()

    async def main() -> None:
        values: dict[str, object] = {"issuer": running.issuer, "development": True} | settings
        server = await open_server(Settings(**values), f"sqlite:///{folder}/proofkey.db", ended)  # type: ignore[arg-type]
        await _furnish(server)
        for each in clients:
            await server.store.put_client(each)
        loop.call_soon(ready.set)
        await serve([Listening(_counting(App(server), running), bound)], ended)

    thread = threading.Thread(target=loop.run_until_complete, args=(main(),), daemon=True)
    thread.start()
    assert ready.wait(60)
    try:
        yield running
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(30)
        loop.close()


def _counting(app: App, running: RealServer):
    """Count the refreshes that arrive, without changing one."""

    async def asgi(scope, receive, send):
        async def listen():
            message = await receive()
            running.refreshes += b"grant_type=refresh_token" in message.get("body", b"")
            return message

        await app(scope, listen, send)

    return asgi


async def _furnish(server: Server) -> None:
    store = server.store
    await store.put_user(
        User("subject-ada", "ada", hash_once(PASSWORD), email="ada@example.org", claims=(("name", "Ada"),))
    )
    await store.put_client(client())
    await store.put_client(client(client_id="cli", name="The command", redirect_uris=(LOOPBACK,)))
    # Nobody ever allows this one anything, so that it always asks.
    await store.put_client(client(client_id="shy", name="The unloved", redirect_uris=(LOOPBACK,)))
    await store.put_client(
        client(
            client_id="web",
            name="The site",
            auth_method="client_secret_basic",
            secret_hash=hash_secret(ClientSecret(SECRET)),
        )
    )
