"""How a login ended at the client: whether a code came, whether anybody redeemed it, and what the application said.

A code that a back end redeems is redeemed out of sight, so that no token request follows is never a fault by itself
(RFC 6749 4.1.3).
"""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

from proofkey.doctor.address import origin_of, split
from proofkey.doctor.evidence import Absent, Evidence, Seen
from proofkey.doctor.login import Login
from proofkey.doctor.message import Message
from proofkey.doctor.pattern import Pattern
from proofkey.doctor.soundness import stands_for_nothing
from proofkey.doctor.steps import Callback

_ERROR_TARGET = Pattern(r"[?&#/](?:auth)?_?error(?:[=/?#]|$)|(?:login|sign-?in)[_-]?(?:error|failed)", re.IGNORECASE)
_CODE_MEMBER = Pattern(r"code[\"']?\s*[=:]\s*[\"']?([^\"'&\s,}]+)", re.IGNORECASE)
_STOPPED_BY_CHECK = (
    *("state-lost", "state-required", "issuer-mismatch", "cookie-unreadable", "csp", "opener-severed"),
    "webcrypto-missing",
)


def visit(login: Login) -> Callback | None:
    """Give the callback that reached the client's page with a code; None where none was delivered."""
    arrived = [each for each in login.callbacks if each.value("code") and each.answer.status != 0]
    return next(iter(arrived), None)


def stopped(login: Login) -> bool:
    """Tell whether a code came back and no token request for it is in the capture, nor a relay to a back end."""
    if login.token_requests or login.is_upstream or login.capture.cut_short:
        return False
    codes = {code for each in (*login.callbacks, *login.responses) if (code := each.value("code"))}
    return bool(codes) and not any(_hands_on(login, message, codes) for message in login.capture.messages)


def _hands_on(login: Login, message: Message, codes: set[str]) -> bool:
    """Tell whether a call of the callback page gives the code to a back end, as a member or parameter named so."""
    if message.method not in ("POST", "PUT") or split(message.url).host in login.server_hosts:
        return False
    if any(message is each.message for each in login.callbacks):
        return False
    if message.body is None:
        return any(each.value in codes and "code" in each.name.lower() for each in message.body_params or ())
    named = _CODE_MEMBER.finditer(message.body[:20_000])
    return any(found[1] in codes or unquote_plus(found[1]) in codes for found in named)


def came_without_verifier(login: Login) -> bool:
    """Tell whether the client had no verifier at the callback: it stopped, or sent none, or the text of a missing one.

    A verifier that has nothing to do with the challenge was made anew, for want of the stored one.
    """
    if stopped(login):
        return True
    challenge, verifier = login.challenge, login.verifier
    if login.token is None or not isinstance(challenge, Seen):
        return False
    if isinstance(verifier, Absent):
        return login.token.syntax not in ("empty", "other")
    return isinstance(verifier, Seen) and stands_for_nothing(verifier.value)


def refusal(login: Login) -> Evidence | None:
    """Give the place where the application refused the callback: an error status, or a redirect to an error page."""
    for each in login.callbacks:
        if (each.answer.status or 0) >= 400:
            return each.answer.shows()
        target = each.message.redirect_target
        if target and _ERROR_TARGET.search(target) and split(target).host in ("", each.address.host):
            return Evidence(f"{each.message.where}, answer", f"a redirect to {split(target).path or '/'} with an error")
    return None


def said(login: Login, *topics: str) -> Evidence | None:
    """Give the place where the application or the browser's console speaks of one of these topics."""
    from proofkey.doctor.dialects import topics_of

    for each in login.callbacks:
        if each.answer.speaks_of(*topics):
            return each.answer.shows(f"the application answers: {_plain(each.answer.description or each.answer.body)}")
        target = split(each.message.redirect_target or "")
        words = " ".join(item.value for item in target.parameters if "err" in item.name.lower())
        if words and not topics_of(None, words).isdisjoint(topics):
            return Evidence(f"{each.message.where}, answer", f"a redirect that says: {_plain(words)}")
    for part in login.fragments:
        if part.kind != "url" and not topics_of(None, part.text).isdisjoint(topics):
            return Evidence(part.where, _plain(part.text))
    return None


def names_a_check(login: Login) -> bool:
    """Tell whether the application says by itself which check of its own stopped the login."""
    return said(login, *_STOPPED_BY_CHECK) is not None


def redeems_out_of_sight(login: Login) -> bool:
    """Tell whether a program on the application's server runs this login: it redirected to the start of it."""
    start = login.start
    asked = login.authorize_hops[0].message.url if login.authorize_hops else ""
    if start is not None and asked and start.redirect_target == asked:
        return True
    return any(each.message.redirect_target for each in login.callbacks)


def starting_origin(login: Login) -> tuple[str, str]:
    """Give the origin that began the login and how it is known: "redirect", "referer" or "page"; "" where it is not.

    The origin of a server-side application is that of the URL that redirects, whatever page led to it.
    """
    first = next(iter(login.authorize_hops), None)
    if first is None:
        return "", ""
    start = login.start
    if start is not None and start.redirect_target == first.message.url:
        return split(start.url).origin, "redirect"
    referer = origin_of(first.message.request_header("referer"))
    if referer:
        return ("", "") if split(referer).host in login.server_hosts else (referer, "referer")
    if start is not None and split(start.url).is_web and split(start.url).host not in login.server_hosts:
        return split(start.url).origin, "page"
    return "", ""


def _plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]{0,200}>", " ", text[:600]).split())[:160]
