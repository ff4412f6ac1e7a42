"""The redirect_uri is not among those that the client is registered with (RFC 6749 3.1.2.3, 4.1.2.1)."""

from __future__ import annotations

import re

from proofkey.doctor import redirects
from proofkey.doctor.address import split
from proofkey.doctor.capture import Registration
from proofkey.doctor.evidence import Evidence, Seen
from proofkey.doctor.fault import LIKELY, POSSIBLE, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.refusals import came_back, refused_at_authorize, words_at_authorize
from proofkey.doctor.transcript import login, request, response

_PARTS = {
    "redirect-uri-trailing-slash": "a slash at its end",
    "redirect-uri-scheme-differs": "the scheme",
    "redirect-uri-port-differs": "the port",
    "redirect-uri-case-differs": "upper and lower case",
    "redirect-uri-loopback-name-differs": "the name of the loopback host",
    "redirect-uri-double-encoded": "one percent-encoding too many",
    "redirect-uri-fragment": "the fragment",
}


def check(login: Login) -> Finding | None:
    """Compare with the registration; without one the server's words are all there is."""
    asked = login.observe("authorize.redirect_uri")
    if not isinstance(asked, Seen) or came_back(login):
        return None
    said = _refusal(login) or _page_that_names_it(login)
    shown = redirects.shown(asked.value)
    place = asked.shows(f"redirect_uri: {shown}")
    registration = login.registration
    listed = None
    if registration is not None and registration.client_id in (None, login.client_id):
        listed = registration.redirect_uris
    if registration is None or listed is None:
        return _by_words(login, shown, (place, said)) if said else None
    covering = [each for each in listed if covers(each, asked.value)]
    if covering and said is None:
        return None
    if covering and said and (asked.value in covering or any("*" in each for each in covering)):
        explanation = f"The registration has {shown}, and yet the server says that it is not registered."
        return Finding(POSSIBLE, explanation, (place, said))
    if said is None and not _was_refused(login):
        return None
    port, ports = split(asked.value).port, {split(each).port for each in covering}
    known = Evidence("client registration", f"redirect_uris: {', '.join(map(redirects.shown, listed)) or 'none'}")
    return Finding(
        PROVEN if not covering else LIKELY if port in ports else POSSIBLE,  # many servers let the port here differ
        f"The authorization request asks for {shown}, which is not registered.{_nearest(asked.value, listed)}"
        f"{_in_other_list(asked.value, registration)}",
        (place, known, *((said,) if said else ())),
    )


def _refusal(login: Login) -> Evidence | None:
    """Give the words about the redirect URI; invalid_grant compares the two steps, not the registration (5.2)."""
    if found := words_at_authorize(login, "redirect-unregistered"):
        return found
    answers = (each.answer for each in login.token_requests if each.answer.error != "invalid_grant")
    return next((each.shows() for each in answers if each.speaks_of("redirect-unregistered")), None)


def covers(registered: str, asked: str) -> bool:
    """Tell whether a registered URI admits the asked one: equal, by wildcard, on any loopback port (RFC 8252 7.3)."""
    if "*" in registered:
        return re.fullmatch(".*".join(map(re.escape, registered.split("*"))), asked) is not None
    one, other = split(registered), split(asked)
    return registered == asked or (
        one.is_loopback
        and one.scheme == other.scheme == "http"
        and one.host == other.host
        and (one.path or "/", one.query) == (other.path or "/", other.query)
    )


def _page_that_names_it(login: Login) -> Evidence | None:
    """Give the error page that speaks of the redirect URI and of nothing else that is known, in whatever language."""
    authorize = login.authorize
    if authorize is None or authorize.answer.topics != {"redirect-named"}:
        return None
    return authorize.answer.shows() if authorize.answer.is_error else None


def _was_refused(login: Login) -> bool:
    """Tell whether the server said no, or showed one page and nothing after it; unseen answers count as refused."""
    authorize = login.authorize
    if authorize is None or refused_at_authorize(login) or not authorize.answer.observed:
        return True
    return authorize.answer.status == 200 and not login.pages


def _by_words(login: Login, shown: str, evidence: tuple[Evidence, ...]) -> Finding:
    ambiguous = words_at_authorize(login, "client-unknown") is not None
    other = " or the client_id" if ambiguous else ""
    another = login.registration is not None and login.registration.client_id not in (None, login.client_id)
    return Finding(
        POSSIBLE if ambiguous and another else LIKELY,
        f"The server refuses the redirect_uri {shown}{other} and does not redirect, as it must for one that it does"
        " not know.",
        evidence,
    )


def _nearest(asked: str, listed: tuple[str, ...]) -> str:
    if not listed:
        return " No redirect URI is registered at all."
    from difflib import SequenceMatcher  # slow to load, and seldom needed

    nearest = max(listed, key=lambda each: SequenceMatcher(None, each, asked).ratio())
    part = _PARTS.get(redirects.difference(nearest, asked) or "")
    return f" The nearest registered one is {redirects.shown(nearest)}{f': {part} differs' if part else ''}."


def _in_other_list(asked: str, registration: Registration) -> str:
    for name, value in registration.members.items():
        other = isinstance(value, list) and "redirect" not in name.lower().replace("post_logout_redirect", "")
        if other and (asked in value or split(asked).origin in value):
            return f" It stands in {name}, which is another list."
    return ""


_REFUSED = request(
    "GET",
    "https://login.example/oauth/authorize?response_type=code&client_id=app&state=af0ifjsldkjJ2fK3"
    "&redirect_uri=https%3A%2F%2Fapp.example%2Fcb"
    "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256",
) + response(400, {"Content-Type": "text/html"}, "<!doctype html><p>Invalid parameter: redirect_uri</p>")

FAULT = Fault(
    title="The redirect_uri is not in the client's registration",
    meaning=(
        "The server compares the redirect_uri of the request, as a text, with those registered for this client, and"
        " found none that is equal. It shows a page of its own and does not redirect: sending people to an address"
        " that it does not know would hand codes to strangers."
    ),
    fix="Register the redirect_uri exactly as the request has it, or send a registered one: every character counts.",
    wrong_fix="Registering a wildcard: whoever gets a page under it gets codes, and most servers refuse it.",
    spec=("RFC 6749 3.1.2.3", "RFC 6749 4.1.2.1", "RFC 9700 2.1"),
    blame="registration",
    explains=("client-unknown", "wrong-host", "code-not-redeemed"),
    needs=("authorize.redirect_uri",),
    check=check,
    registration='{"client_id": "app", "redirect_uris": ["http://app.example/cb"]}',
    bad=_REFUSED,
    good=login(answer={}),
)
