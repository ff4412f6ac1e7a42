"""The S256 transform over any text, legal verifier or not (RFC 7636 4.2)."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256


def s256(verifier: str) -> str:
    """Compute the challenge of a text: base64url without padding of the SHA-256 of its octets."""
    return urlsafe_b64encode(sha256(verifier.encode("utf-8", "surrogatepass")).digest()).decode().rstrip("=")
