"""ID tokens that are meant to cost something: they are put away before anything of them is unpacked."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode

import pytest

from proofkey.core.errors import PeerViolation
from tests.client.scripted import Scripted, in_json
from tests.client.scripted_logins import LogIn


def _part(document: object) -> str:
    return urlsafe_b64encode(json.dumps(document).encode()).decode().rstrip("=")


CLAIMS = _part({"sub": "ada"})
COMPRESSED = _part({"alg": "RSA-OAEP", "enc": "A256GCM", "zip": "DEF"})
COSTLY = _part({"alg": "PBES2-HS512+A256KW", "enc": "A256GCM", "p2c": 2**31, "p2s": "AAAA"})
DEEP = urlsafe_b64encode(b"[" * 9_000).decode().rstrip("=")


@pytest.mark.shows("A68")
@pytest.mark.parametrize(
    "token",
    [
        f"{COMPRESSED}.{'A' * 300}.AAAA.{'A' * 8_000}.AAAA",
        f"{COSTLY}.{'A' * 300}.AAAA.AAAA.AAAA",
        f"{COSTLY}.{CLAIMS}.AAAA",
        f"{_part({'alg': 'RS256', 'kid': 'k' * 500_000})}.{CLAIMS}.AAAA",
        f"{DEEP}.{CLAIMS}.AAAA",
        f"{_part({'alg': 'RS256'})}.{DEEP}.AAAA",
        "." * 16_000,
    ],
    ids=["encrypted", "costly-key", "costly-signature", "huge-header", "deep-header", "deep-claims", "dots"],
)
def test_a_token_that_costs_is_refused(log_in: LogIn, script: Scripted, token: str) -> None:
    """Encrypted, compressed, huge and deep ones; the server's keys are not even asked for."""
    script.answers["/token"] = lambda _: in_json(script.tokens(id_token=token))
    with pytest.raises(PeerViolation) as raised:
        log_in(script)
    assert raised.value.fault == "id-token-signature-wrong"
    assert "/jwks" not in script.paths()
