"""For Starlette and FastAPI: mount a back end, and ask who is logged in from routes of the app's own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

try:
    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.requests import Request
    from starlette.routing import Match, Mount
    from starlette.types import Scope
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "proofkey.bff.starlette needs Starlette: pip install 'proofkey[starlette]'", name=error.name
    ) from None

from proofkey.bff.arrived import is_below
from proofkey.bff.asgi import AsgiBff, read
from proofkey.bff.backend import Bff
from proofkey.bff.fetch_rule import check_fetch, check_navigation
from proofkey.bff.replies import Declined
from proofkey.bff.return_paths import login_address
from proofkey.bff.sessions import Session
from proofkey.core.errors import Misuse


class Login:
    """What `mount` gives: dependencies for routes, and tokens for the back end's own calls."""

    def __init__(self, bff: Bff) -> None:
        self.bff, self.app = bff, AsgiBff(bff)

    async def session(self, request: Request) -> Session:
        """Give the session of a script's request (with the header X-CSRF: 1); 401 or 403 where there is none.

        For FastAPI: `session: Annotated[Session, Depends(login.session)]`.
        """
        with _as_http():
            check_fetch(read(request.scope, self.bff.site.base), self.bff.site.origin)
        return await self._session(request)

    async def page_session(self, request: Request) -> Session:
        """Give the session of a page that a person opens, by GET; 303 to the login where there is none."""
        with _as_http():
            check_navigation(read(request.scope, self.bff.site.base))
        try:
            return await self._session(request)
        except HTTPException as error:
            path, root = request.url.path, request.scope.get("root_path", "")
            whole = path if path.startswith(root + "/") else root + path  # servers differ in which of them they give
            here = login_address(self.bff.site, whole, request.url.query)
            raise HTTPException(303, headers={"location": here}) from error

    async def access_token(self, session: Session | str) -> str:
        """Give a live access token of a session or its handle, for a call of the back end's own. 401, 503."""
        with _as_http():
            return (await self.app.access_token(session)).reveal()

    async def _session(self, request: Request) -> Session:
        with _as_http():
            return await self.app.session(read(request.scope, self.bff.site.base))


def mount(app: Starlette, bff: Bff) -> Login:
    """Put the back end's endpoints into an app, at the path of its redirect URI; they end with the app."""
    if not bff.site.base:
        raise Misuse("in an app of your own the redirect URI has a path before /callback, such as /bff/callback")
    login = Login(bff)
    app.router.routes.append(_Endpoints(bff.site.base, login.app))
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(of: Any) -> AsyncIterator[Any]:
        async with inner(of) as state:
            try:
                yield state
            finally:
                await login.app.aclose()

    app.router.lifespan_context = lifespan
    return login


class _Endpoints(Mount):
    """A Mount whose path is said from the site's root, where the app itself may be below one."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        here = scope["type"] in ("http", "websocket")
        ours = here and is_below(self.path, scope["path"], scope.get("root_path", "") + scope["path"])
        return (Match.FULL if ours else Match.NONE), {}


@contextmanager
def _as_http() -> Iterator[None]:
    """Turn refusals into those of Starlette."""
    try:
        yield
    except Declined as declined:
        raise HTTPException(declined.status, declined.message, headers=dict(declined.headers)) from declined
