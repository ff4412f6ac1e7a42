"""A code arrived and no token request follows in the capture (RFC 6749 4.1.3)."""

from __future__ import annotations

from proofkey.doctor.arrival import came_home
from proofkey.doctor.ending import redeems_out_of_sight, refusal, stopped
from proofkey.doctor.evidence import Seen
from proofkey.doctor.fault import POSSIBLE, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """Say that the capture ends at the callback; whatever tells why is surer and takes this one's place."""
    callback = login.callback
    if callback is None or not stopped(login) or came_home(login):
        return None
    pasted = callback.message.status is None and callback.message.request_headers is None
    if pasted and (
        login.authorize is None or callback.message.placeholders or login.fragments or login.capture.code_facts
    ):
        return None  # a URL in passing: nobody looked for what came after
    if "code_verifier" in login.values:
        return None
    code = callback.get("code")
    evidence = (code.shows("a code, and no token request with it afterwards"),) if isinstance(code, Seen) else ()
    refused = refusal(login)
    if refused is not None:
        text = (
            "A code came back, the application refused the callback, and no token request is in the capture. What it"
            " refused is in its own log."
        )
    elif redeems_out_of_sight(login):
        text = (
            "A code came back to a program on the application's server. Its token request is not in the capture,"
            " because a browser does not see it; whether it worked is in that program's log."
        )
    else:
        text = (
            "A code came back and no token request follows. Either a back end redeems it out of sight, or the callback"
            " page found no pending login (new tab, cleared storage, another instance of the program) and stopped."
        )
    return Finding(POSSIBLE, text, (*evidence, *((refused,) if refused else ())))


FAULT = Fault(
    title="A code arrived and no token request follows in the capture",
    meaning=(
        "The server did its part: the code is there. It has to be redeemed with the verifier, and the capture does not"
        " show that anybody tried. Usual reasons are a callback that opened in a new tab, where the session storage is"
        " empty, a phone that ended the app while the browser was open, or a verifier in the memory of another server"
        " instance."
    ),
    fix="Record the token request of the back end, or read the console of the callback page; keep the verifier where"
    " the callback can find it.",
    example_js="const verifier = localStorage.getItem(`login:${state}`); // sessionStorage belongs to one tab\n"
    "if (!verifier) console.error('no pending login for this state');",
    wrong_fix="Looking for the fault in challenge or verifier: they have not been compared yet.",
    spec=("RFC 6749 4.1.3",),
    blame="client",
    needs=("callback",),
    check=check,
    bad=login(steps=("authorize", "callback")),
    good=login(answer={}),
)
