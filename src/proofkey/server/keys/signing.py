"""Keys that sign ID tokens and JWT access tokens (RFC 7518 3.3, 3.4), and their public half as JWKs (RFC 7517).

The key id is the RFC 7638 thumbprint.
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import TypeAlias

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from proofkey.server.keys.algorithms import Algorithm

PrivateKey: TypeAlias = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
Jwk: TypeAlias = dict[str, str]

_RSA_BITS = 2048
_P256_BYTES = 32


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key with its name; `public` is its JWK."""

    kid: str
    algorithm: Algorithm
    use_from: int  # seconds since the epoch
    public: Jwk
    private: PrivateKey = field(repr=False)

    def sign(self, data: bytes) -> bytes:
        """Sign a JWS signing input (RFC 7515 5.1); gives the raw signature."""
        if isinstance(self.private, rsa.RSAPrivateKey):
            return self.private.sign(data, padding.PKCS1v15(), SHA256())
        r, s = decode_dss_signature(self.private.sign(data, ec.ECDSA(SHA256())))
        return r.to_bytes(_P256_BYTES, "big") + s.to_bytes(_P256_BYTES, "big")


def make(algorithm: Algorithm) -> PrivateKey:
    """Make a private key from the system's randomness; RSA takes some tenths of a second."""
    if algorithm == "RS256":
        return rsa.generate_private_key(65537, _RSA_BITS)
    return ec.generate_private_key(ec.SECP256R1())


def to_der(key: PrivateKey) -> bytes:
    """Write a private key as PKCS #8; only ever to be wrapped."""
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def load(der: bytes, algorithm: Algorithm, use_from: int) -> SigningKey:
    """Read a private key. Raises ValueError where it is not one of ours."""
    # It was made here and sealed since: testing its primes again would take a third of the server's start.
    private = load_der_private_key(der, password=None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise ValueError("a signing key is RSA or EC")
    public = public_jwk(private)
    if public["alg"] != algorithm:
        raise ValueError(f"this key is not for {algorithm}")
    return SigningKey(public["kid"], algorithm, use_from, public, private)


def public_jwk(private: PrivateKey) -> Jwk:
    """Give the public half as a JWK with its thumbprint as `kid`."""
    if isinstance(private, rsa.RSAPrivateKey):
        rsa_numbers = private.public_key().public_numbers()
        jwk = {"kty": "RSA", "n": _number(rsa_numbers.n), "e": _number(rsa_numbers.e)}
        algorithm = "RS256"
    else:
        ec_numbers = private.public_key().public_numbers()
        x, y = _number(ec_numbers.x, _P256_BYTES), _number(ec_numbers.y, _P256_BYTES)
        jwk = {"kty": "EC", "crv": "P-256", "x": x, "y": y}
        algorithm = "ES256"
    return {**jwk, "use": "sig", "alg": algorithm, "kid": thumbprint(jwk)}


def thumbprint(jwk: Jwk) -> str:
    """Compute the SHA-256 thumbprint of a JWK's required members (RFC 7638 3)."""
    required = {name: jwk[name] for name in ("crv", "e", "kty", "n", "x", "y") if name in jwk}
    canonical = json.dumps(required, sort_keys=True, separators=(",", ":"))
    return _base64url(hashlib.sha256(canonical.encode()).digest())


def _number(value: int, length: int | None = None) -> str:
    return _base64url(value.to_bytes(length or (value.bit_length() + 7) // 8, "big"))


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
