"""Signing keys: thumbprints, JWKs and signatures that others accept."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from proofkey.server.keys.signing import Algorithm, load, make, public_jwk, thumbprint, to_der


def test_the_thumbprint_is_that_of_rfc_7638() -> None:
    """The example of section 3.1."""
    jwk = {
        "kty": "RSA",
        "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV"
        "4n"
        "3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgd"
        "AZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur"
        "-kEgU8awapJzKnqDKgw",
        "e": "AQAB",
        "alg": "RS256",
        "kid": "2011-04-29",
    }
    assert thumbprint(jwk) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_a_signature_verifies_with_the_published_key(algorithm: Algorithm) -> None:
    """As another library reads both."""
    key = load(to_der(make(algorithm)), algorithm, 0)
    header = urlsafe_b64encode(json.dumps({"alg": algorithm, "kid": key.kid}).encode()).rstrip(b"=")
    signing_input = header + b"." + urlsafe_b64encode(b"payload").rstrip(b"=")
    token = signing_input + b"." + urlsafe_b64encode(key.sign(signing_input)).rstrip(b"=")
    imported = (RSAKey if algorithm == "RS256" else ECKey).import_key(key.public)
    assert imported.thumbprint() == key.kid
    assert jws.deserialize_compact(token.decode(), imported, algorithms=[algorithm]).payload == b"payload"


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_the_public_half_holds_nothing_private(algorithm: Algorithm) -> None:
    """Only what RFC 7518 6 calls public."""
    private = make(algorithm)
    assert set(public_jwk(private)) <= {"kty", "n", "e", "crv", "x", "y", "use", "alg", "kid"}
    key = load(to_der(private), algorithm, 0)
    assert key.public == public_jwk(private)
    assert "PrivateKey" not in repr(key)


def test_a_key_of_another_kind_is_refused() -> None:
    """A row put under another family opens nothing."""
    with pytest.raises(ValueError, match="not for RS256"):
        load(to_der(make("ES256")), "RS256", 0)
