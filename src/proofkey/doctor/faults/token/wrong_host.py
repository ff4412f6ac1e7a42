"""The request goes to a host that is not the authorization server (RFC 6749 3.2, RFC 8414 2)."""

from __future__ import annotations

import re

from proofkey.doctor import endpoints
from proofkey.doctor.address import split
from proofkey.doctor.echoes import UNREACHED
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.pattern import Pattern
from proofkey.doctor.refusals import came_back, refused_at_authorize
from proofkey.doctor.steps import Step, TokenRequest
from proofkey.doctor.transcript import login

_NOT_THERE = (404, 405, 410, 501)
_OTHER_HANDLER = (400, 401, 403, 406, 415, 422)
_NO_SUCH_HOST = Pattern(
    r"name_not_resolved|enotfound|getaddrinfo|dns|unknown.?host|hostname could not be found"
    r"|name or service not known|nodename nor servname|could not resolve host",
    re.IGNORECASE,
)
_TRIAL = Pattern(r"(?:^|[.\-])(?:sandbox|sbx|staging|stage|test|dev|uat|preprod|demo)(?=[.\-\d])")


def check(login: Login) -> Finding | None:
    """Compare the hosts of the two requests, and look at who answered."""
    token = login.token
    if token is None:
        return _authorize_at_genesys(login)
    gave_code = token.address.host in login.server_hosts and bool(login.callbacks or login.responses)
    if not gave_code and (found := _service_of_genesys(token)):
        return found
    if not endpoints.goes_elsewhere(login, token) or token.answer.gave_tokens:
        return None
    reason = _reason(login, token)
    if not reason:
        return None
    servers = ", ".join(sorted(login.server_hosts))
    known = endpoints.known_token_endpoint(login)
    return Finding(
        LIKELY,
        f"The login was made at {servers} and the token request went to {token.address.host}: {reason}.",
        (Evidence(token.message.where, f"token request to {token.address.host}"), token.answer.shows()),
        f"Call {known}." if known else "",
    )


def _reason(login: Login, token: TokenRequest) -> str:
    answer, host = token.answer, token.address.host
    known = split(endpoints.known_token_endpoint(login)).host
    if known and known != host and answer.refused:
        return f"the server's metadata names the host {known}"
    if answer.lost and _NO_SUCH_HOST.search(token.message.network_error or ""):
        return "there is no such host"
    if _one_is_a_trial(login, host) and answer.refused:
        return "one is a trial environment and the other is not"
    if endpoints.speaks_oauth(answer):
        return ""  # some providers have two hosts
    own = host == endpoints.own_host(login)
    if answer.status in _NOT_THERE:
        return "the application's own host has no such endpoint" if own else "there is no token endpoint"
    odd = answer.status in _OTHER_HANDLER or (answer.is_html and answer.status in range(200, 300))
    return "what answered there does not speak OAuth" if odd and not own else ""


def _one_is_a_trial(login: Login, host: str) -> bool:
    server = next(iter(login.server_hosts), "")
    same_owner = server.split(".")[-2:] == host.split(".")[-2:]
    return same_owner and bool(_TRIAL.search(server)) != bool(_TRIAL.search(host))


def _service_of_genesys(token: TokenRequest) -> Finding | None:
    named = endpoints.genesys_region(token.address.host)
    if named is None or named[0] == "login" or not (token.answer.refused or token.answer.is_html):
        return None
    return _told(token, *named)


def _authorize_at_genesys(login: Login) -> Finding | None:
    authorize = login.authorize
    named = endpoints.genesys_region(authorize.address.host) if authorize is not None else None
    if authorize is None or named is None or named[0] == "login" or came_back(login):
        return None
    if authorize.answer.observed and not refused_at_authorize(login):
        return None
    return _told(authorize, *named)


def _told(step: Step, service: str, region: str) -> Finding:
    request = "token request" if step.kind == "token" else "authorization request"
    return Finding(
        LIKELY,
        f"The {request} went to {service}.{region}. At Genesys Cloud both endpoints are at login.{region}; the host"
        f" {service}.{region} serves something else.",
        (Evidence(step.message.where, f"{request} to {service}.{region}"), step.answer.shows()),
        f"Use https://login.{region}/oauth/authorize and https://login.{region}/oauth/token.",
    )


FAULT = Fault(
    title="The request goes to a host that is not the authorization server",
    meaning=(
        "The address is that of an API, of another product or environment, or of the application itself, so the"
        " request never reached the server that issued the code. What it answers, a 404 or 401 of its own, says nothing"
        " about the login."
    ),
    fix="Use the login host of your region or tenant for both steps; take both endpoints from one metadata document.",
    example_js="const login = `https://login.${region}`; // not https://api.${region}\n"
    "fetch(`${login}/oauth/token`, { method: 'POST', body });",
    example_py='token_url = f"https://login.{region}/oauth/token"  # not api.{region}',
    wrong_fix="Adding scopes or headers so that the API host lets the request through.",
    spec=("RFC 6749 3.2", "RFC 8414 2"),
    blame="client",
    explains=(*UNREACHED, "wrong-token-path", "wrong-client-auth-method"),
    needs=(),
    check=check,
    bad=login(
        authorize_url="https://login.mypurecloud.ie/oauth/authorize",
        token_url="https://api.mypurecloud.ie/oauth/token",
        status=404,
        answer={"message": "not found", "code": "not.found", "status": 404},
    ),
    good=login(
        authorize_url="https://login.mypurecloud.ie/oauth/authorize",
        token_url="https://login.mypurecloud.ie/oauth/token",
        answer={},
    ),
)
