"""The login starts on one origin and returns to another (RFC 6749 4.1.1): storage and cookies stay behind."""

from __future__ import annotations

from proofkey.doctor.address import Address, split
from proofkey.doctor.cookies import sent_in, set_at_start
from proofkey.doctor.ending import (
    came_without_verifier,
    redeems_out_of_sight,
    refusal,
    starting_origin,
    stopped,
    visit,
)
from proofkey.doctor.evidence import Evidence, Seen
from proofkey.doctor.fault import LIKELY, POSSIBLE, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import CODE, STATE, login, request, response, token_request


def check(login: Login) -> Finding | None:
    """Compare the origin that began the login with that of the redirect URI; the verifier must be missing."""
    redirect = login.observe("authorize.redirect_uri")
    origin, known_by = starting_origin(login)
    if not isinstance(redirect, Seen) or not _without_verifier(login):
        return None
    start, target = split(origin), split(redirect.value)
    if not target.is_web or not start.is_web or target.origin == start.origin or _kept_its_cookie(login):
        return None
    if target.is_loopback and not start.is_loopback:
        return None  # the listener of a program on this machine (RFC 8252 7.3)
    how = _relation(start, target)
    if how is None and (known_by == "page" or not came_without_verifier(login)):
        return None  # merely the page before: it may be anybody's
    silent = stopped(login) and refusal(login) is None
    if silent and how is None and redeems_out_of_sight(login):
        return None  # a back end of its own that took the code
    begun = login.authorize_hops[0].message if known_by == "referer" or login.start is None else login.start
    evidence: list[Evidence] = [
        Evidence(begun.where, f"the login begins at {origin}"),
        redirect.shows(f"the code goes to {target.origin}"),
    ]
    if refused := refusal(login):
        evidence.append(refused)
    return Finding(
        POSSIBLE if silent and how is None and not start.is_loopback else LIKELY,
        f"The login begins at {origin} and the code comes back to {target.origin}{how or ''}. What the first page"
        " stored is not there at the second, so there is no verifier.",
        tuple(evidence),
    )


def _kept_its_cookie(login: Login) -> bool:
    """Tell whether the cookie of the start came back with the callback, so that nothing was left behind."""
    arrived = visit(login)
    if arrived is None:
        return False
    cookies = sent_in(arrived.message) or {}
    return any(cookies.get(each.name) == each.value for each in set_at_start(login))


def _without_verifier(login: Login) -> bool:
    from proofkey.doctor import pair
    from proofkey.doctor.soundness import is_legal_verifier

    if came_without_verifier(login):
        return True
    challenge, verifier = login.challenge, login.verifier
    if not isinstance(challenge, Seen) or not isinstance(verifier, Seen) or not is_legal_verifier(verifier.value):
        return False
    # else it was made anew at the callback
    return pair.found_in(login) is None and pair.request_of_other_login(login) is None


def _relation(start: Address, target: Address) -> str | None:
    """Say how two origins are nearly the same; None where they are strangers."""
    if start.host == target.host:
        return ": another scheme" if start.scheme != target.scheme else ": another port"
    if start.is_loopback and target.is_loopback:
        return ": another name of the same machine, and another origin"
    if start.host.removeprefix("www.") == target.host.removeprefix("www."):
        return ": with and without www."
    if start.host.endswith(f".{target.host}") or target.host.endswith(f".{start.host}"):
        return ": another host of the same domain"
    parents = start.host.partition(".")[2], target.host.partition(".")[2]
    if parents[0] == parents[1] and "." in parents[0]:
        return ": another host of the same domain"
    return None


FAULT = Fault(
    title="The login starts on one origin and returns to another",
    meaning=(
        "Browsers keep storage, and most cookies, for each origin apart: scheme, host and port. localhost and"
        " 127.0.0.1, with and without www, http and https, a preview and the live site are different origins. The"
        " verifier and the state that the first one stored do not exist where the code arrives."
    ),
    fix="Use one address everywhere: begin the login at the origin of the redirect URI, and redirect all other"
    " spellings there before it begins.",
    example_js="if (location.origin !== new URL(redirectUri).origin) {\n"
    "  location.replace(new URL(redirectUri).origin + location.pathname); // before the login begins\n}",
    example_py='if request.host != HOST:\n    return redirect(f"https://{HOST}{request.path}", 308)',
    wrong_fix="Carrying the verifier along in the URL: everybody who sees the URL can then redeem the code.",
    spec=("RFC 6749 4.1.1",),
    blame="client",
    explains=(
        *("verifier-is-null-text", "verifier-missing", "verifier-unrelated", "code-not-redeemed", "code-not-accepted"),
        *("login-cookie-never-set", "callback-cookie-not-sent"),
    ),
    needs=("authorize.redirect_uri", "callback.code"),
    check=check,
    bad=request(
        "GET",
        "https://login.example/oauth/authorize?response_type=code&client_id=app&scope=openid&state=" + STATE + "&"
        "redirect_uri=http%3A%2F%2F127.0.0.1%3A5173%2Fcb"
        "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256",
        {"Referer": "http://localhost:5173/"},
    )
    + response(302, {"Location": "https://login.example/signin"})
    + "\n"
    + request("GET", f"http://127.0.0.1:5173/cb?code={CODE}&state={STATE}")
    + response(200, {"Content-Type": "text/html"}, "<!doctype html><title>app</title>")
    + "\n"
    + token_request({"code_verifier": "null", "redirect_uri": "http://127.0.0.1:5173/cb"}),
    good=login(answer={}),
)
