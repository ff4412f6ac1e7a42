"""A Flask app whose page never sees a token: `flask run --port 8000`, settings from the environment (README.md)."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from flask import Flask, render_template

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
    """Make the app: a page for everybody, and a page and an endpoint of its own behind the login."""
    app = Flask(__name__)
    login = install(app, bff)

    @app.get("/")
    def front() -> str:
        return render_template("front.html")

    @app.post("/orders")
    def order() -> dict[str, object]:
        return {"ordered_by": login.session().user["sub"]}

    @app.get("/members")
    def members() -> str:
        session = login.page_session()  # or to the login, and back here
        since = datetime.fromtimestamp(session.created_at).strftime("%H:%M")
        return render_template("members.html", name=session.user["name"], since=since)

    return app


def setting(name: str) -> str:
    """Read a setting from the environment, or end with a sentence that names it."""
    if value := os.environ.get(name):
        return value
    raise SystemExit(f"Set the environment variable {name}: README.md says how to start this example.")


def create_app() -> Flask:
    """What `flask run` calls."""
    return make_app(
        make_bff(
            setting("ISSUER"),
            setting("CLIENT_ID"),
            setting("CLIENT_SECRET"),
            os.environ.get("REDIRECT_URI", "http://127.0.0.1:8000/bff/callback"),
            Path(os.environ.get("SESSIONS", "sessions.db")),
        )
    )
