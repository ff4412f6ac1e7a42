"""The authorization endpoint (RFC 6749 3.1): judges the request, asks the person what must be asked, gives the code.

On the way that every login takes (a session in force, consent given) nothing is written: the code is sealed.
"""

from __future__ import annotations

from proofkey.core.errors import OAuthError
from proofkey.core.params import MalformedForm, Params
from proofkey.core.records import CodeFacts
from proofkey.core.server_side.authorization import judge_authorization
from proofkey.core.server_side.verdicts import Asked, AuthorizationVerdict, SendBack, ShowError
from proofkey.server import consents, interaction, sessions
from proofkey.server.answers import authorization_error, authorization_response, page_answer, show_error
from proofkey.server.endpoints.par import pulled
from proofkey.server.entropy import name_bytes
from proofkey.server.familiar import take_apart
from proofkey.server.foreign_forms import as_navigation
from proofkey.server.http import Answer, Request
from proofkey.server.id_tokens import read_hint
from proofkey.server.interaction import TooLongToWait
from proofkey.server.pages import render
from proofkey.server.pages.views import LoginView
from proofkey.server.running import Server
from proofkey.server.sealing.code import CodeTooLong
from proofkey.server.sealing.grant_id import new_grant_id
from proofkey.server.sessions import LoggedIn


async def authorize(server: Server, request: Request) -> Answer:
    """Serve GET and POST alike (OpenID Connect Core 3.1.2.1)."""
    apart = take_apart(request.raw_query) if not request.body and request.step is None else None
    if apart is not None and (familiar := await server.familiar.recognise(apart, server.store)) is not None:
        return await proceed(server, request, familiar, None)
    try:
        params = request.query()
        if request.body:  # what is in both places is there twice
            params = Params([*params, *request.form()])
    except MalformedForm:
        refused = ShowError(OAuthError("invalid_request", "The parameters are not form-encoded."), "parameter-repeated")
        return show_error(server, request, refused, Params())
    if (sent_on := as_navigation(server, request, "/oauth/authorize", params)) is not None:
        return sent_on
    if request.step is not None:
        request.step.came_with(params.get("traceparent"))
    params = pulled(server, params, request.arrived_at)
    verdict = await judge(server, params)
    if not isinstance(verdict, Asked):
        return refuse(server, request, verdict, params)
    if apart is not None:
        server.familiar.remember(apart, verdict)
    return await proceed(server, request, verdict, params)


async def proceed(server: Server, request: Request, verdict: Asked, params: Params | None) -> Answer:
    """Ask for what a sound request still lacks, a login or a consent; if nothing is missing, give the code.

    `params` None: those of the request's query, without a hint.
    """
    logged_in = await sessions.current(server, request)
    if (
        logged_in is None
        or _must_log_in_again(verdict, logged_in, request.arrived_at)
        or (params is not None and not is_who_was_hinted(server, params, logged_in))
    ):
        params = params or request.query()
        if "none" in verdict.prompt:
            return cannot_ask(server, request, verdict, params, "login_required", "The person must log in.")
        try:
            return login_page(server, request, verdict, *interaction.suspend(server, request, params.encode()))
        except TooLongToWait:
            return _says_too_much(server, request, verdict, "The request is too long.")
    if await consents.is_needed(server, verdict, logged_in):
        params = params or request.query()
        if "none" in verdict.prompt:
            return cannot_ask(server, request, verdict, params, "consent_required", "Consent is needed.")
        session_id = logged_in.session.session_id
        try:
            sealed, cookies = interaction.suspend(server, request, params.encode(), session_id)
        except TooLongToWait:
            return _says_too_much(server, request, verdict, "The request is too long.")
        return consents.page(server, verdict, logged_in, sealed, cookies)
    return await give_code(server, request, verdict, logged_in)


async def judge(server: Server, params: Params) -> AuthorizationVerdict:
    """Judge the parameters with the client that they name."""
    client_id = params.get("client_id")
    client = await server.store.client(client_id) if client_id is not None else None
    return judge_authorization(params, client, server.policy)


def refuse(server: Server, request: Request, verdict: SendBack | ShowError, params: Params) -> Answer:
    """Answer a request that cannot go on."""
    if isinstance(verdict, ShowError):
        return show_error(server, request, verdict, params)
    return authorization_error(server, request, verdict, params)


async def give_code(server: Server, request: Request, asked: Asked, logged_in: LoggedIn) -> Answer:
    """Seal a code and send it to the redirect URI."""
    session, user = logged_in.session, logged_in.user
    facts = CodeFacts(
        new_grant_id(request.arrived_at, name_bytes),
        asked.client.client_id,
        asked.redirect_uri,
        asked.redirect_uri_was_sent,
        asked.challenge_digest,
        user.subject,
        session.session_id,
        asked.scopes,
        asked.nonce,
        session.auth_time,
        asked.resource,
        request.step.carried() if request.step is not None else None,
    )
    if request.step is not None:
        request.step.about(facts.client_id, facts.grant_id)
    try:
        code = server.sealer.seal_code(facts, asked.client, now=request.arrived_at)
    except CodeTooLong:
        try:
            # A client added since the last reading has scopes without an index here, and those go in as words.
            await server.keys.reread()
            code = server.sealer.seal_code(facts, asked.client, now=request.arrived_at)
        except CodeTooLong:
            return _says_too_much(server, request, asked, "The request asks for more than fits into a code.")
    server.journal.code_given(request, asked, facts, user)
    return authorization_response(server, request, asked, code)


def _says_too_much(server: Server, request: Request, asked: Asked, description: str) -> Answer:
    error = OAuthError("invalid_request", description)
    refused = SendBack(asked.client, asked.redirect_uri, asked.state, asked.response_mode, error, None)
    return authorization_error(server, request, refused, Params())


def login_page(
    server: Server,
    request: Request,
    asked: Asked,
    sealed: str,
    cookies: list[tuple[str, str]],
    *,
    username: str = "",
    failed: bool = False,
    retry_after: int | None = None,
) -> Answer:
    """Ask for name and password; the waiting request is in the form."""
    view = LoginView(
        action=server.url("/login"),
        hidden=(("request", sealed),),
        client_name=asked.client.name,
        redirect_uri=asked.redirect_uri,
        username=username or asked.login_hint or "",
        failed=failed,
        retry_after=retry_after,
        note=server.login_note,
    )
    return page_answer(render.login_page(view, server.site), cookies)


def _must_log_in_again(asked: Asked, logged_in: LoggedIn, now: float) -> bool:
    if not asked.prompt.isdisjoint(("login", "select_account")):
        return True
    # max_age=0 asks for a login now, as prompt=login does (OpenID Connect Core 3.1.2.1).
    return asked.max_age is not None and (asked.max_age == 0 or now - logged_in.session.auth_time > asked.max_age)


def is_who_was_hinted(server: Server, params: Params, logged_in: LoggedIn) -> bool:
    """Tell whether an id_token_hint of ours, if there is one, names this person; any other text is no hint."""
    hint = read_hint(server, params.get("id_token_hint"))
    return hint is None or hint.subject == logged_in.user.subject


def cannot_ask(server: Server, request: Request, asked: Asked, params: Params, error: str, description: str) -> Answer:
    """Tell the client that this request needs a person, or another one (OpenID Connect Core 3.1.2.6)."""
    verdict = SendBack(
        asked.client, asked.redirect_uri, asked.state, asked.response_mode, OAuthError(error, description), None
    )
    return authorization_error(server, request, verdict, params)
