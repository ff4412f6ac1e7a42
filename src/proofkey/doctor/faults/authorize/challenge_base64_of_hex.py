"""The challenge is base64 of the digest's hexadecimal text (RFC 7636 4.2)."""

from __future__ import annotations

from proofkey.doctor import pair
from proofkey.doctor.fault import Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """Prove it with the verifier; the challenge's shape alone makes it likely."""
    return pair.proof(login, "challenge-base64-of-hex") or pair.shape(login, "challenge-base64-of-hex")


FAULT = Fault(
    title="The challenge is base64 of the hexadecimal text",
    meaning=(
        "The hash function gave its result as hexadecimal text, and that text was base64-encoded: 86"
        " characters where 43 belong. The octets of the digest should have been encoded, not the letters that"
        " print them."
    ),
    fix=("Encode the raw octets of the digest: take the binary output of the hash function, not its hexadecimal form."),
    example_js=(
        "// crypto-js: the digest object, in its own base64url encoding\n"
        "const challenge = CryptoJS.SHA256(verifier).toString(CryptoJS.enc.Base64url);"
    ),
    example_py="digest = sha256(verifier.encode()).digest()  # not hexdigest()\n"
    "challenge = urlsafe_b64encode(digest).rstrip(b'=').decode()",
    wrong_fix="Cutting the value to 43 characters: its length becomes right and its content stays wrong.",
    spec=("RFC 7636 4.2",),
    blame="client",
    explains=("verifier-unrelated", "challenge-wrong-transform", "code-not-accepted"),
    needs=("authorize.code_challenge",),
    check=check,
    bad=login(
        authorize={
            "code_challenge": "MTNkMzFlOTYxYTFhZDhlYzJmMTZiMTBjNGM5ODJlMDg3NmE4NzhhZDZkZjE0NDU2NmVlMTg5NGFjYjcwZjljMw"
        }
    ),
    good=login(answer={}),
)
