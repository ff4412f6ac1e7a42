"""Parameters that a text shows apart from their request: a form, a list, an object, a value by its name."""

from __future__ import annotations

import re
from urllib.parse import quote

from proofkey.doctor.message import Fragment
from proofkey.doctor.sources.draft import Draft, query_of
from proofkey.doctor.sources.text.pairs import AUTHORIZE_ONLY
from proofkey.doctor.sources.text.reading import Reading
from proofkey.doctor.sources.text.segments import Segment
from proofkey.doctor.sources.text.urls import role_of

# What an abbreviated URL may leave out: it was written to be read.
_LEFT_OUT = frozenset(["state", "nonce", "scope", "resource", "audience", "prompt"])
_READABLE = ":/{}<>$[]%"  # what may stand in a value unescaped without being taken for another parameter
_GRANT = re.compile(r"\b(?:grant_type|code_verifier|refresh_token)\b")
_OTHER_NAMES = {
    "codeVerifier": "code_verifier", "codeChallenge": "code_challenge", "verifier": "code_verifier",
    "challenge": "code_challenge", "clientId": "client_id",
}  # fmt: skip
_VALUES = frozenset(["code_verifier", "code_challenge", "state", "nonce", "client_id", "code", "code_challenge_method"])


def take_payload(reading: Reading, text: str | None, line: int, pairs: list[tuple[str, str]] | None = None) -> None:
    """Take what a token request sends: it belongs to the request before it that shows no body."""
    draft = next(
        (d for d in reversed(reading.drafts) if d.method == "POST" and not d.has_body and not d.answered), None
    )
    if draft is None:
        draft = next(
            (d for d in reversed(reading.drafts) if d.origin == "prose" and d.method == "POST" and not d.has_body),
            None,
        )
    if draft is None:
        draft = Draft(line, "prose", "POST", reading.token_url)
        reading.drafts.append(draft)
    draft.body, draft.body_params, draft.body_line = text, pairs, line
    if reading.content_type and draft.headers is None:
        draft.headers = [("content-type", reading.content_type)]


def take_form(reading: Reading, text: str, line: int) -> None:
    """Take parameters written as in a form or a query."""
    if "response_type=" in text or ("code_challenge=" in text and "grant_type" not in text):
        base = next((d.url for d in reading.drafts if role_of(d.url) == "authorize" and not query_of(d.url)), "")
        take_request_url(reading, f"{base}?{text}", "authorize", line)
    elif _GRANT.search(text):
        take_payload(reading, text, line)


def take_pairs(reading: Reading, segment: Segment) -> None:
    """Take parameters that are listed one to a line."""
    names = {name for name, _ in segment.pairs}
    line = segment.line
    text = "&".join(
        f"{name}={value if segment.written else quote(value, safe=_READABLE)}" for name, value in segment.pairs
    )
    if names & {"grant_type", "grantType"} or {"code", "code_verifier"} <= names:
        if segment.written:
            take_payload(reading, text, line)
        else:
            take_payload(reading, None, line, segment.pairs)
    elif "response_type" in names or (names & AUTHORIZE_ONLY and {"client_id", "redirect_uri"} <= names):
        draft = next((d for d in reading.drafts if role_of(d.url) == "authorize" and not query_of(d.url)), None)
        base = draft.url if draft is not None else ""
        if draft is not None:
            reading.drafts.remove(draft)
        take_request_url(reading, f"{base}?{text}", "authorize", line)
    else:
        take_values(reading, dict(segment.pairs), line)


def take_values(reading: Reading, members: dict[str, object], line: int) -> None:
    """Take the values of a login that an object names."""
    for name, value in members.items():
        canonical = _OTHER_NAMES.get(name, name)
        if canonical in _VALUES and isinstance(value, str) and value:
            take_value(reading, canonical, value, line)


def take_value(reading: Reading, name: str, value: str, line: int) -> None:
    """Take one value that is given by its name; one that stands for another is none."""
    draft = Draft(line, "prose", "GET", f"?{name}={value}")
    if not draft.named_placeholders():
        reading.fragments.append((line, Fragment("value", value, "", 0, name)))


def take_request_url(reading: Reading, url: str, role: str, line: int) -> None:
    """Take the URL of an authorization request or a callback."""
    draft = Draft(line, "prose", "GET", url, body="")
    holes = draft.named_placeholders()
    if not holes:
        reading.fragments.append((line, Fragment("url", url, "", 0)))
        return
    if role == "authorize":
        draft.placeholders |= _LEFT_OUT - set(draft.parameters().names())
    reading.drafts.append(draft)
