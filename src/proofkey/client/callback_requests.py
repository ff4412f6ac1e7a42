"""Which request to a loopback listener answers the login, and what every other one is told (RFC 8252 7.3, 8.10).

A browser asks for icons and prefetches, port scanners ask for anything, pages on the web may try: none of that ends the
wait. Pages are fixed texts; nothing of a request is ever written into one.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from proofkey.core.params import MalformedForm, Params

MAX_TARGET = 16_384  # characters

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
body {{ font: 1.1rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 20vh auto; padding: 0 1rem; }}
:root {{ color-scheme: light dark; }}</style></head><body><main><h1>{title}</h1><p>{text}</p></main></body></html>
"""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the browser is answered; `callback` is set for the answer to the login."""

    status: int
    page: str
    callback: str | None = None


@dataclass(frozen=True, slots=True)
class Awaited:
    """The login that is under way."""

    redirect_uri: str
    state: str


def page(title: str, text: str) -> str:
    """Write a page from texts of ours."""
    return _PAGE.format(title=title, text=text)


ARRIVED = page(
    "The answer has arrived", "Return to the program that you started the login from; you can close this window."
)
REFUSED = page(
    "The login did not succeed",
    "Return to the program that you started the login from: it says why. This window may close.",
)
NOT_THIS = page("This is not the answer to the login under way", "The program that you started it from still waits.")
NOT_HERE = page("There is nothing here", "A program waits here for the answer to a login.")
NOT_SO = page("This is not how an answer comes", "A program waits here for the answer to a login.")


def judge(method: str, target: str, headers: Mapping[str, str], awaited: Awaited) -> Reply:
    """Decide about one request; `headers` by lower-case names."""
    expected = urlsplit(awaited.redirect_uri)
    if headers.get("host") != expected.netloc:
        return Reply(421, NOT_HERE)  # somebody else's name for this address: DNS rebinding
    path, _, query = target.partition("?")
    if path != (expected.path or "/"):
        return Reply(404, NOT_HERE)
    if method != "GET":
        return Reply(405, NOT_SO)
    if len(target) > MAX_TARGET:
        return Reply(414, NOT_SO)
    if "prefetch" in headers.get("sec-purpose", headers.get("purpose", "")).lower():
        return Reply(503, NOT_SO)  # the person has not gone here yet; the visit itself will follow
    answer = _params(query)
    if answer is None or not is_answer(answer, awaited):
        return Reply(400, NOT_THIS)
    return Reply(200, ARRIVED if answer.get("code") else REFUSED, f"{awaited.redirect_uri}?{query}")


def is_answer(answer: Params, awaited: Awaited) -> bool:
    """Tell whether parameters carry the state of this login, and a code or an error."""
    state = answer.get("state") or ""
    ours = hmac.compare_digest(state.encode(), awaited.state.encode())
    return ours and bool(answer.get("code") or answer.get("error"))


def read_pasted(text: str, awaited: Awaited) -> str | None:
    """Give the callback URL that a person copied from the address bar, or None where it is another."""
    pasted = text.strip().strip("<>\"'")
    where, _, query = pasted.partition("?")
    answer = _params(query.partition("#")[0])
    if len(pasted) > MAX_TARGET or where != awaited.redirect_uri or answer is None or not is_answer(answer, awaited):
        return None
    return f"{awaited.redirect_uri}?{query.partition('#')[0]}"


def _params(query: str) -> Params | None:
    try:
        return Params.parse(query)
    except MalformedForm:
        return None
