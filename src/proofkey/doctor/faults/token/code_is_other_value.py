"""Something that is not the code of the callback was sent as code (RFC 6749 4.1.3)."""

from __future__ import annotations

import re

from proofkey.doctor import received_code
from proofkey.doctor.evidence import Absent, Evidence, Seen
from proofkey.doctor.facts import characters
from proofkey.doctor.fault import PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.pattern import Pattern
from proofkey.doctor.soundness import (
    is_legal_verifier,
    is_readable,
    received_codes,
    shown_parameters,
    stands_for_nothing,
)
from proofkey.doctor.steps import Step, TokenRequest
from proofkey.doctor.transcript import STATE, login

_PLACEHOLDER = Pattern(
    r"(?:[a-z]{2,16}[_\- ]){0,3}(?:auth(?:ori[sz]ation)?)?code(?:[_\- ][a-z]{1,12}){0,4}"
    r"|x{3,}|\.{3,}|test|string|<.*>|\{.*\}|\[.*\]",
    re.IGNORECASE,
)


def check(login: Login) -> Finding | None:
    """Compare the sent code with the received one; what is only damaged has faults of its own."""
    token = login.token
    if token is None or not is_readable(token):
        return None
    callback, sent = login.callback, login.observe("token.code")
    received = received_codes(login)
    if callback is not None and not received and isinstance(callback.get("error"), Seen):
        return None  # the authorization failed before: that is the fault
    if isinstance(sent, Absent):
        return _told(received[0], sent, "there is no code at all in the token request") if received else None
    if not isinstance(sent, Seen):
        return _unfilled(token, received)
    if any(each.value == sent.value for each in received):
        return None
    if not sent.value.strip():
        return _told(received[0] if received else None, sent, "the code parameter is empty")
    if stands_for_nothing(sent.value) or _PLACEHOLDER.fullmatch(sent.value.strip()):
        what = f"the text {sent.value.strip()[:40]!r} stands where the code belongs"
        return _told(received[0] if received else None, sent, what)
    if not received:
        is_url = "://" in sent.value or re.search(r"[?&]code=", sent.value) is not None
        return _told(None, sent, "a URL was sent as the code") if is_url else None
    compared = received_code.compared(login)
    if compared is None or compared[0] != "code-is-other-value":
        return None
    _, _, nearest = compared
    return _told(nearest, sent, _nature(login, sent.value, nearest.value))


def _unfilled(token: TokenRequest, received: list[Seen]) -> Finding | None:
    """Name a placeholder that was sent: all else in the request is real, and so is the code of the callback."""
    verifier = token.get("code_verifier")
    rest = token.message.placeholders - {"client_id", "redirect_uri"}
    if rest != {"code"} or not received or not isinstance(verifier, Seen) or not is_legal_verifier(verifier.value):
        return None
    text = next((each.value for each in token.parameters or () if each.name == "code"), "").strip()
    if not _PLACEHOLDER.fullmatch(text):
        return None
    sent = Seen(text, f"{token.message.where}, {token.place}: code")
    return _told(received[0], sent, f"the text {text[:40]!r} stands where the code belongs")


def _nature(login: Login, sent: str, received: str) -> str:
    steps: list[Step] = [*login.authorize_hops, *login.callbacks, *login.responses, *login.token_requests]
    for step in steps:
        for each in shown_parameters(step):
            if each.value == sent and each.name != "code":
                return f"the {each.name[:40]} was sent as the code"
    if "://" in sent or sent.startswith(("/", "?")):
        return "a URL was sent as the code"
    if re.fullmatch(r"eyJ[\w\-]+\.[\w\-]+\.[\w\-]*", sent):
        return "a token (a JWT) was sent as the code"
    if sent.casefold() == received.casefold():
        return "the code was sent with the case of its letters changed"
    return f"a value of {characters(sent)} was sent that has nothing in common with the received code"


def _told(received: Seen | None, sent: Seen | Absent, what: str) -> Finding:
    evidence: list[Evidence] = []
    if received is not None:
        evidence.append(received.shows(f"the code as received, {characters(received.value)}"))
    before = "The callback brought a code, and " if received else ""
    text = f"{before}{what}."
    return Finding(PROVEN, text[0].upper() + text[1:], (*evidence, sent.shows(what)))


FAULT = Fault(
    title="Something that is not the code was sent as code",
    meaning=(
        "The value in the token request is not the code that the callback brought: the whole URL, a token, a session"
        " id, the text of a missing variable or a placeholder of an example. The server knows no such code."
    ),
    fix="Send the value of the parameter code of the callback, and nothing else.",
    example_js="const code = new URL(location.href).searchParams.get('code');",
    example_py='code = request.args["code"]',
    wrong_fix="Starting over with a fresh code: the next request sends the same wrong variable.",
    spec=("RFC 6749 4.1.3",),
    blame="client",
    explains=("code-not-accepted", "code-expired"),
    needs=("token",),
    check=check,
    bad=login(token={"code": STATE}),
    good=login(answer={}),
)
