"""What a challenge tells about itself."""

from __future__ import annotations

import base64
import hashlib

import pytest

from proofkey.doctor.transforms import facts

DIGEST = hashlib.sha256(b"a verifier").digest()
SYMBOLS = b"\xfb\xff" + DIGEST[2:]  # begins with both symbols of base64


def b64url(data: bytes) -> str:
    """Encode as RFC 7515 appendix C does."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@pytest.mark.parametrize(
    ("challenge", "fault", "certainty"),
    [
        ("", "challenge-placeholder-text", "proven"),
        ("undefined", "challenge-placeholder-text", "proven"),
        ("[object Promise]", "challenge-placeholder-text", "proven"),
        ("W29iamVjdCBBcnJheUJ1ZmZlcl0", "challenge-placeholder-text", "proven"),
        ("<code_challenge>", "challenge-placeholder-text", "proven"),
        ("[B@1b6d3586", "challenge-placeholder-text", "proven"),
        ("47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU", "challenge-of-empty-text", "proven"),
        (hashlib.sha256(b"").hexdigest(), "challenge-of-empty-text", "proven"),
        (base64.b64encode(hashlib.sha256(b"").hexdigest().encode()).decode(), "challenge-of-empty-text", "proven"),
        (base64.b64encode(",".join(map(str, DIGEST)).encode()).decode(), "challenge-printed-bytes", "proven"),
        (base64.urlsafe_b64encode(DIGEST).decode(), "challenge-padded", "likely"),
        (base64.b64encode(SYMBOLS).decode(), "challenge-standard-base64", "likely"),
        (base64.b64encode(SYMBOLS).decode().replace("+", " "), "challenge-plus-became-space", "likely"),
        (DIGEST.hex(), "challenge-hex-digest", "likely"),
        (b64url(DIGEST.hex().encode()), "challenge-base64-of-hex", "likely"),
        (b64url(DIGEST[:16]), "challenge-wrong-hash", "likely"),
        (b64url(DIGEST * 2), "challenge-wrong-hash", "likely"),
        (b64url(DIGEST)[:42], "challenge-truncated", "possible"),
        (b64url(DIGEST) + "\n", "challenge-newline-hashed", "likely"),
        (f'"{b64url(DIGEST)}"', "challenge-wrong-transform", "likely"),
        ("x" * 5000, "challenge-wrong-transform", "likely"),
    ],
)
def test_a_telling_shape_is_named(challenge: str, fault: str, certainty: str) -> None:
    """The first fact is the most telling one, and it does not quote the challenge."""
    told = facts(challenge)
    assert told
    assert (told[0].fault, told[0].certainty) == (fault, certainty)
    assert len(challenge) < 12 or challenge not in told[0].sentence


def test_an_ordinary_challenge_tells_nothing() -> None:
    """A proper S256 challenge has no facts to report."""
    for number in range(200):
        digest = hashlib.sha256(str(number).encode()).digest()
        assert facts(b64url(digest)) == ()


def test_the_published_example_and_an_impossible_end_are_told_without_a_fault() -> None:
    """Both are worth saying, and neither is a fault by itself."""
    (example,) = facts("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    assert example.fault is None
    (ending,) = facts("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN")
    assert ending.fault is None
    assert "43 characters" in ending.sentence
