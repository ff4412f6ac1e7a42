"""The body is a form, and its content type is missing or another one (RFC 6749 4.1.3)."""

from __future__ import annotations

import re

from proofkey.doctor.echoes import UNREAD
from proofkey.doctor.evidence import Absent, Evidence, Seen
from proofkey.doctor.fault import LIKELY, POSSIBLE, PROVEN, Certainty, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.soundness import is_readable
from proofkey.doctor.steps import FORM_TYPE, TokenRequest
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """Compare the media type with the body; a text that shows hardly any header may have left it out."""
    token = login.token
    if token is None or token.syntax != "form" or token.in_query or token.message.method != "POST":
        return None
    if not is_readable(token):
        return None
    header = token.content_type
    match header:
        case Seen(value):
            kind = value.partition(";")[0].strip().lower()
            if kind == FORM_TYPE:
                return None
            certainty = LIKELY if kind.startswith(FORM_TYPE) else PROVEN
            what = f"Content-Type is {value[:80]!r}" if value.strip() else "Content-Type is empty"
        case Absent():
            certainty, what = _when_absent(login, token), "there is no Content-Type header"
        case _:
            return None
    near = _misspelt_header(token)
    if near:
        what += f"; there is a header {near[:40]!r}"
    return Finding(
        certainty,
        f"The body is a proper form, but {what}. The server picks its parser by that header, so it does not read the"
        " parameters.",
        (
            header.shows(what) if not isinstance(header, Absent) else Evidence(header.where, what),
            token.shows(f"the body is a form: {', '.join(dict.fromkeys(token.names))}"),
        ),
    )


def _when_absent(login: Login, token: TokenRequest) -> Certainty:
    """Judge a missing header: proof in a recording; in a text people leave headers out."""
    shown = [name for name, _ in token.message.request_headers or () if name not in ("host", "content-length")]
    if token.answer.speaks_of("grant-type", "body-not-form", "parameter-missing") or token.answer.status == 415:
        return PROVEN if shown else LIKELY
    if "text" in login.capture.sources and len(shown) < 2:
        return POSSIBLE
    return PROVEN if shown else LIKELY


def _misspelt_header(token: TokenRequest) -> str:
    for name, value in token.message.request_headers or ():
        if name in ("content-type", "accept", "referer", "user-agent"):
            continue
        if FORM_TYPE in f"{name}{value}".lower() or re.fullmatch(r"content[_\- ]?type", name):
            return name
    return ""


FAULT = Fault(
    title="The form body has no or a wrong content type",
    meaning=(
        "The parameters are encoded as they should be, but the header does not say so. fetch() sends a string body as"
        " text/plain, some clients send nothing, and a typing mistake in the header has the same effect: the server"
        " does not parse the body and reports missing parameters."
    ),
    fix="Send Content-Type: application/x-www-form-urlencoded, or hand the library a form object that sets it.",
    example_js="await fetch(tokenUrl, { method: 'POST', body: new URLSearchParams(params) }); // not params.toString()",
    example_py="httpx.post(token_url, data=params)  # a dict; content= sets no header",
    wrong_fix="Adding the parameters that the server calls missing: they are all there, and unread.",
    spec=("RFC 6749 4.1.3", "RFC 6749 appendix B"),
    blame="client",
    explains=UNREAD,
    needs=("token",),
    check=check,
    bad=login(
        content_type="text/plain;charset=UTF-8",
        answer={"error": "invalid_request", "error_description": "Missing grant type"},
    ),
    good=login(answer={}),
)
