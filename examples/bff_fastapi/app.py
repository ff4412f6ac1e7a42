"""A FastAPI app whose page never sees a token: `uvicorn app:app`, settings from the environment (README.md)."""

import os
from datetime import datetime
from pathlib import Path
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from proofkey.bff import Api, Bff, Discover, Session
from proofkey.bff.sqlite_sessions import SqliteSessions
from proofkey.bff.starlette import mount

HERE = Path(__file__).parent


def make_bff(issuer: str, client_id: str, secret: str | None, redirect_uri: str, sessions: Path) -> Bff:
    """Say who we are, what the page may call, and where sessions are kept."""
    return Bff(
        Discover(issuer, client_id=client_id, secret=secret, redirect_uri=redirect_uri),
        scopes=["openid", "profile", "users:readonly"],
        apis=[Api("account", issuer, allow=["GET /api/v2/users/me"])],
        store=SqliteSessions(sessions),
        allow_insecure_loopback_cookies=redirect_uri.startswith("http:"),  # on your own machine only
    )


def make_app(bff: Bff) -> FastAPI:
    """Make the app: an endpoint and a page of its own behind the login, and the files of `page/`."""
    app = FastAPI(openapi_url=None)
    login = mount(app, bff)

    @app.post("/orders")
    async def order(session: Annotated[Session, Depends(login.session)]) -> dict[str, object]:
        return {"ordered_by": session.user["sub"]}

    @app.get("/members")
    async def members(session: Annotated[Session, Depends(login.page_session)]) -> HTMLResponse:
        since = datetime.fromtimestamp(session.created_at).strftime("%H:%M")
        page = f"<h1>Members</h1><p>Logged in since {since}.</p><a href=/>Back</a>"
        return HTMLResponse(f"<!doctype html><title>Members</title><link rel=stylesheet href=/style.css>{page}")

    app.mount("/", StaticFiles(directory=HERE / "page", html=True))  # last: it takes every other path
    return app


def setting(name: str) -> str:
    """Read a setting from the environment, or end with a sentence that names it."""
    if value := os.environ.get(name):
        return value
    raise SystemExit(f"Set the environment variable {name}: README.md says how to start this example.")


def __getattr__(name: str) -> FastAPI:
    if name != "app":
        raise AttributeError(name)
    return make_app(
        make_bff(
            setting("ISSUER"),
            setting("CLIENT_ID"),
            setting("CLIENT_SECRET"),
            os.environ.get("REDIRECT_URI", "http://127.0.0.1:8000/bff/callback"),
            Path(os.environ.get("SESSIONS", "sessions.db")),
        )
    )
