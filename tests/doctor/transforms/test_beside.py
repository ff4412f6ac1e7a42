"""A variable was mixed up: another value of the request was hashed, or served as a key."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from proofkey.doctor.transforms import search
from tests.doctor.transforms.compositions import _b64url

VERIFIER = "xH0y7ZGb8E_bFscdX_3UwgLuYUCWoU435KyA_HugT6g"
BESIDE = {"state": "af0ifjsldkjJ2fK3", "nonce": "n-0S6_WzA2Mj", "client_id": "app"}


def s256(text: str) -> str:
    """Compute a challenge apart from the package."""
    return _b64url(hashlib.sha256(text.encode()).digest()).decode()


@pytest.mark.parametrize(
    ("challenge", "fault", "words"),
    [
        (s256(BESIDE["state"]), "challenge-wrong-transform", "SHA-256 over the state"),
        (s256("app"), "challenge-wrong-transform", "SHA-256 over the client_id"),
        (s256(VERIFIER + "app"), "challenge-wrong-transform", "the verifier and the client_id behind it"),
        (s256(BESIDE["nonce"] + VERIFIER), "challenge-wrong-transform", "the nonce and the verifier behind it"),
        (hashlib.sha256(BESIDE["nonce"].encode()).hexdigest(), "challenge-wrong-transform", "hexadecimal digest"),
        (_b64url(hmac.digest(b"app", VERIFIER.encode(), "sha256")).decode(), "challenge-wrong-hash", "keyed with the"),
        (BESIDE["state"], "challenge-wrong-transform", "The challenge is the state, not hashed."),
    ],
)
def test_the_value_that_was_mixed_up_is_named(challenge: str, fault: str, words: str) -> None:
    """The sentence says which value it was, the fix which step must change, and neither quotes a value."""
    assert search(VERIFIER, challenge) is None
    found = search(VERIFIER, challenge, BESIDE)
    assert found is not None
    assert found.fault == fault
    assert words in found.words
    assert found.fix
    assert not any(value in found.words + found.fix for value in (*BESIDE.values(), VERIFIER))


def test_a_state_that_is_another_challenge_explains_nothing() -> None:
    """A client may send its challenge as state, too; that does not make the challenge wrong."""
    challenge = s256("another verifier")
    assert search(VERIFIER, challenge, {"state": challenge}) is None


def test_a_short_value_that_is_the_challenge_explains_nothing() -> None:
    """Three letters may agree by chance."""
    assert search(VERIFIER, "app", BESIDE) is None


def test_a_right_pair_stays_right() -> None:
    """Whatever stands beside it."""
    found = search(VERIFIER, s256(VERIFIER), BESIDE | {"state": VERIFIER})
    assert found is not None
    assert found.is_s256
