"""The state came back changed (RFC 6749 4.1.2): it must be the exact value that was sent."""

from __future__ import annotations

from proofkey.doctor.ending import refusal, said, stopped
from proofkey.doctor.evidence import Absent, Seen
from proofkey.doctor.facts import characters
from proofkey.doctor.fault import LIKELY, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.returned_state import alteration, is_pasted, returned, sent_states
from proofkey.doctor.transcript import login, request, response

_STATE = "eyJyIjoiL2hvbWU/dGFiPTEifQ=="


def check(login: Login) -> Finding | None:
    """Look for what turns the sent state into the returned one; where a token request left, nobody minded."""
    if login.token_requests or not stopped(login):
        return None
    sent = login.observe("authorize.state")
    if not isinstance(sent, Seen) or not sent.value:
        return None
    callback, state = login.callback, returned(login)
    if state is None:
        missing = callback.get("state") if callback is not None else None
        if callback is None or not isinstance(missing, Absent):
            return None
        return Finding(
            LIKELY,
            "The authorization request carried a state and the callback has none: it got lost at the server or on the"
            " way back.",
            (sent.shows(f"state, {characters(sent.value)}"), missing.shows("no state")),
        )
    if state.value in sent_states(login):
        return None
    what = alteration(sent.value, state.value)
    if what is None:
        return None
    refused = refusal(login) or said(login, "state-lost")
    return Finding(
        LIKELY if is_pasted(login) and not refused else PROVEN,
        f"The state did not come back as it was sent: {what}.",
        (
            sent.shows(f"state as sent, {characters(sent.value)}"),
            state.shows(f"state as returned, {characters(state.value)}"),
            *((refused,) if refused else ()),
        ),
    )


FAULT = Fault(
    title="The state came back changed",
    meaning=(
        "The server, or something between it and the client, encoded the state once more, decoded it, or cut it. It"
        " has to come back byte for byte; the client compares texts, finds a difference and must stop."
    ),
    fix="Use a short state of letters, digits, '-' and '_' only, and keep everything else in your own storage under"
    " it; report the change to the server's owner.",
    example_js="const state = crypto.randomUUID(); // no '=', '/', '+', '%', no JSON\n"
    "sessionStorage.setItem(`login:${state}`, JSON.stringify({ verifier, returnTo }));",
    example_py='state = secrets.token_urlsafe(24)\nsession[f"login:{state}"] = {"verifier": verifier, "next": url}',
    wrong_fix="Comparing after decoding or cutting both values: two different states then look alike.",
    spec=("RFC 6749 4.1.2",),
    blame="server",
    explains=("state-mismatch", "code-not-redeemed", "login-cookie-unreadable"),
    needs=("authorize.state", "callback"),
    check=check,
    bad=login(
        authorize={"state": _STATE},
        callback={"state": _STATE.replace("/", "%2F").replace("=", "%3D")},
        steps=("authorize",),
    )
    + "\n"
    + request(
        "GET", "https://app.example/cb?code=SplxlOBeZQQYbYS6WxSbIA&state=eyJyIjoiL2hvbWU%252FdGFiPTEifQ%253D%253D"
    )
    + response(400, {"Content-Type": "text/html"}, "<!doctype html><p>state mismatch</p>"),
    good=login(answer={}),
)
