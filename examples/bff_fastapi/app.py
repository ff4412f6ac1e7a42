"""A FastAPI app whose page never sees a token: `uvicorn app:app`, settings from the environment (README.md)."""

import os
from pathlib import Path
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.responses import FileResponse, HTMLResponse

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
    """Make the app: two pages, a script, and an endpoint of its own behind the login."""
    app = FastAPI(openapi_url=None)
    login = mount(app, bff)

    @app.get("/")
    async def page() -> FileResponse:
        return FileResponse(HERE / "index.html")

    @app.get("/app.js")
    async def script() -> FileResponse:
        return FileResponse(HERE / "app.js", media_type="text/javascript")

    @app.post("/orders")
    async def order(session: Annotated[Session, Depends(login.session)]) -> dict[str, object]:
        return {"ordered_by": session.user["sub"]}

    @app.get("/members")
    async def members(session: Annotated[Session, Depends(login.page_session)]) -> HTMLResponse:
        return HTMLResponse(f"<!doctype html><title>Members</title><p>Member since {int(session.created_at)}</p>")

    return app


def __getattr__(name: str) -> FastAPI:
    if name != "app":
        raise AttributeError(name)
    return make_app(
        make_bff(
            os.environ["ISSUER"],
            os.environ["CLIENT_ID"],
            os.environ.get("CLIENT_SECRET"),
            os.environ.get("REDIRECT_URI", "http://127.0.0.1:8000/bff/callback"),
            Path(os.environ.get("SESSIONS", "sessions.db")),
        )
    )
