"""The server, or a gateway before it, was not available (RFC 9110 15.6)."""

from __future__ import annotations

from proofkey.doctor import endpoints
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """A status of 500 or more without an OAuth error; a plain 500 of the client's own gateway is another matter."""
    token = login.token
    if login.refreshes and (token is None or login.accepted):
        token = login.refreshes[-1]
    status = token.answer.status if token is not None else None
    if token is None or status is None or not 500 <= status <= 599 or status == 501:
        return None
    if endpoints.speaks_oauth(token.answer):
        return None
    if status == 500 and endpoints.goes_elsewhere(login, token):
        return None
    wait = token.message.response_header("retry-after")
    later = f" It asks for a pause (Retry-After: {wait[:40]})." if wait else ""
    name = "refresh" if token in login.refreshes else "token"
    return Finding(
        LIKELY,
        f"The {name} request was answered with status {status} and no OAuth error.{later} That says nothing about the"
        f" request, but {'the refresh token' if name == 'refresh' else 'the code'} may be spent by now.",
        (Evidence(f"{token.message.where}, answer", f"status {status}"), token.answer.shows()),
    )


FAULT = Fault(
    title="The server or a gateway was not available",
    meaning=(
        "A status of 500 and above is a failure on the server's side: it crashed, was restarting or overloaded, or a"
        " gateway waited in vain for it. The request may be right, and the server may have used up the code before it"
        " failed."
    ),
    fix="Start a new login later; if it stays, ask whoever runs the server, with the time of the request.",
    example_js="if (response.status >= 500) startLogin(); // a new code; not the same request again",
    wrong_fix="Repeating the request with the same code: at best it is refused as used.",
    spec=("RFC 9110 15.6",),
    blame="server",
    explains=("token-answer-html", "code-not-accepted", "cors-answer-unreadable", "gateway-hides-error"),
    needs=(),
    even_if_accepted=True,
    check=check,
    bad=login(status=503, answer="<html><head><title>503 Service Unavailable</title></head></html>"),
    good=login(answer={}),
)
