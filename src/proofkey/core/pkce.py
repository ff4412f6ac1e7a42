"""Proof Key for Code Exchange: verifier, challenge, and whether they fit (RFC 7636).

S256 is the only method here; `plain` has no spelling, so it cannot be used by mistake (RFC 9700 2.1.1).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from typing import NewType

from proofkey.core import base64url
from proofkey.core.errors import Misuse
from proofkey.core.secret import Verifier

METHOD = "S256"
VERIFIER_LENGTHS = range(43, 129)

Challenge = NewType("Challenge", str)

_VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}")
_UNRESERVED = re.compile(r"[A-Za-z0-9\-._~]*")
# The last character carries four bits; it is one of those whose two spare bits are zero.
_CHALLENGE = re.compile(r"[A-Za-z0-9\-_]{42}[AEIMQUYcgkosw048]")


def make_verifier(entropy: Callable[[int], bytes]) -> Verifier:
    """Make a verifier of 43 characters from 32 bytes of a cryptographic source, such as `secrets.token_bytes`."""
    return Verifier(base64url.encode(entropy(32)))


def fault_of_verifier(text: str) -> str | None:
    """Name the fault of a text that is no verifier (RFC 7636 4.1), or give None where it is one."""
    if _VERIFIER.fullmatch(text):
        return None
    if text in ("", "null", "undefined", "None", "NaN", "[object Object]"):
        return "verifier-is-null-text"
    if not _UNRESERVED.fullmatch(text):
        return "verifier-illegal-characters"
    if len(text) < VERIFIER_LENGTHS.start:
        return "verifier-too-short"
    return "verifier-too-long"


def parse_verifier(text: str) -> Verifier:
    """Take a verifier made elsewhere.

    Raises Misuse (with the fault's name) where the text is not 43 to 128 unreserved characters.
    """
    if fault := fault_of_verifier(text):
        raise Misuse("a code_verifier is 43 to 128 characters out of A-Z a-z 0-9 - . _ ~", fault=fault)
    return Verifier(text)


def s256(verifier: Verifier) -> Challenge:
    """Compute the code_challenge of a verifier: base64url, unpadded, of SHA-256 of its ASCII (RFC 7636 4.2)."""
    return Challenge(base64url.encode(digest(verifier.reveal())))


def digest(verifier: str) -> bytes:
    """Hash a verifier's ASCII octets; 32 bytes."""
    return hashlib.sha256(verifier.encode("ascii")).digest()


def decode_challenge(text: str) -> bytes | None:
    """Give the 32 bytes that an S256 challenge stands for, or None where it cannot be one.

    Only the one canonical spelling counts: challenges compare as strings, so two spellings of a digest differ.
    """
    return base64url.decode(text) if _CHALLENGE.fullmatch(text) else None


def proves(verifier: str, challenge_digest: bytes) -> bool:
    """Tell whether a legal verifier fits the digest of the challenge (RFC 7636 4.6), in constant time."""
    return hmac.compare_digest(digest(verifier), challenge_digest)
