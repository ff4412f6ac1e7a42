"""The challenge is written in base64's own alphabet, with '+' and '/' (RFC 7636 4.2, appendix A)."""

from __future__ import annotations

from proofkey.doctor import pair
from proofkey.doctor.fault import Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """Prove it with the verifier; the challenge's shape alone makes it likely."""
    return pair.proof(login, "challenge-standard-base64") or pair.shape(login, "challenge-standard-base64")


FAULT = Fault(
    title="The challenge uses the standard base64 alphabet",
    meaning=(
        "The digest is right and stands in base64 with '+' and '/', where base64url has '-' and '_'. Three"
        " digests out of four hold one of the two characters, so the login fails most of the time and works"
        " now and then, which looks like a matter of timing."
    ),
    fix="Replace '+' by '-' and '/' by '_' and drop '=', or use an encoder for base64url.",
    example_js=(
        "const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));\n"
        "const challenge = btoa(String.fromCharCode(...new Uint8Array(digest)))\n"
        "  .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');"
    ),
    example_py="challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b'=').decode()",
    wrong_fix="Trying again until it works: one login in four has a digest without those characters.",
    spec=("RFC 7636 4.2", "RFC 7636 appendix A"),
    blame="client",
    explains=("verifier-unrelated", "challenge-wrong-transform", "code-not-accepted"),
    needs=("authorize.code_challenge",),
    check=check,
    bad=login(authorize={"code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM"}),
    good=login(answer={}),
)
