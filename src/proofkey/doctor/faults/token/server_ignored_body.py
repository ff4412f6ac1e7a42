"""The request is right, and the server says that parameters are missing (RFC 6749 5.2)."""

from __future__ import annotations

from proofkey.doctor.evidence import Evidence, Seen
from proofkey.doctor.fault import POSSIBLE, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.soundness import flaws
from proofkey.doctor.transcript import login

_REQUIRED = ("grant_type", "code", "client_id")


def check(login: Login) -> Finding | None:
    """Every required parameter is on the wire, in the right form, and the words are about a missing one."""
    token = login.token
    if token is None or not token.answer.refused or token.syntax != "form" or token.in_query:
        return None
    if any(not isinstance(login.observe(f"token.{name}"), Seen) for name in _REQUIRED):
        return None
    if token.value("grant_type") != "authorization_code" or flaws(login):
        return None
    answer = token.answer
    if answer.speaks_of("grant-not-enabled", "secret-missing", "client-unknown", "rate-limited"):
        return None
    verifier = isinstance(login.verifier, Seen)
    missed = answer.speaks_of("grant-type", "body-not-form", "parameter-missing", "client-id-missing")
    if not missed and not (verifier and answer.speaks_of("verifier-missing")):
        return None
    sent = ", ".join(dict.fromkeys(name for name in token.names if name != "client_secret"))
    return Finding(
        POSSIBLE,
        "The server misses something, and all of it is in the request, as a form with the right header: PKCE and the"
        " parameters are right. A parser or proxy in front of the token endpoint may have consumed the body.",
        (Evidence(f"{token.message.where}, body", f"sent: {sent}"), answer.shows()),
    )


FAULT = Fault(
    title="The request is right and the server says parameters are missing",
    meaning=(
        "All that the token endpoint needs was sent. The server did not see it: a body parser of the framework read the"
        " stream first, a proxy dropped or re-encoded the body, or the server does not know this grant and words it"
        " badly."
    ),
    fix="On the server: mount the token endpoint before body parsers, and log the body that arrives. Elsewhere: show"
    " this request to whoever runs the server.",
    example_js="app.use('/oauth', provider.callback()); // before app.use(express.urlencoded())",
    wrong_fix="Sending the parameters once more in the URL: they end up in logs.",
    spec=("RFC 6749 5.2",),
    blame="server",
    explains=("code-not-accepted", "grant-not-enabled"),
    needs=("token.answer",),
    check=check,
    bad=login(
        authorize={"client_id": "zephyrboard-spa"},
        token={"client_id": "zephyrboard-spa"},
        answer={"error": "invalid_request", "error_description": "Missing grant type"},
    ),
    good=login(answer={}),
)
