"""A 307 or 308 sent the login form's POST on to the callback (RFC 9700 4.12)."""

from __future__ import annotations

from proofkey.doctor.ending import refusal
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.steps import Callback, body_parameters
from proofkey.doctor.transcript import CODE, STATE, login, request, response

_CREDENTIALS = frozenset(
    ("password", "passwd", "pwd", "username", "login", "email", "j_password", "j_username", "otp", "loginfmt", "pin")
)


def check(login: Login) -> Finding | None:
    """Look at the status of the redirect after a POST, and at what the callback got in its body."""
    posted = next((each for each in login.callbacks if each.message.method == "POST" and each.place == "query"), None)
    redirect = next(
        (
            each
            for each in login.responses
            if each.message.method == "POST" and each.message.status in (307, 308) and each.value("code")
        ),
        None,
    )
    names = _credentials(posted) if posted is not None else []
    if redirect is None and not names:
        return None
    if login.accepted and not names:
        return None
    evidence: list[Evidence] = []
    if redirect is not None:
        evidence.append(redirect.shows(f"a POST answered with {redirect.message.status} to the callback"))
    if posted is not None:
        got = f"a POST with {', '.join(names)} in it" if names else "a POST"
        evidence.append(posted.shows(f"the callback got {got}"))
    if refused := refusal(login):
        evidence.append(refused)
    status = f"with {redirect.message.status}" if redirect is not None else "so"
    return Finding(
        PROVEN,
        f"The server redirected {status} after its form was posted, so the browser sent the form on to the callback"
        + (f", {' and '.join(names[:2])} included." if names else "."),
        tuple(evidence),
    )


def _credentials(posted: Callback) -> list[str]:
    body = body_parameters(posted.message)
    return [name for name in body.names() if name.lower() in _CREDENTIALS] if body is not None else []


FAULT = Fault(
    title="A 307 or 308 sent the login form's POST on to the callback",
    meaning=(
        "A redirect with 307 or 308 tells the browser to repeat method and body. After a sign-in form that means: the"
        " form, with the person's name and password, is posted to the client. A client that expects a GET answers"
        " with an error, and one that does not has just been given the password."
    ),
    fix="Let the server answer its forms with 303 (or 302), which turns the next request into a GET.",
    example_js="res.redirect(303, callbackUrl);",
    example_py="return RedirectResponse(callback_url, status_code=303)  # the default of 307 repeats the POST",
    wrong_fix="Accepting POST at the callback: the passwords would still be sent there.",
    spec=("RFC 9700 4.12",),
    blame="server",
    explains=("code-not-redeemed", "callback-cookie-not-sent", "login-cookie-unreadable", "popup-opener-severed"),
    even_if_accepted=True,
    needs=("callback",),
    check=check,
    bad=login(steps=("authorize",))
    + "\n"
    + request(
        "POST",
        "https://login.example/signin",
        {"Content-Type": "application/x-www-form-urlencoded"},
        "username=kim&password=correct-horse",
    )
    + response(307, {"Location": f"https://app.example/cb?code={CODE}&state={STATE}"})
    + "\n"
    + request(
        "POST",
        f"https://app.example/cb?code={CODE}&state={STATE}",
        {"Content-Type": "application/x-www-form-urlencoded"},
        "username=kim&password=correct-horse",
    )
    + response(405, {"Content-Type": "text/html"}, "<p>Cannot POST /cb</p>"),
    good=login(answer={}),
)
