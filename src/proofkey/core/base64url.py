"""Base64url without padding (RFC 4648 5): what challenges, codes, tokens and cookie values are written in."""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64


def encode(data: bytes) -> str:
    """Write bytes."""
    return b2a_base64(data).rstrip(b"=\n").replace(b"+", b"-").replace(b"/", b"_").decode()


def decode(text: str) -> bytes:
    """Read a text of the alphabet `A-Z a-z 0-9 - _`, which the caller has checked.

    Spare bits of the last character are ignored. Raises ValueError where no bytes have this length.
    """
    return a2b_base64(text.replace("-", "+").replace("_", "/") + "===")
