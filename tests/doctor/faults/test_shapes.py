"""What a challenge shows by itself, where the capture holds no verifier to compare it with."""

from __future__ import annotations

import base64
import hashlib

import pytest

from proofkey.doctor.transcript import CHALLENGE, login
from tests.doctor.faults.judged import findings

DIGEST = hashlib.sha256(b"a verifier that nobody recorded").digest()
SYMBOLS = b"\xfb\xff" + DIGEST[2:]  # begins with both symbols of base64
ONLY_AUTHORIZED = ("authorize",)


def b64(data: bytes) -> str:
    """Encode in the standard alphabet, with padding."""
    return base64.b64encode(data).decode()


def b64url(data: bytes) -> str:
    """Encode as RFC 7515 appendix C does."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@pytest.mark.parametrize(
    ("challenge", "found"),
    [
        (base64.urlsafe_b64encode(DIGEST).decode(), ("challenge-padded", "likely")),
        (b64(SYMBOLS), ("challenge-standard-base64", "likely")),
        (DIGEST.hex(), ("challenge-hex-digest", "likely")),
        (b64url(DIGEST.hex().encode()), ("challenge-base64-of-hex", "likely")),
        (b64(",".join(map(str, DIGEST)).encode()), ("challenge-printed-bytes", "proven")),
        (b64url(DIGEST[:20]), ("challenge-wrong-hash", "likely")),
        (b64url(DIGEST) + "\n", ("challenge-newline-hashed", "likely")),
        (b64url(hashlib.sha256(b"").digest()), ("challenge-of-empty-text", "proven")),
        ("undefined", ("challenge-placeholder-text", "proven")),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_shape_without_a_verifier_is_told(challenge: str, found: tuple[str, str]) -> None:
    """A likeness where it is only that, a proof where nothing but the mistake writes such a text."""
    assert findings(login(authorize={"code_challenge": challenge}, steps=ONLY_AUTHORIZED))[:1] == [found]


@pytest.mark.parametrize("challenge", [CHALLENGE, b64url(DIGEST)])
def test_a_sound_shape_without_a_verifier_is_no_finding(challenge: str) -> None:
    """43 characters of base64url that stand for 32 bytes."""
    assert findings(login(authorize={"code_challenge": challenge}, steps=ONLY_AUTHORIZED)) == []


@pytest.mark.parametrize("challenge", [b64url(DIGEST) + "==", b64url(DIGEST)[:42] + "=", b64(SYMBOLS)])
def test_another_shape_is_not_taken_for_a_padded_challenge(challenge: str) -> None:
    """Padded means 44 characters, one '=' at the end, and nothing of the standard alphabet."""
    found = findings(login(authorize={"code_challenge": challenge}, steps=ONLY_AUTHORIZED))
    assert "challenge-padded" not in [slug for slug, _ in found]


def refused_at_authorize(challenge: str, method: str | None, words: str) -> str:
    """Write a login that ends with an error at the callback; its verifier is never sent."""
    return login(
        authorize={"code_challenge": challenge, "code_challenge_method": method},
        callback={"code": None, "error": "invalid_request", "error_description": words},
        steps=("authorize", "callback"),
    )


def test_words_about_the_method_and_an_s256_shape_make_a_missing_method_likely() -> None:
    """Without a verifier nothing proves it; a server that names the method makes it likely."""
    said = refused_at_authorize(CHALLENGE, None, "transform algorithm not supported")
    assert findings(said)[:1] == [("challenge-method-missing", "likely")]


@pytest.mark.parametrize(
    ("challenge", "words"), [(CHALLENGE, "something went wrong"), ("short", "transform algorithm not supported")]
)
def test_a_missing_method_needs_the_words_and_the_shape(challenge: str, words: str) -> None:
    """One of the two is not enough."""
    found = findings(refused_at_authorize(challenge, None, words))
    assert "challenge-method-missing" not in [slug for slug, _ in found]


def test_a_server_that_takes_only_plain_is_told_by_its_words() -> None:
    """S256 was asked for as it should be."""
    said = refused_at_authorize(CHALLENGE, "S256", "S256 is not supported")
    assert findings(said)[:1] == [("challenge-method-s256-unsupported", "likely")]


def test_an_unsupported_s256_needs_words_about_it() -> None:
    """A refusal that says nothing of methods accuses no server."""
    found = findings(refused_at_authorize(CHALLENGE, "S256", "something went wrong"))
    assert "challenge-method-s256-unsupported" not in [slug for slug, _ in found]
