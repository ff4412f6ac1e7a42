"""The login has no state, or more than one (RFC 6749 10.12, RFC 9700 2.1)."""

from __future__ import annotations

from proofkey.doctor.ending import said as at_the_client
from proofkey.doctor.ending import stopped
from proofkey.doctor.evidence import Absent, Seen
from proofkey.doctor.fault import LIKELY, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.refusals import refused_at_authorize, words_at_authorize
from proofkey.doctor.returned_state import is_pasted
from proofkey.doctor.soundness import stands_for_nothing
from proofkey.doctor.transcript import login, request, response


def check(login: Login) -> Finding | None:
    """Look at the authorization request; where a token request left, the state has stopped nobody."""
    authorize = login.authorize
    if authorize is None or login.token_requests:
        return None
    state, count = authorize.get("state"), authorize.names.count("state")
    nothing = isinstance(state, Absent) or (isinstance(state, Seen) and stands_for_nothing(state.value))
    if not nothing and count < 2:
        return None
    said = words_at_authorize(login, "state-required")
    if not nothing:
        if not (stopped(login) or refused_at_authorize(login)):
            return None
        return Finding(
            PROVEN,
            f"The authorization request carries state {count} times. Servers refuse that or take either value, so the"
            " one that comes back need not be the one that the client kept.",
            (authorize.shows(f"state is there {count} times"), *((said,) if said else ())),
        )
    if not stopped(login) and said is None:
        return None
    empty = isinstance(state, Seen)
    told = said or at_the_client(login, "state-lost")
    return Finding(
        LIKELY if is_pasted(login) and not told else PROVEN,
        ("The state of the authorization request is no value" if empty else "The authorization request has no state")
        + (", and the server asks for one." if said else ", and no token request followed the callback."),
        (
            authorize.shows(
                "an empty state, or the text of a missing one" if empty else "no state among the parameters"
            ),
            *((said,) if said else ()),
        ),
    )


FAULT = Fault(
    title="The login has no state, or more than one",
    meaning=(
        "The state is a random value that the client sends along and finds again in the callback; by it the client"
        " knows that the answer belongs to its own request. Without one, a careful client stops at the callback, and a"
        " careless one lets a stranger log somebody in with a foreign code."
    ),
    fix="Make a random state per login, store it with the verifier, send it once, and compare it in the callback.",
    example_js=(
        "const state = crypto.randomUUID();\n"
        "sessionStorage.setItem(`login:${state}`, verifier);\n"
        "parameters.set('state', state); // set, not append"
    ),
    example_py='state = secrets.token_urlsafe(24)\nsession[f"login:{state}"] = verifier\nparams["state"] = state',
    wrong_fix="Switching the check off in the client: the callback then takes codes from anybody.",
    spec=("RFC 6749 10.12", "RFC 9700 2.1"),
    blame="client",
    explains=("code-not-redeemed", "state-altered", "state-mismatch", "parameter-repeated", "login-cookie-unreadable"),
    needs=("authorize",),
    check=check,
    bad=login(authorize={"state": None}, callback={"state": None}, steps=("authorize",))
    + "\n"
    + request("GET", "https://app.example/cb?code=SplxlOBeZQQYbYS6WxSbIA")
    + response(400, {"Content-Type": "text/html"}, "<!doctype html><p>state missing from the response</p>"),
    good=login(answer={}),
)
