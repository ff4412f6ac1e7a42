"""Compact signed JWTs of our own making: ID tokens and RFC 9068 access tokens (RFC 7515, RFC 7519).

Only what this server signed is ever read: the key is found by `kid` among our own, the algorithm is that key's and
never the token's choice, and `typ` must be the expected one (RFC 8725 3.1, 3.11).
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from proofkey.server.keys.signing import SigningKey

MAX_LENGTH = 16_384  # characters


def sign(key: SigningKey, typ: str, claims: Mapping[str, object]) -> str:
    """Sign claims; `typ` is "JWT" or "at+jwt"."""
    header = msgspec.json.encode({"alg": key.algorithm, "kid": key.kid, "typ": typ})
    data = _encode(header) + b"." + _encode(msgspec.json.encode(claims))
    return (data + b"." + _encode(key.sign(data))).decode("ascii")


def read(text: str, typ: str, find_key: Callable[[str], SigningKey | None]) -> dict[str, object] | None:
    """Give the claims of a token that this server signed with this type, whatever its age; None for any other."""
    parts = text.split(".")
    if len(text) > MAX_LENGTH or len(parts) != 3 or not text.isascii():
        return None
    try:
        header = msgspec.json.decode(_decode(parts[0]), type=dict[str, object])
        claims = msgspec.json.decode(_decode(parts[1]), type=dict[str, object])
        signature = _decode(parts[2])
    except (msgspec.DecodeError, binascii.Error, ValueError, RecursionError):
        return None
    kid = header.get("kid")
    key = find_key(kid) if isinstance(kid, str) else None
    if key is None or header.get("alg") != key.algorithm or header.get("typ") != typ or "crit" in header:
        return None
    return claims if _is_signed(key, f"{parts[0]}.{parts[1]}".encode(), signature) else None


def _is_signed(key: SigningKey, data: bytes, signature: bytes) -> bool:
    try:
        if isinstance(key.private, rsa.RSAPrivateKey):
            key.private.public_key().verify(signature, data, padding.PKCS1v15(), SHA256())
        else:
            if len(signature) != 64:
                return False
            r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
            key.private.public_key().verify(encode_dss_signature(r, s), data, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def _encode(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")


def _decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
