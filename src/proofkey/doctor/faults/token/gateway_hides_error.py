"""The token call goes through a host of its own, which gives a general error (RFC 6749 5.2)."""

from __future__ import annotations

from proofkey.doctor import endpoints
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import POSSIBLE, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """The host is not the authorization server, and its refusal is neither OAuth nor a page nor a 404."""
    token = login.token
    if token is None or not token.answer.refused or not endpoints.goes_elsewhere(login, token):
        return None
    answer = token.answer
    if endpoints.speaks_oauth(answer) or answer.is_html or answer.status in (404, 405, 410, 429):
        return None
    host = token.address.host
    own = "the application's own host" if host == endpoints.own_host(login) else "no authorization server"
    return Finding(
        POSSIBLE,
        f"The token request went to {host}, {own}, and came back with a general error. What the authorization server"
        " said to it is not in this capture.",
        (Evidence(token.message.where, f"token request to {host}"), answer.shows()),
    )


FAULT = Fault(
    title="A gateway replaced the server's error",
    meaning=(
        "A back end or gateway makes the real token request. When that fails it answers with an error of its own,"
        " often a bare 500, and the reason stays in its log."
    ),
    fix="Read the log of that back end, or record its request to the authorization server and have that judged; pass"
    " OAuth error bodies through.",
    example_js="const answer = await fetch(tokenUrl, { method: 'POST', body });\n"
    "res.status(answer.status).json(await answer.json()); // not a bare 500",
    wrong_fix="Changing the front end: it may be right.",
    spec=("RFC 6749 5.2",),
    blame="network",
    explains=("code-not-accepted",),
    needs=("token.answer",),
    check=check,
    bad=login(
        token_url="https://app.example/api/session/token", status=500, answer={"message": "Internal Server Error"}
    ),
    good=login(answer={}),
)
