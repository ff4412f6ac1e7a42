"""The callback's state is none that an authorization request of the capture sent (RFC 6749 10.12)."""

from __future__ import annotations

from proofkey.doctor.ending import refusal, said, stopped
from proofkey.doctor.evidence import Seen
from proofkey.doctor.fault import LIKELY, POSSIBLE, Certainty, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.returned_state import alteration, is_pasted, returned, sent_states
from proofkey.doctor.transcript import login, request, response


def check(login: Login) -> Finding | None:
    """Compare with every request of the capture; a state that merely came back changed is another fault."""
    state = returned(login)
    if state is None or not (stopped(login) or login.token is not None):
        return None
    if state.value.endswith(("...", "\u2026")):
        return None  # shortened by hand
    known = sent_states(login)
    own = login.observe("authorize.state")
    if state.value in known or any(alteration(each, state.value) for each in known):
        return None
    told = said(login, "state-lost")
    refused = told or refusal(login)
    certainty: Certainty
    if isinstance(own, Seen):
        certainty = POSSIBLE if is_pasted(login) and not refused else LIKELY
        text = "The callback carries another state than the authorization request of this login sent"
    elif login.authorize is None and not login.token_requests and (known or told):
        certainty = LIKELY if refused else POSSIBLE
        text = "The callback carries a state that none of the authorization requests shown here sent"
    else:
        return None
    end = "." if refused is None else ", and the application refused it."
    evidence = (own.shows("state as sent"),) if isinstance(own, Seen) else ()
    return Finding(certainty, text + end, (*evidence, state.shows("another state"), *((refused,) if refused else ())))


FAULT = Fault(
    title="The callback's state is not the one that this login sent",
    meaning=(
        "A client accepts an answer only if its state is the one it sent. This answer belongs to another login: one"
        " that was begun earlier, in another tab or browser, or from a bookmark of the server's sign-in page, or it"
        " is one that somebody else made up."
    ),
    fix="On an unknown state drop the answer and begin a new login by itself; keep the stored state until it is used.",
    example_js=(
        "const login = sessionStorage.getItem(`login:${state}`);\n"
        "if (!login) return startLogin(); // not ours, or too old: never redeem this code"
    ),
    example_py='login = session.pop(f"login:{state}", None)\nif login is None:\n    return redirect("/login")',
    wrong_fix="Ignoring the state: then anybody can make a browser log in with a foreign code.",
    spec=("RFC 6749 10.12",),
    blame="client",
    explains=("code-not-redeemed", "verifier-unrelated", "server-refuses-correct-pair", "code-not-accepted"),
    needs=("callback.state",),
    check=check,
    bad=login(callback={"state": "wJ2uOq91kTgXzB7c"}, steps=("authorize",))
    + "\n"
    + request("GET", "https://app.example/cb?code=SplxlOBeZQQYbYS6WxSbIA&state=wJ2uOq91kTgXzB7c")
    + response(400, {"Content-Type": "text/html"}, "<!doctype html><p>No matching state found in storage</p>"),
    good=login(answer={}),
)
