"""Python and JavaScript compute the same challenges: `vectors.json` is checked on both sides."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from proofkey.core import pkce

VECTORS = json.loads(Path(__file__).with_name("vectors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS["s256"], ids=lambda vector: vector["note"])
def test_the_challenge_of_a_verifier(vector: dict[str, str]) -> None:
    """The core gives the challenge that the browser gives."""
    assert pkce.s256(pkce.parse_verifier(vector["verifier"])) == vector["challenge"]
