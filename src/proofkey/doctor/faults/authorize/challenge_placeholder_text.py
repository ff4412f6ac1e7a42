"""The challenge is empty or the printed name of a missing value (RFC 7636 4.3)."""

from __future__ import annotations

from proofkey.doctor import pair
from proofkey.doctor.fault import Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """Read the value: it is no digest of anything."""
    return pair.proof(login, "challenge-placeholder-text") or pair.shape(login, "challenge-placeholder-text")


FAULT = Fault(
    title="The challenge is empty or a printed type name",
    meaning=(
        "A variable without a value, or an object that was not unpacked, was turned into text and sent:"
        " undefined, null, [object Promise], [object ArrayBuffer]. Nothing was hashed, so no verifier can fit."
    ),
    fix="Wait for the digest (await) and send its base64url text; stop with an error if there is none.",
    example_js="const challenge = await s256(verifier); // without await this is a Promise",
    spec=("RFC 7636 4.3",),
    blame="client",
    explains=("verifier-unrelated", "challenge-wrong-transform"),
    needs=("authorize.code_challenge",),
    check=check,
    bad=login(authorize={"code_challenge": "[object Promise]"}),
    good=login(answer={}),
)
