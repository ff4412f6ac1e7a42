"""The token call got a web page (RFC 6749 5.1, 5.2)."""

from __future__ import annotations

from proofkey.doctor import endpoints
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """The answer is HTML and no redirect; where the host is the application's own, say so."""
    token = login.token
    if token is None or not token.answer.is_html or token.answer.gave_tokens:
        return None
    if token.answer.status in range(300, 400):
        return None
    host = token.address.host
    own = bool(host) and host == endpoints.own_host(login) and host not in login.server_hosts
    whose = f" {host} is the application's own host: its server gives the start page for every path." if own else ""
    return Finding(
        LIKELY,
        f"The answer to the token request is a web page (status {token.answer.status}), not JSON.{whose}",
        (Evidence(token.message.where, f"{token.message.method} {token.address.without_query}"), token.answer.shows()),
        "Send the token request to the authorization server's host, or route this path to it." if own else "",
    )


FAULT = Fault(
    title="The token call got an HTML page",
    meaning=(
        "A token endpoint answers with JSON, whether it says yes or no. A page comes from something else: a development"
        " server that gives its start page for every path, a proxy, a login page, an error page. A program that parses"
        " it reports \"Unexpected token '<'\"."
    ),
    fix="Open the URL of the token request and read the page; then put the URL, or the proxy's route, right.",
    example_js="if (!response.headers.get('content-type')?.includes('json')) throw new Error(await response.text());",
    wrong_fix="Parsing the answer more leniently: there is no token in it.",
    spec=("RFC 6749 5.1", "RFC 6749 5.2"),
    blame="network",
    explains=("code-not-accepted", "gateway-hides-error", "cors-answer-unreadable"),
    needs=("token.answer",),
    check=check,
    bad=login(
        token_url="https://app.example/oauth/token",
        status=200,
        answer="<!doctype html><html><head><title>App</title></head><body><div id=root></div></body></html>",
    ),
    good=login(answer={}),
)
