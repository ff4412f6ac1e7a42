"""The token request names the redirect_uri of another login in the capture (RFC 6749 4.1.3)."""

from __future__ import annotations

from proofkey.doctor import redirects
from proofkey.doctor.evidence import Seen
from proofkey.doctor.fault import Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import STATE, login, request, response


def check(login: Login) -> Finding | None:
    """Where the two values are of different places, look for the second one among the other logins."""
    repeated = login.observe("token.redirect_uri")
    if not isinstance(repeated, Seen):
        return None
    owner = next(
        (
            request
            for other in login.others
            for request in (*other.authorize_hops, *other.pushed)
            if request.value("redirect_uri") == repeated.value
        ),
        None,
    )
    if owner is None:
        return None
    found = redirects.finding(
        login,
        "redirect-uri-differs",
        "This login was started with {asked}; its token request says {repeated}, the redirect_uri of another login that"
        f" was started at {owner.message.where}.",
    )
    if found is None:
        return None
    evidence = (*found.evidence, owner.shows(f"redirect_uri: {redirects.shown(repeated.value)}"))
    return Finding(found.certainty, found.explanation, evidence)


FAULT = Fault(
    title="The redirect_uri belongs to another login in the capture",
    meaning=(
        "Two logins ran side by side and share one stored request, so the code of one was redeemed with the"
        " redirect_uri of the other. The server kept the redirect_uri with the code and refuses any other."
    ),
    fix="Key the stored request by the state of its login, or use one redirect page for all.",
    example_js="const pending = JSON.parse(sessionStorage.getItem(`pkce:${params.get('state')}`));",
    example_py='pending = session.pop(f"pkce:{state}")  # redirect_uri and verifier of this very login',
    wrong_fix="Registering both pages: they are registered; the code belongs to one of them.",
    spec=("RFC 6749 4.1.3",),
    blame="client",
    explains=("redirect-uri-differs", "redirect-uri-altered-by-server", "code-not-accepted"),
    needs=("authorize.redirect_uri", "token.redirect_uri"),
    check=check,
    bad=login(steps=("authorize",))
    + "\n"
    + request(
        "GET",
        "https://login.example/oauth/authorize?response_type=code&client_id=app&state=second&scope=openid"
        "&redirect_uri=https%3A%2F%2Fapp.example%2Fother&code_challenge_method=S256"
        "&code_challenge=JuMuRRUxLAbzJvsZUTlvYlBam7VnoY1vlU07xADovko",
    )
    + response(302, {"Location": "https://login.example/signin"})
    + "\n"
    + request("GET", f"https://app.example/cb?code=SplxlOBeZQQYbYS6WxSbIA&state={STATE}")
    + response(200, {"Content-Type": "text/html"}, "<!doctype html><title>app</title>")
    + "\n"
    + login(steps=("token",), token={"redirect_uri": "https://app.example/other"}),
    good=login(answer={}),
)
