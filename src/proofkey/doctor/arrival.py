"""Whether a back end that redeems out of sight let the person in (RFC 6749 4.1.3)."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from proofkey.doctor import cookies
from proofkey.doctor.address import split
from proofkey.doctor.answer import Answer
from proofkey.doctor.ending import refusal
from proofkey.doctor.login import Login
from proofkey.doctor.message import Message
from proofkey.doctor.pattern import Pattern

_OUTSIDE = Pattern(r"log-?in|log-?out|sign-?in|error|fail|denied", re.IGNORECASE)


def came_home(login: Login) -> bool:
    """Tell whether the callback was answered with a cookie and the way to a page of the application, which came.

    Whoever failed is sent to the sign-in page, is told an error, or begins to log in again.
    """
    visit = next(reversed(login.callbacks), None)  # an earlier one may have led to it (http to https, a slash)
    if visit is None or login.token_requests or refusal(login) is not None or not visit.value("code"):
        return False
    target = visit.message.redirect_target
    keeps = any(not each.is_removed for each in cookies.set_by(visit.message))
    if not target or (cookies.are_recorded(login.capture) and not keeps):
        return False
    there = split(urljoin(visit.url, target))
    landed = _page_after(login, visit.number, there.text)
    if landed is None or there.host != visit.address.host or _OUTSIDE.search(there.path + there.query):
        return False
    again = any(hop.number > visit.number for other in login.others for hop in other.authorize_hops[:1])
    return not again and 200 <= (landed.status or 0) < 300 and not Answer(landed).topics


def _page_after(login: Login, number: int, url: str) -> Message | None:
    later = (message for message in login.capture.messages if message.number > number)
    return next((message for message in later if message.url == url), None)
