"""The sent code is a piece of the received one, or the received one with something around it (RFC 6749 4.1.3)."""

from __future__ import annotations

from proofkey.doctor import received_code
from proofkey.doctor.facts import characters
from proofkey.doctor.fault import PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import CODE, STATE, login


def check(login: Login) -> Finding | None:
    """Compare the two codes."""
    compared = received_code.compared(login)
    if compared is None or compared[0] != "code-truncated":
        return None
    _, sent, received = compared
    short, long = sorted((sent.value, received.value), key=len)
    if short == received.value and long.startswith(short):
        what = f"The code was sent with {characters(long[len(short) :])} behind it{_kind(long[len(short) :])}."
    elif short == received.value and short in long:
        what = "The code was sent with something around it."
    elif long.startswith(short):
        what = f"The code was cut: {characters(short)} were sent of {len(long)}."
    elif short in long:
        what = f"The code lost its beginning: {characters(short)} were sent of {len(long)}."
    else:
        what = "The code begins as the received one and ends otherwise."
    return Finding(
        PROVEN,
        f"{what} The server looks for the code as it gave it.",
        (
            received.shows(f"the code as received, {characters(received.value)}"),
            sent.shows(f"the code as sent, {characters(sent.value)}"),
        ),
    )


def _kind(tail: str) -> str:
    for mark, words in (
        ("#_=_", "the '#_=_' that some providers hang on the URL"),
        ("#", "a fragment of the URL"),
        ("&", "further parameters of the URL"),
        ("?", "a query"),
        ("%", "a percent-encoded character"),
        ("\0", "a NUL"),
        ("...", "an ellipsis"),
    ):
        if tail.startswith(mark):
            return f", {words}"
    return ""


FAULT = Fault(
    title="The code lost characters or gained a tail",
    meaning=(
        "The code was cut out of the URL by hand: a pattern that stops at the wrong character, a column or buffer of"
        " fixed width, or a pattern that runs on into '&state=' or '#_=_'. What was sent is not the code that the"
        " server gave."
    ),
    fix="Parse the callback URL with a URL library and take its code parameter whole.",
    example_js="const code = new URL(location.href).searchParams.get('code');",
    example_py='code = parse_qs(urlsplit(callback_url).query)["code"][0]',
    wrong_fix="Widening the pattern by one more character class: the next provider uses another alphabet.",
    spec=("RFC 6749 4.1.3",),
    blame="client",
    explains=("code-is-other-value", "code-not-accepted"),
    needs=("token.code", "callback.code"),
    check=check,
    bad=login(token={"code": f"{CODE}&state={STATE}"}),
    good=login(answer={}),
)
