"""What real servers say is understood, and what they do not say is not read into it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from proofkey.doctor.dialects import topics_of

STRINGS = json.loads((Path(__file__).parents[1] / "cases" / "server_strings.json").read_text())

# The class of a collected text, and the topics of which one at least must be heard in it.
CLASSES = {
    "PKCE_MISMATCH": {"pkce-mismatch"},
    "PKCE_MISSING_VERIFIER": {"verifier-missing", "pkce-mismatch"},
    "PKCE_VERIFIER_FORMAT": {"verifier-format"},
    "CHALLENGE_REFUSED_AT_AUTHORIZE": {"challenge-refused", "challenge-missing", "method-refused", "plain-refused"},
    "CODE_NOT_VALID": {"code-invalid", "code-expired", "code-used", "code-other-client", "code-other-tenant"},
    "REDIRECT_MISMATCH_TOKEN": {"redirect-mismatch", "code-invalid"},
    "REDIRECT_REFUSED_AT_AUTHORIZE": {"redirect-unregistered"},
    "BODY_NOT_FORM": {"grant-type", "body-not-form", "code-invalid", "code-expired"},
    "STATE_CLIENT_SIDE": {"state-lost"},
    "REFRESH": {"refresh-expired", "refresh-reused", "refresh-invalid", "code-invalid"},
}
# Texts that say nothing by themselves, or only describe what is known of the server.
SILENT = ("Bad Request", "catch-all", "generic RFC text", "malformed verifier", "discussed as", "not quoted", "revoked")
HEARD = [
    (name, each["error"], each["text"])
    for name in CLASSES
    for each in STRINGS[name]
    if each["text"] and not any(word in each["text"] for word in SILENT)
]


@pytest.mark.parametrize(("name", "error", "text"), HEARD)
def test_a_collected_text_is_understood(name: str, error: str | None, text: str) -> None:
    """Each text of a class speaks of one of the class's topics."""
    assert topics_of(error, text) & CLASSES[name]


@pytest.mark.parametrize("text", ["", "Bad Request", "Something went wrong", "Not Found", "OK"])
def test_an_empty_phrase_says_nothing(text: str) -> None:
    """A text without content has no topic."""
    assert topics_of("invalid_grant", text) == frozenset()
