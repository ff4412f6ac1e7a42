"""The host is right and the path is not that of the token endpoint, or of the issuer (RFC 6749 3.2, RFC 8414 2)."""

from __future__ import annotations

from proofkey.doctor import endpoints
from proofkey.doctor.assemble.roles import has_token_path
from proofkey.doctor.echoes import UNREACHED
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.steps import TokenRequest
from proofkey.doctor.transcript import login

_NOT_THERE = (404, 405, 410, 501)
_OTHER_HANDLER = (400, 401, 403, 406, 415, 422)


def check(login: Login) -> Finding | None:
    """The host is an authorization server of this login, and what answered is not its token endpoint."""
    token = login.token
    if token is None or token.message.method != "POST" or endpoints.goes_elsewhere(login, token):
        return None
    if not token.address.host or not _is_refused_by_another(login, token):
        return None
    known = endpoints.known_token_endpoint(login)
    told = f" The metadata names {known}." if known else ""
    return Finding(
        LIKELY,
        f"The request went to {token.address.path or '/'} at {token.address.host}, and what answered there is no token"
        f" endpoint: {_answered(token)}.{told}",
        (Evidence(token.message.where, f"{token.message.method} {token.address.without_query}"), token.answer.shows()),
        f"Call {known}." if known else "",
    )


def _is_refused_by_another(login: Login, token: TokenRequest) -> bool:
    answer, known = token.answer, endpoints.is_token_endpoint(login, token)
    is_authorize = login.authorize is not None and _place(login.authorize.message.url) == _place(token.message.url)
    if known or answer.gave_tokens or (endpoints.speaks_oauth(answer) and not is_authorize):
        return False
    if answer.status in _NOT_THERE:
        return True
    odd = answer.status in _OTHER_HANDLER or (answer.is_html and answer.status in range(200, 300))
    if known is False or is_authorize:
        return odd
    # An API's path may end like a token endpoint's: Genesys Cloud's /api/v2/oauth/token is none.
    return odd and (not has_token_path(token.message.url) or token.address.path.startswith("/api/"))


def _place(url: str) -> str:
    return url.partition("#")[0].partition("?")[0].rstrip("/")


def _answered(token: TokenRequest) -> str:
    answer = token.answer
    what = "a web page" if answer.is_html else "no OAuth error body" if answer.body else "no body"
    return f"status {answer.status}, {what}"


FAULT = Fault(
    title="The host is right, the path is not",
    meaning=(
        "The host is right, but at this path there is nothing, or something else: an API, the authorization page, an"
        " endpoint of another version or product. Such a handler answers 404, 405, or a 401 of its own, and not with"
        " an OAuth error. A library that is given an endpoint for its issuer asks at such a path, too."
    ),
    fix="Take the token endpoint from the server's metadata (/.well-known/openid-configuration) or the provider's"
    " page; Genesys Cloud: https://login.{region}/oauth/token.",
    example_js="const { token_endpoint } = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();",
    example_py='token_url = httpx.get(f"{issuer}/.well-known/openid-configuration").json()["token_endpoint"]',
    wrong_fix="Adding an Authorization header because the answer is 401: the handler is the wrong one.",
    spec=("RFC 6749 3.2", "RFC 8414 2"),
    blame="client",
    explains=(*UNREACHED, "wrong-client-auth-method"),
    needs=("token.answer",),
    check=check,
    bad=login(token_url="https://login.example/api/access", status=404, answer="<html><body>Not Found</body></html>"),
    good=login(answer={}),
)
