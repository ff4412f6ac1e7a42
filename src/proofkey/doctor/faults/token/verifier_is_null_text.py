"""The verifier is empty, or the text that a program prints for a missing value (RFC 7636 4.1)."""

from __future__ import annotations

from proofkey.doctor.evidence import Seen
from proofkey.doctor.fault import PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.soundness import stands_for_nothing
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """Look at the verifier alone."""
    verifier = login.verifier
    if not isinstance(verifier, Seen) or not stands_for_nothing(verifier.value):
        return None
    what = f"the text {verifier.value.strip()[:40]!r}" if verifier.value.strip() else "empty"
    return Finding(
        PROVEN,
        f"code_verifier is {what}: at the callback the program had no verifier and sent the absence itself.",
        (verifier.shows(f"code_verifier is {what}"),),
    )


FAULT = Fault(
    title="The verifier is empty or the text of a missing value",
    meaning=(
        "The place where the verifier was stored gave nothing at the callback, and the empty value was turned into text"
        " and sent. The storage belongs to another origin or tab, was cleared or overwritten meanwhile, or was not yet"
        " written when the browser left the page."
    ),
    fix="Find out why the storage was empty, and stop with a clear message when it is, before any request leaves.",
    example_js="const verifier = sessionStorage.getItem(`pkce:${state}`);\n"
    "if (!verifier) throw new Error('No login was started in this tab; start again.');",
    example_py='verifier = session.pop(f"pkce:{state}", None)\nif not verifier:\n    return redirect("/login")',
    wrong_fix="Making a new verifier at the callback: it cannot fit the challenge that was sent before.",
    spec=("RFC 7636 4.1", "RFC 7636 4.5"),
    blame="client",
    explains=(
        *(
            "verifier-too-short",
            "verifier-illegal-characters",
            "verifier-unrelated",
            "verifier-without-challenge",
            "code-not-accepted",
        ),
        *("verifier-quoted", "code-not-accepted"),
    ),
    needs=("token.code_verifier",),
    check=check,
    bad=login(token={"code_verifier": "undefined"}),
    good=login(answer={}),
)
