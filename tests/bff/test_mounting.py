"""An app lives at the site's root or below a prefix: the back end is found at the path of its redirect URI."""

from __future__ import annotations

import httpx
import pytest
from fastapi import Depends, FastAPI
from flask import Flask

from proofkey.bff import Bff, Discover
from proofkey.bff.flask import install
from proofkey.bff.starlette import mount
from tests.bff.visitors import FETCH, NAVIGATION, ORIGIN

LOGIN = "/app/bff/login?return_to=%2Fapp%2Fmembers%3Fa%3D1"


def make_bff() -> Bff:
    """Make one whose redirect URI is below the prefix, as the browser sees it."""
    return Bff(
        Discover("https://login.example", client_id="a", secret="a secret", redirect_uri=f"{ORIGIN}/app/bff/callback")
    )


def make_fastapi() -> FastAPI:
    """Make an app with a page that sends to the login."""
    app = FastAPI()
    login = mount(app, make_bff())

    app.get("/members", dependencies=[Depends(login.page_session)])(lambda: None)
    return app


async def ask(app: FastAPI, path: str, root_path: str = "") -> httpx.Response:
    """Ask an app behind a server that names this root path."""
    transport = httpx.ASGITransport(app, root_path=root_path)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as browser:
        return await browser.get(path, headers=FETCH if "bff" in path else NAVIGATION)


@pytest.mark.parametrize("prefix", ["", "/app"], ids=["cut-off", "left"])
async def test_behind_a_proxy_with_a_prefix(prefix: str) -> None:
    """The server says what the prefix is, as by uvicorn's --root-path; the path comes with it or without."""
    answer = await ask(make_fastapi(), f"{prefix}/bff/user", "/app")
    assert (answer.status_code, answer.json()["login_url"]) == (200, "/app/bff/login")
    page = await ask(make_fastapi(), f"{prefix}/members?a=1", "/app")
    assert (page.status_code, page.headers["location"]) == (303, LOGIN)
    assert (await ask(make_fastapi(), f"{prefix}/bffs/user", "/app")).status_code == 404


async def test_an_app_within_an_app() -> None:
    """Mounted below a prefix by Starlette itself."""
    outer = FastAPI()
    outer.mount("/app", make_fastapi())
    assert (await ask(outer, "/app/bff/user")).json()["login_url"] == "/app/bff/login"
    assert (await ask(outer, "/app/members?a=1")).headers["location"] == LOGIN
    assert (await ask(outer, "/bff/user")).status_code == 404


def test_flask_below_a_prefix() -> None:
    """PEP 3333: the prefix is SCRIPT_NAME, and the path has it no more."""
    app = Flask("app")
    login = install(app, make_bff())
    app.get("/members")(lambda: str(login.page_session()))
    browser, below = app.test_client(), {"SCRIPT_NAME": "/app"}
    answer = browser.get("/bff/user", headers=FETCH, base_url=ORIGIN, environ_overrides=below)
    assert (answer.status_code, answer.get_json()["login_url"]) == (200, "/app/bff/login")
    page = browser.get("/members?a=1", headers=NAVIGATION, base_url=ORIGIN, environ_overrides=below)
    assert (page.status_code, page.headers["location"]) == (303, LOGIN)
    assert browser.get("/bff/user", headers=FETCH, base_url=ORIGIN).status_code == 404
