"""The answers that several endpoints give: pages, authorization responses, OAuth errors, API errors.

Whatever is refused is diagnosed and noted in the journal here, in one place.
"""

from __future__ import annotations

from proofkey.core.errors import OAuthError
from proofkey.core.messages import AuthorizationResponse
from proofkey.core.params import Params
from proofkey.core.records import ClientRecord, CodeFacts
from proofkey.core.redirect_uri import with_fragment, with_query
from proofkey.core.server_side.verdicts import Asked, ResponseMode, SendBack, ShowError
from proofkey.server.diagnosis import Refusal
from proofkey.server.http import NO_STORE, Answer, FixedHeaders, Request, json_answer
from proofkey.server.pages import render
from proofkey.server.pages.render import Page
from proofkey.server.pages.views import ErrorDetail, ErrorView, ExpiredView
from proofkey.server.running import Server

_BACK = FixedHeaders((("referrer-policy", "no-referrer"), *NO_STORE))


def page_answer(page: Page, cookies: list[tuple[str, str]] | None = None) -> Answer:
    """Send a page, with its cookies."""
    return Answer(page.status, [*page.headers, *(cookies or [])], page.html)


def expired(server: Server) -> Answer:
    """Say that a form came too late, from elsewhere, or without its browser's cookie; offer a way on."""
    return page_answer(render.expired_page(ExpiredView(), server.site))


def authorization_response(server: Server, request: Request, asked: Asked, code: str) -> Answer:
    """Send a code to the redirect URI."""
    answer = AuthorizationResponse(asked.state, server.settings.issuer, code)
    return _send(server, request, asked.redirect_uri, asked.response_mode, answer)


def authorization_error(server: Server, request: Request, refused: SendBack, params: Params) -> Answer:
    """Send an error to the verified redirect URI (RFC 6749 4.1.2.1)."""
    refusal = Refusal("authorize", request, params, refused.fault, refused.error, client=refused.client, status=302)
    found = server.diagnosing.note(refusal)
    answer = AuthorizationResponse(
        refused.state,
        server.settings.issuer,
        error=refused.error.error,
        # A page cannot read the headers of a redirect, so the request id travels here.
        error_description=f"{refused.error.description} Request id: {request.id}",
        error_uri=found.url if found else None,
    )
    return _send(server, request, refused.redirect_uri, refused.response_mode, answer)


def show_error(server: Server, request: Request, refused: ShowError, params: Params) -> Answer:
    """Show an error that must not be redirected."""
    refusal = Refusal(
        "authorize", request, params, refused.fault, refused.error, client=refused.client, near_miss=refused.near_miss
    )
    found = server.diagnosing.note(refusal)
    detail = None
    if found is not None:
        detail = ErrorDetail(
            fault=found.fault,
            title=found.title,
            explanation=found.explanation,
            fix=found.fix,
            fault_url=found.url,
            evidence=found.evidence,
            received_redirect_uri=refused.requested,
            registered_redirect_uris=refused.client.redirect_uris if refused.client else (),
        )
    view = ErrorView(refused.error.status, refused.error.error, refused.error.description, request.id, detail)
    return page_answer(render.error_page(view, server.site))


def token_error(
    server: Server,
    request: Request,
    error: OAuthError,
    fault: str | None,
    params: Params,
    *,
    client: ClientRecord | None = None,
    code: CodeFacts | None = None,
    challenge: bool = False,
    endpoint: str = "token",
    diagnose: bool = True,
) -> Answer:
    """Refuse a token request: RFC text and request id for the network, the exact fault for the journal."""
    refusal = Refusal(endpoint, request, params, fault, error, client=client, code=code)
    found = server.diagnosing.note(refusal, search=diagnose)
    body = server.personality.oauth_error(error)
    if found is not None:
        body["error_uri"] = found.url
    headers = NO_STORE
    if challenge:
        headers = (*headers, ("www-authenticate", 'Basic realm="proofkey", charset="UTF-8"'))
    return json_answer(body, error.status, headers)


def _send(
    server: Server, request: Request, redirect_uri: str, mode: ResponseMode, answer: AuthorizationResponse
) -> Answer:
    if mode == "form_post":
        return page_answer(render.form_post_page(redirect_uri, tuple(answer.params()), server.site))
    location = with_fragment(redirect_uri, answer) if mode == "fragment" else with_query(redirect_uri, answer)
    # 303 after a form, so that the browser does not repeat the password (RFC 9700 4.12).
    status = 303 if request.method == "POST" else 302
    return Answer(status, (("location", location),), b"", _BACK)
