"""A line break was hashed with the verifier, or sent inside a value (RFC 7636 4.2)."""

from __future__ import annotations

from proofkey.doctor import pair
from proofkey.doctor.fault import Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """Prove it with the verifier; the challenge's shape alone makes it likely."""
    return pair.proof(login, "challenge-newline-hashed") or pair.shape(login, "challenge-newline-hashed")


FAULT = Fault(
    title="A line break was hashed with the verifier, or sent inside a value",
    meaning=(
        "The text that was hashed ended in a line break that the sent verifier does not have (or one travels"
        " inside a value). It is invisible on a screen and changes every bit of the digest: `echo` adds one,"
        " files end in one, some base64 encoders break lines."
    ),
    fix=(
        "Hash exactly the characters that are sent: printf '%s' instead of echo, trim what comes from a file,"
        " an encoder that does not break lines."
    ),
    example_js="const verifier = (await readFile('verifier.txt', 'utf8')).trim(); // once, for both steps",
    example_py="verifier = Path('verifier.txt').read_text().strip()  # strip once, use the result for both steps",
    wrong_fix="Trimming only the verifier that is sent: the hash was taken over the untrimmed one.",
    spec=("RFC 7636 4.2",),
    blame="client",
    explains=("verifier-unrelated", "challenge-wrong-transform", "code-not-accepted"),
    needs=("authorize.code_challenge",),
    check=check,
    bad=login(authorize={"code_challenge": "AzV44Od887h21WZgjhInEFjKMEPzzLOPAksJ5Pf1eoc"}),
    good=login(answer={}),
)
