"""The server answered one authorization twice (RFC 6749 4.1.2)."""

from __future__ import annotations

from itertools import combinations

from proofkey.doctor.ending import stopped
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.facts import gap
from proofkey.doctor.fault import PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.steps import Callback
from proofkey.doctor.transcript import CODE, STATE, login, request, response, token_request


def check(login: Login) -> Finding | None:
    """Look for two redirects of the server to the callback, with one state, and for harm that came of them."""
    visits = {each.number for each in login.callbacks}
    sent = [each for each in login.responses if each.value("code") and each.number not in visits]
    for first, second in combinations(sent, 2):
        if not _is_again(login, first, second):
            continue
        harm = _harm(login, first, second)
        if harm is None:
            continue
        codes = "the same code" if first.value("code") == second.value("code") else "another code"
        later = gap(second.seconds_after(first), " {} later")
        return Finding(
            PROVEN,
            f"The server redirected to the callback twice in one authorization: with a code, and{later} with {codes}.",
            (
                first.shows("first redirect with a code"),
                second.shows(f"second redirect, {codes}, same state"),
                *harm,
            ),
        )
    return None


def _is_again(login: Login, first: Callback, second: Callback) -> bool:
    if first.address.without_query != second.address.without_query or first.value("state") != second.value("state"):
        return False
    if first.message.redirect_target == second.message.url or first.url == second.message.url:
        return False  # one redirect led to the other
    hops = [each.number for each in login.authorize_hops]
    return not any(first.number < hop <= second.number for hop in hops)


def _harm(login: Login, first: Callback, second: Callback) -> tuple[Evidence, ...] | None:
    """Give what went wrong by it; None where the second answer was simply left alone."""
    refused = [each for each in login.token_requests if each.answer.refused]
    codes = {first.value("code"), second.value("code")}
    if spent := [each for each in refused if each.value("code") in codes]:
        return (spent[-1].answer.shows(),)
    visited = [each for each in login.callbacks if each.answer.is_error and each.value("code") in codes]
    if visited:
        return (visited[-1].answer.shows(),)
    return () if stopped(login) else None


FAULT = Fault(
    title="The server answered one authorization twice",
    meaning=(
        "One authorization has one answer. Here the server sent two, mostly because a button of its sign-in or consent"
        " page was pressed twice. The client handles the first and meets the second with a state and a verifier that"
        " are already used; with some servers the second code makes the first one worthless."
    ),
    fix="Disable the button of the form after the first click; in the client take the first answer for a state and"
    " leave the others alone.",
    example_js="form.addEventListener('submit', () => { button.disabled = true; });",
    example_py='login = session.pop(f"login:{state}", None)\nif login is None:\n    return redirect("/")'
    "  # a second answer: already handled",
    spec=("RFC 6749 4.1.2",),
    blame="server",
    explains=(
        *("callback-replayed", "code-redeemed-twice", "code-burned-by-failed-attempt", "code-not-accepted"),
        *("verifier-unrelated", "code-not-redeemed", "state-overwritten-by-other-login"),
    ),
    even_if_accepted=True,
    needs=("callback.code",),
    check=check,
    bad="\n".join(
        (
            login(steps=("authorize",)),
            request("POST", "https://login.example/signin", {"Content-Type": "text/plain"}, "a=b")
            + response(302, {"Location": f"https://app.example/cb?code={CODE}&state={STATE}"}),
            request("POST", "https://login.example/signin", {"Content-Type": "text/plain"}, "a=b")
            + response(302, {"Location": f"https://app.example/cb?code=second-code-77Qz&state={STATE}"}),
            token_request(answer={}),
            token_request({"code": "second-code-77Qz"}),
        )
    ),
    good=login(answer={}),
)
