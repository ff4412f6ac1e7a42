"""A Flask app whose page never sees a token: `flask run --port 8000`, settings from the environment (README.md)."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask, Response

from proofkey.bff import Api, Bff, Discover
from proofkey.bff.flask import install
from proofkey.bff.sqlite_sessions import SqliteSessions


def make_bff(issuer: str, client_id: str, secret: str | None, redirect_uri: str, sessions: Path) -> Bff:
    """Say who we are, what the page may call, and where sessions are kept."""
    return Bff(
        Discover(issuer, client_id=client_id, secret=secret, redirect_uri=redirect_uri),
        scopes=["openid", "profile", "users:readonly"],
        apis=[Api("account", issuer, allow=["GET /api/v2/users/me"])],
        store=SqliteSessions(sessions),
        allow_insecure_loopback_cookies=redirect_uri.startswith("http:"),  # on your own machine only
    )


def make_app(bff: Bff) -> Flask:
    """Make the app: a page, and an endpoint of its own behind the login."""
    app = Flask(__name__)
    login = install(app, bff)

    @app.post("/orders")
    def order() -> dict[str, object]:
        return {"ordered_by": login.session().user["sub"]}

    @app.get("/members")
    def members() -> Response:
        session = login.page_session()
        return Response(f"<!doctype html><title>Members</title><p>Member since {int(session.created_at)}</p>")

    return app


def create_app() -> Flask:
    """What `flask run` calls."""
    return make_app(
        make_bff(
            os.environ["ISSUER"],
            os.environ["CLIENT_ID"],
            os.environ.get("CLIENT_SECRET"),
            os.environ.get("REDIRECT_URI", "http://127.0.0.1:8000/bff/callback"),
            Path(os.environ.get("SESSIONS", "sessions.db")),
        )
    )
