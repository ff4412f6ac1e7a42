"""The verifier contains characters that RFC 7636 4.1 does not allow."""

from __future__ import annotations

import re

from proofkey.doctor import pair
from proofkey.doctor.evidence import Seen
from proofkey.doctor.facts import characters
from proofkey.doctor.fault import PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.soundness import pair_is_right, stands_for_nothing
from proofkey.doctor.transcript import login

_NAMES = {" ": "a space", "\n": "a line feed", "\r": "a carriage return", "\t": "a tab", "\0": "a NUL"}


def check(login: Login) -> Finding | None:
    """Name the characters that are outside A-Z a-z 0-9 - . _ ~ and say whether the pair fits all the same."""
    verifier = login.verifier
    if not isinstance(verifier, Seen) or stands_for_nothing(verifier.value):
        return None
    odd = list(dict.fromkeys(re.findall(r"[^A-Za-z0-9\-._~]", verifier.value)))
    if not odd:
        return None
    named = ", ".join(_NAMES.get(each, f"'{each}'" if each.isprintable() else f"U+{ord(each):04X}") for each in odd[:6])
    words = f"The verifier contains {named}, and a verifier has only A-Z, a-z, 0-9, '-', '.', '_' and '~'."
    raw = login.token.raw("code_verifier") if login.token is not None else None
    if " " in odd and raw is not None and "+" in raw:
        words += " It was sent with a raw '+', which a form decoder reads as a space."
    if pair_is_right(login):
        words += " The pair fits by computation; strict servers refuse it, others decode it to another text."
    elif (found := pair.found_in(login)) is not None and found.fault == "verifier-illegal-characters":
        words += f" {found.words}"
    return Finding(PROVEN, words, (verifier.shows(f"code_verifier, {characters(verifier.value)}, among them {named}"),))


FAULT = Fault(
    title="The verifier contains characters outside A-Z a-z 0-9 - . _ ~",
    meaning=(
        "Standard base64 puts '+', '/' and '=' into a verifier, and other generators put other characters there. Strict"
        " servers refuse the value; others decode it to another text than the one that was hashed, sometimes only now"
        " and then."
    ),
    fix="Make the verifier in base64url without padding, and hash exactly that text.",
    example_js="const verifier = btoa(String.fromCharCode(...bytes))\n"
    "  .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');",
    example_py="verifier = secrets.token_urlsafe(32)",
    wrong_fix="Percent-encoding the characters: after decoding the server has them again.",
    spec=("RFC 7636 4.1",),
    blame="client",
    explains=("verifier-unrelated", "challenge-wrong-transform", "server-refuses-correct-pair", "code-not-accepted"),
    needs=("token.code_verifier",),
    check=check,
    bad=login(
        authorize={"code_challenge": "uIq2YxWnFQaZrSWCHDHgH6Du_byi3stARBK2E9Wq1QU"},
        token={"code_verifier": "rf6zjwTzTMqKxomz88MY/8/w3+fwj4BlL9XPk1BQvEc="},
    ),
    good=login(answer={}),
)
