"""The normal login page, for the admin pages themselves instead of an application."""

from __future__ import annotations

from proofkey.core.params import MalformedForm
from proofkey.server import sessions
from proofkey.server.admin import return_path
from proofkey.server.answers import expired, page_answer
from proofkey.server.http import Answer, Request, method_not_allowed, see_other
from proofkey.server.pages import render
from proofkey.server.pages.views import ExpiredView, LoginView
from proofkey.server.running import Server
from proofkey.server.sign_in import MAX_USERNAME, Attempt, attempt

PATH = "/admin/login"
_NAME = "the administration of this server"


def ask(server: Server, request: Request, path: str) -> Answer:
    """Ask for name and password; afterwards the person comes to a path of ours."""
    sealed, cookies = return_path.keep(server, request, path)
    return page_answer(render.login_page(_view(server, sealed), server.site), cookies)


async def sign_in(server: Server, request: Request) -> Answer:
    """Serve the form's POST; a GET is a bookmark or the Back button."""
    if request.method != "POST":
        return (
            see_other(server.url(return_path.HOME)) if request.method in ("GET", "HEAD") else method_not_allowed("POST")
        )
    try:
        form = request.form()
    except MalformedForm:
        return expired(server)
    path = return_path.bring_back(server, request, form.get("request"))
    if path is None:
        view = ExpiredView(_NAME, server.url(return_path.HOME))
        return page_answer(render.expired_page(view, server.site))
    username = (form.get("username") or "")[:MAX_USERNAME]
    tried = await attempt(server, request, username, form.get("password") or "")
    begun = await sessions.begin(server, request, tried.user) if tried.user is not None else None
    if begun is None:
        sealed, cookies = return_path.keep(server, request, path)
        return page_answer(render.login_page(_view(server, sealed, username, tried), server.site), cookies)
    _, cookie = begun
    answer = see_other(server.url(path))
    answer.add(*cookie)
    return answer


def _view(server: Server, sealed: str, username: str = "", tried: Attempt | None = None) -> LoginView:
    return LoginView(
        action=server.url(PATH),
        hidden=(("request", sealed),),
        client_name=_NAME,
        redirect_uri=server.url(return_path.HOME),
        username=username,
        failed=tried is not None and tried.retry_after is None,
        retry_after=tried.retry_after if tried is not None else None,
        note=server.login_note,
    )
