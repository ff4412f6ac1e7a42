"""The page is plain http, so the browser offers no crypto.subtle (RFC 7636 4.2, 7.2)."""

from __future__ import annotations

import re

from proofkey.doctor.address import split
from proofkey.doctor.ending import said, starting_origin
from proofkey.doctor.evidence import Absent, Evidence, Seen, text_of
from proofkey.doctor.fault import LIKELY, POSSIBLE, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.message import Message
from proofkey.doctor.pattern import Pattern
from proofkey.doctor.refusals import refused_at_authorize, words
from proofkey.doctor.steps import AuthorizeRequest
from proofkey.doctor.transcript import VERIFIER, login, request, response

_LOGIN_PAGE = Pattern(r"(?:^|[/_\-.])(?:login|sign-?in|auth|oauth2?|oidc|sso|connect)(?:[/_\-.]|$)", re.IGNORECASE)
_TOPICS = ("plain-refused", "method-refused", "challenge-refused", "challenge-missing")


def check(login: Login) -> Finding | None:
    """Find the page's origin, and a challenge that was not hashed; or no authorization request at all."""
    console = said(login, "webcrypto-missing")
    authorize = login.authorize
    if authorize is None:
        return _stopped_before(login, console)
    page = _insecure_page(login, authorize)
    if page is None:
        return None
    method = login.method
    plain = text_of(method) == "plain"
    refused = words(login, *_TOPICS)
    because = refused or console
    if plain and not because and not refused_at_authorize(login):
        return None
    if not plain and not (isinstance(method, Absent) and because):
        return None
    how = "asks for the method plain" if plain else "names no challenge method"
    return Finding(
        LIKELY,
        f"The login starts at {page.what}, an http address that is not this machine. Browsers give such a page no"
        f" crypto.subtle, so nothing can be hashed there; the authorization request {how}, and the server refused.",
        (page, *((method.shows(how),) if isinstance(method, Seen | Absent) else ()), *((refused,) if refused else ())),
    )


def _stopped_before(login: Login, console: Evidence | None) -> Finding | None:
    """Find a page of which no login ever left: the browser says why, or the page alone is to be seen."""
    if login.messages:
        return None
    pages = [each for each in login.capture.messages if _is_insecure(each.url)]
    if not pages:
        return Finding(LIKELY, _STOPPED, (console,)) if console is not None else None
    page = Evidence(pages[0].where, split(pages[0].url).origin)
    text = f"The page is at {page.what}, an http address that is not this machine. {_STOPPED}"
    sure = console is not None or any(_speaks_of_a_login(each) for each in login.capture.messages)
    return Finding(LIKELY if sure else POSSIBLE, text, (page, *((console,) if console else ())))


_STOPPED = (
    "Browsers give pages without https no crypto.subtle; the program cannot make a challenge there, and no"
    " authorization request left."
)


def _insecure_page(login: Login, authorize: AuthorizeRequest) -> Evidence | None:
    origin, known_by = starting_origin(login)
    origin = origin or split(authorize.value("redirect_uri") or "").origin
    if not _is_insecure(origin):
        return None
    where = authorize.message.where if known_by == "referer" or login.start is None else login.start.where
    return Evidence(where, origin)


def _speaks_of_a_login(message: Message) -> bool:
    address = split(message.url)
    return "/.well-known/" in address.path or _LOGIN_PAGE.search(address.path) is not None


def _is_insecure(url: str) -> bool:
    address = split(url)
    return address.scheme == "http" and not address.is_loopback


FAULT = Fault(
    title="The page is plain http, so the browser offers no crypto.subtle",
    meaning=(
        "Browsers offer the hash function only to secure pages: https, or localhost. On any other http page"
        " crypto.subtle is undefined. A library then either stops before the login begins, or falls back to the method"
        " plain, which many servers refuse."
    ),
    fix="Serve the page over https, or open it as http://localhost while you develop.",
    example_js="if (!crypto.subtle) throw new Error('This page needs https (or localhost) for the login.');",
    wrong_fix="Letting the server allow plain: then whoever sees the authorization URL can redeem the code.",
    spec=("RFC 7636 4.2", "RFC 7636 7.2"),
    blame="client",
    explains=("challenge-method-plain-refused", "challenge-missing"),
    needs=(),
    check=check,
    bad=request("GET", "http://192.168.1.20:8080/")
    + response(200, {"Content-Type": "text/html"}, "<!doctype html><title>app</title>")
    + "\n"
    + login(
        authorize={
            "redirect_uri": "http://192.168.1.20:8080/cb",
            "code_challenge": VERIFIER,
            "code_challenge_method": "plain",
        },
        callback={"code": None, "error": "invalid_request", "error_description": "code_challenge_method must be S256"},
        steps=("authorize", "callback"),
    ),
    good=login(answer={}),
)
