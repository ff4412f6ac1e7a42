"""For Flask: put a back end in front of an app, and ask who is logged in from views of the app's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

try:
    from flask import Flask, Response, abort, redirect, request
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "proofkey.bff.flask needs Flask: pip install 'proofkey[flask]'", name=error.name
    ) from None

from proofkey.bff.arrived import is_below
from proofkey.bff.backend import Bff
from proofkey.bff.fetch_rule import check_fetch, check_navigation
from proofkey.bff.replies import Declined
from proofkey.bff.return_paths import login_address
from proofkey.bff.sessions import Session
from proofkey.bff.wsgi import WsgiBff, read
from proofkey.core.errors import Misuse


class Login:
    """What `install` gives: sessions for views, and tokens for the back end's own calls."""

    def __init__(self, bff: Bff) -> None:
        self.bff, self.app = bff, WsgiBff(bff)

    def session(self) -> Session:
        """Give the session of the script's request (with the header X-CSRF: 1); 401 or 403 where there is none."""
        with _as_http():
            arrived = read(request.environ, self.bff.site.base)
            check_fetch(arrived, self.bff.site.origin)
            return self.app.session(arrived)

    def page_session(self) -> Session:
        """Give the session of a page that a person opens, by GET; 303 to the login where there is none."""
        with _as_http():
            arrived = read(request.environ, self.bff.site.base)
            check_navigation(arrived)
            try:
                return self.app.session(arrived)
            except Declined:
                query = request.query_string.decode("latin-1")
                abort(redirect(login_address(self.bff.site, quote(request.script_root + request.path), query), 303))

    def access_token(self, session: Session | str) -> str:
        """Give a live access token of a session or its handle, for a call of the back end's own. 401, 503."""
        with _as_http():
            return self.app.access_token(session).reveal()


def install(app: Flask, bff: Bff) -> Login:
    """Put the back end's endpoints in front of an app, at the path of its redirect URI."""
    if not bff.site.base:
        raise Misuse("in an app of your own the redirect URI has a path before /callback, such as /bff/callback")
    login, inner = Login(bff), app.wsgi_app

    def wsgi_app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if is_below(bff.site.base, path, environ.get("SCRIPT_NAME", "") + path):
            return login.app(environ, start_response)
        return inner(environ, start_response)

    app.wsgi_app = wsgi_app  # type: ignore[method-assign]
    return login


@contextmanager
def _as_http() -> Iterator[None]:
    """Turn refusals into answers of Flask."""
    try:
        yield
    except Declined as declined:
        abort(Response(declined.message, declined.status, dict(declined.headers)))
