"""The preflight of the token call was redirected (Fetch 4.8)."""

from __future__ import annotations

from proofkey.doctor.address import split, without_parameters
from proofkey.doctor.dialects import topics_of
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import LIKELY, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login, request, response


def check(login: Login) -> Finding | None:
    """The OPTIONS got a 3xx; else the console says so."""
    token = login.token
    if token is not None and token.answer.observed:
        return None
    for preflight in reversed(login.preflights):
        if preflight.answer.status in range(300, 400):
            target = preflight.message.redirect_target or ""
            told = f" to {without_parameters(target)}" if target else ""
            return Finding(
                PROVEN,
                f"The browser's OPTIONS to {without_parameters(preflight.message.url)} was redirected{told}. A"
                " preflight may not be redirected, so the browser stopped, and the POST never left.",
                (Evidence(f"{preflight.message.where}, answer", f"status {preflight.answer.status}{told}"),),
                f"Call {without_parameters(target)} at once." if split(target).host else "",
            )
    for fragment in login.fragments:
        if "preflight-redirect" in topics_of(None, fragment.text):
            words = "The browser's console says that the preflight of the token request was redirected."
            return Finding(LIKELY, words, (Evidence(fragment.where, "a console line about the preflight"),))
    return None


FAULT = Fault(
    title="The preflight was redirected",
    meaning=(
        "The URL that the page calls is not the final one: http in place of https, a slash too many or too few, an old"
        " host. A browser follows redirects for ordinary requests, but not for the OPTIONS that asks for permission."
    ),
    fix="Call the final URL of the token endpoint, as the server's metadata has it.",
    example_js="const { token_endpoint } = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();",
    wrong_fix="Adding CORS headers to the redirect: it is refused with them, too.",
    spec=("Fetch 4.8",),
    blame="client",
    explains=("cors-preflight-refused", "cors-answer-unreadable", "server-unavailable", "code-not-redeemed"),
    needs=(),
    check=check,
    bad=login(steps=("authorize", "callback"))
    + "\n"
    + request(
        "OPTIONS",
        "http://login.example/oauth/token",
        {
            "Origin": "https://app.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "x-app",
        },
    )
    + response(301, {"Location": "https://login.example/oauth/token"}),
    good=login(answer={}),
)
