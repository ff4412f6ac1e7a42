"""The code contains blanks or a line break (RFC 6749 4.1.3)."""

from __future__ import annotations

import re

from proofkey.doctor import received_code
from proofkey.doctor.evidence import Seen
from proofkey.doctor.fault import LIKELY, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.soundness import received_codes
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """Take the white space out and compare; without the callback the white space speaks for itself."""
    sent = login.observe("token.code")
    if not isinstance(sent, Seen) or not sent.value.strip():
        return None
    if compared := received_code.compared(login):
        name, sent, received = compared
        if name != "code-with-whitespace":
            return None
        if "+" in received.value and sent.value.replace(" ", "+") == received.value:
            what = "Each '+' of the received code was sent as a space: it was written into the form without encoding."
        else:
            what = f"The sent code has {_kind(sent.value)} that the received one has not."
        return Finding(PROVEN, what, (received.shows("the code as received"), sent.shows("the code as sent")))
    if re.search(r"\s", sent.value) and not received_codes(login) and "://" not in sent.value:
        return Finding(
            LIKELY, f"The code has {_kind(sent.value)} in it, which no server puts into a code.", (sent.shows("code"),)
        )
    return None


def _kind(text: str) -> str:
    if re.search(r"[\r\n]", text):
        return "a line break at its end" if text.rstrip("\r\n") == text.rstrip().strip() else "a line break"
    return "white space" if re.search(r"\s", text) else "invisible characters"


FAULT = Fault(
    title="The code contains blanks or a line break",
    meaning=(
        "The code was copied from a terminal or a page, and blanks or a line break came along, at an end or where the"
        " line was wrapped. They are part of the value that the server looks for."
    ),
    fix="Take the white space out of the code before you send it, or let the program read the callback itself.",
    example_js="const code = pasted.replace(/\\s+/g, '');",
    example_py='code = "".join(pasted.split())',
    spec=("RFC 6749 4.1.3",),
    blame="client",
    explains=("code-is-other-value", "code-not-accepted"),
    needs=("token.code",),
    check=check,
    bad=login(token={"code": "SplxlOBeZQQ\nYbYS6WxSbIA"}),
    good=login(answer={}),
)
