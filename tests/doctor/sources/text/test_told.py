"""What programs log and what people tell: requests as objects, statements in sentences, two calls in one login."""

from __future__ import annotations

import json

import pytest

from proofkey.doctor.sources.text import read_text
from proofkey.doctor.steps import TokenRequest


def test_a_logged_request_is_a_request() -> None:
    """An AxiosError holds the request that was sent and the answer that came."""
    error = {
        "config": {
            "url": "https://login.example/oauth/token",
            "method": "post",
            "headers": {"Content-Type": "application/json"},
            "data": json.dumps({"grant_type": "authorization_code", "code": "SplxlOBeZQQ"}),
        },
        "response": {"status": 400, "data": {"error": "invalid_request"}},
    }
    (message,) = read_text(f"AxiosError: failed\n{json.dumps(error, indent=2)}").messages
    assert (message.method, message.status, TokenRequest(message).syntax) == ("POST", 400, "json")
    assert message.response_body == '{"error": "invalid_request"}'


def test_a_statement_inside_a_sentence_is_code() -> None:
    """Code that somebody writes in the middle of a line is judged like a block of it."""
    text = "I use const challenge = btoa(crypto.getRandomValues(new Uint8Array(32))).replace(/=/g, ''); and get 400."
    assert [fact.slug for fact in read_text(text).code_facts] == ["challenge-printed-bytes"]
    ticked = "My challenge is `hashlib.sha256(verifier.encode()).hexdigest()`, is that wrong?"
    assert [fact.slug for fact in read_text(ticked).code_facts] == ["challenge-hex-digest"]


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("In the network tab I see two POSTs to the token endpoint with one code.", True),
        ("React StrictMode calls my callback effect twice.", True),
        ("The token request is sent only once.", False),
        ("The redirect URI is not encoded twice in the token request.", False),
        ("The verifier is generated twice.", False),
    ],
)
def test_two_redemptions_are_told_in_words(sentence: str, told: bool) -> None:
    """Who sees two token requests of one login has found the fault; who denies it has not."""
    assert [fact.slug for fact in read_text(sentence).code_facts] == (["code-redeemed-twice"] if told else [])


def test_a_file_of_source_code_is_read_whole() -> None:
    """A name with a suffix of JavaScript or Python makes the whole text code; places name the file."""
    code = "// prose-like comment about a login.\nconst codeVerifier = crypto.randomBytes(16).toString('hex');\n"
    (fact,) = read_text(code, "pkce.ts").code_facts
    assert (fact.slug, fact.where, fact.line) == ("verifier-too-short", "pkce.ts, line 2", 2)
