"""The verifier comes from a random source that can be guessed (RFC 7636 7.1)."""

from __future__ import annotations

from proofkey.doctor.fault import Fault, Finding
from proofkey.doctor.login import Login


def check(login: Login) -> Finding | None:
    """Traffic cannot show where a value came from; only code does (source_code/rules/verifier.py)."""
    return None


_MADE_BY_HAND = """const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
function makeVerifier() {
  let codeVerifier = '';
  for (let i = 0; i < 64; i++) {
    codeVerifier += alphabet.charAt(Math.floor(Math.random() * alphabet.length));
  }
  return codeVerifier;
}
"""
_MADE_RIGHT = """function makeVerifier() {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes)).replace(/\\+/g, '-').replace(/\\//g, '_').replace(/=+$/, '');
}
"""

FAULT = Fault(
    title="The verifier comes from a random source that can be guessed",
    meaning=(
        "Math.random, Python's random and the clock are not made for secrets: who sees some of their values can compute"
        " the others. The login works, but the proof is worth little, since a stranger with the code may find the"
        " verifier too."
    ),
    fix="Take 32 bytes from crypto.getRandomValues (or secrets.token_bytes) and write them in base64url.",
    example_js="const bytes = crypto.getRandomValues(new Uint8Array(32));",
    example_py="code_verifier = secrets.token_urlsafe(32)",
    wrong_fix="Making the verifier longer: a guessable source stays guessable.",
    spec=("RFC 7636 4.1", "RFC 7636 7.1"),
    blame="client",
    needs=("token.code_verifier",),
    check=check,
    bad=_MADE_BY_HAND,
    good=_MADE_RIGHT,
)
