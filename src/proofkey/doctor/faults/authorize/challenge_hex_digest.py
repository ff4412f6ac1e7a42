"""The challenge is the digest in hexadecimal instead of base64url (RFC 7636 4.2)."""

from __future__ import annotations

from proofkey.doctor import pair
from proofkey.doctor.fault import Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """Prove it with the verifier; the challenge's shape alone makes it likely."""
    return pair.proof(login, "challenge-hex-digest") or pair.shape(login, "challenge-hex-digest")


FAULT = Fault(
    title="The challenge is the hexadecimal digest",
    meaning=(
        "The right hash was taken, but it was written as 64 hexadecimal digits. The server writes the 32"
        " octets of its own hash in base64url, 43 characters, and compares the two texts: they never agree."
    ),
    fix=("Encode the 32 raw octets of the digest in base64url; do not ask the hash function for hexadecimal."),
    example_js=(
        "import { createHash } from 'node:crypto';\n"
        "const challenge = createHash('sha256').update(verifier).digest('base64url'); // not digest('hex')"
    ),
    example_py="digest = sha256(verifier.encode()).digest()  # not hexdigest()\n"
    "challenge = urlsafe_b64encode(digest).rstrip(b'=').decode()",
    wrong_fix="Putting base64 around the hexadecimal text: that gives 86 characters of the wrong thing.",
    spec=("RFC 7636 4.2",),
    blame="client",
    explains=("verifier-unrelated", "challenge-wrong-transform", "code-not-accepted"),
    needs=("authorize.code_challenge",),
    check=check,
    bad=login(authorize={"code_challenge": "13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3"}),
    good=login(answer={}),
)
