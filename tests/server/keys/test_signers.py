"""Signing keys are read when they are needed, the newest in use signs, and a key is found by its name."""

from __future__ import annotations

import subprocess
import sys

import pytest

from proofkey.server.keys.signers import Signers, Unread
from proofkey.server.keys.signing import make, to_der
from proofkey.server.sealing.keyring import NoSealingKey


def test_the_newest_key_in_use_signs() -> None:
    """One that is to come signs nothing yet; where all are to come, the oldest does."""
    signers = Signers([Unread("ES256", use_from, to_der(make("ES256"))) for use_from in (300, 200, 100)])
    assert [signers.in_use("ES256", now).use_from for now in (400, 250, 100, 50)] == [300, 200, 100, 100]
    key = signers.in_use("ES256", 250)
    assert signers.named(key.kid) is key
    assert signers.named("other") is None
    assert len(signers.public()) == 3
    with pytest.raises(NoSealingKey):
        signers.in_use("RS256", 400)


def test_a_key_that_is_none_of_ours_is_refused_when_it_is_read() -> None:
    """A text in the place of a key signs nothing."""
    with pytest.raises(ValueError, match="not for RS256"):
        Signers([Unread("RS256", 0, to_der(make("ES256")))]).public()


def test_a_start_does_not_load_what_signs() -> None:
    """It takes a tenth of the time until the first answer."""
    listed = "import sys, proofkey.server.opening, proofkey.server.app, proofkey.server.serving; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", listed], capture_output=True, text=True, check=True).stdout.split()
    assert "proofkey.server.keys.keeper" in loaded
    assert "proofkey.server.keys.signing" not in loaded
    assert "cryptography.hazmat.primitives.serialization" not in loaded
