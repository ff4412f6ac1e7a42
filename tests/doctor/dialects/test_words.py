"""What real servers say is understood, and what they do not say is not read into it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from proofkey.doctor.dialects import anchors_of, plain_words, topics_of
from proofkey.doctor.dialects.words import WORDS

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


def test_leaving_patterns_out_by_their_letters_changes_nothing() -> None:
    """Every collected text has the topics that searching all patterns gives."""
    for text in {each["text"] or "" for name, group in STRINGS.items() if name != "_about" for each in group}:
        searched = {
            topic
            for topic, wording in WORDS.items()
            if any(re.search(pattern, plain_words(text)) for pattern in wording.texts) and plain_words(text)
        }
        assert topics_of(None, text) == searched


@pytest.mark.parametrize(
    ("pattern", "anchors"),
    [
        ("code mismatch", ("code mismatch",)),
        ("verifier (is )?(required|missing)", ("verifier ", "")),
        ("(invalid|wrong) code verifier", ("", " code verifier")),
        ("redirect ?(uri|url)", ("redirect", "")),
        (r"aadsts90023\b", ("aadsts90023", "")),
        (r"\bwaf\b", ("", "")),
        (r"crypto\.subtle", ("crypto", "subtle")),
    ],
)
def test_the_letters_that_a_pattern_needs_are_found(pattern: str, anchors: tuple[str, ...]) -> None:
    """They are the literal beginning or end, without what may be missing."""
    assert anchors_of(pattern) == anchors


def test_no_pattern_offers_a_choice_outside_of_brackets() -> None:
    """It would need none of its letters; a choice of whole sentences is two patterns."""
    for wording in WORDS.values():
        for pattern in wording.texts:
            inside = pattern
            while (smaller := re.sub(r"\([^()]*\)|\[[^\]]*\]", "", inside)) != inside:
                inside = smaller
            assert "|" not in inside, pattern
