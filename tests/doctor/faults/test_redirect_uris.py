"""Faults of the redirect_uri at the token step and their neighbours."""

from __future__ import annotations

import json

import pytest

from proofkey.doctor import redirects
from proofkey.doctor.transcript import CODE, STATE, login
from tests.doctor.faults.judged import OTHER_CHALLENGE, callback, faults, findings, other_authorization

GENERIC = (
    "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the"
    " authorization request, or was issued to another client."
)
MISLEADING = [
    "The authorization code has expired or was already used.",
    "PKCE verification failed",
    'Invalid "code" in request.',
    "grant request is invalid",
    GENERIC,
]

PAIRS = [
    ("https://app.example", "https://app.example/", "redirect-uri-trailing-slash"),
    ("https://app.example/cb", "https://app.example/cb/", "redirect-uri-trailing-slash"),
    ("https://app.example/cb/?t=1", "https://app.example/cb?t=1", "redirect-uri-trailing-slash"),
    ("https://app.example/cb", "http://app.example/cb", "redirect-uri-scheme-differs"),
    ("https://app.example/cb", "http://app.example:8080/cb", "redirect-uri-scheme-differs"),
    ("https://app.example/cb", "http://app.example/cb/", "redirect-uri-scheme-differs"),
    ("http://localhost:3000/cb", "http://localhost/cb", "redirect-uri-port-differs"),
    ("http://127.0.0.1:51004/cb", "http://127.0.0.1:51009/cb", "redirect-uri-port-differs"),
    ("https://app.example/cb", "https://app.example:443/cb", "redirect-uri-port-differs"),
    ("http://localhost:3000/cb", "http://127.0.0.1:3000/cb", "redirect-uri-loopback-name-differs"),
    ("http://[::1]:3000/cb", "http://localhost:3000/cb", "redirect-uri-loopback-name-differs"),
    ("http://localhost:3000/cb", "http://127.0.0.1:5173/cb", "redirect-uri-loopback-name-differs"),
    ("https://app.example/signin-oidc", "https://app.example/Signin-Oidc", "redirect-uri-case-differs"),
    ("https://app.example/cb", "https://App.example/cb", "redirect-uri-case-differs"),
    ("com.example.App:/cb", "com.example.app:/cb", "redirect-uri-case-differs"),
    ("https://app.example/cb", "https%3A%2F%2Fapp.example%2Fcb", "redirect-uri-double-encoded"),
    ("https://app.example/cb", "https%253A%252F%252Fapp.example%252Fcb", "redirect-uri-double-encoded"),
    ("https://app.example/cb?a=1&b=2", "https://app.example/cb%3Fa%3D1%26b%3D2", "redirect-uri-double-encoded"),
    ("https%3A%2F%2Fapp.example%2Fcb", "https://app.example/cb", "redirect-uri-double-encoded"),
    ("https://app.example/cb", "https%3A%2F%2Fapp.example%2Fcb%2F", "redirect-uri-double-encoded"),
    ("https://app.example/cb", "http://localhost:3000/callback", "redirect-uri-differs"),
    ("https://app.example/cb", "postmessage", "redirect-uri-differs"),
    ("https://app.example/cb", "https://app.example/auth/cb", "redirect-uri-differs"),
    ("https://app.example/cb", "https://www.app.example/cb", "redirect-uri-differs"),
    ("https://app.example/cb", " https://app.example/cb", "redirect-uri-differs"),
    ("com.example.app:/cb", "https://app.example/cb", "redirect-uri-differs"),
]


@pytest.mark.parametrize(("asked", "repeated", "slug"), PAIRS)
def test_the_smallest_change_names_the_fault(asked: str, repeated: str, slug: str) -> None:
    """One difference, one name, and nothing else is found."""
    assert redirects.difference(asked, repeated) == slug
    assert findings(login(authorize={"redirect_uri": asked}, token={"redirect_uri": repeated})) == [(slug, "proven")]


@pytest.mark.parametrize("sentence", MISLEADING)
@pytest.mark.parametrize(("asked", "repeated", "slug"), PAIRS[::3])
def test_words_do_not_change_what_the_texts_show(asked: str, repeated: str, slug: str, sentence: str) -> None:
    """The comparison is proof, whatever the server complains about."""
    answer = {"error": "invalid_grant", "error_description": sentence}
    transcript = login(authorize={"redirect_uri": asked}, token={"redirect_uri": repeated}, answer=answer)
    assert findings(transcript)[0] == (slug, "proven")


@pytest.mark.parametrize(("asked", "repeated", "slug"), PAIRS)
def test_what_a_server_accepted_is_no_fault(asked: str, repeated: str, slug: str) -> None:
    """A lenient server was content, so nothing is broken here."""
    assert faults(login(authorize={"redirect_uri": asked}, token={"redirect_uri": repeated}, answer={})) == []


def test_a_fragment_is_left_to_its_own_fault() -> None:
    """Where only the fragment differs, the authorization request is wrong."""
    assert redirects.difference("https://app.example/#/cb", "https://app.example/") == "redirect-uri-fragment"


def test_no_redirect_uri_at_the_token_step() -> None:
    """Absent, empty and the text of a missing value are one fault."""
    for value in (None, "", "undefined"):
        assert findings(login(token={"redirect_uri": value})) == [("redirect-uri-missing", "proven")]


def test_a_login_without_any_redirect_uri_may_leave_it_out_again() -> None:
    """A client with one registered URI need not name it."""
    assert "redirect-uri-missing" not in faults(login(authorize={"redirect_uri": None}, token={"redirect_uri": None}))


@pytest.mark.parametrize("name", ["redirect_url", "redirectUri", "callback_url", "redirect-uri", "returnUrl", "target"])
def test_the_right_value_under_another_name(name: str) -> None:
    """The parameter is there and misnamed; that it is missing is not said."""
    transcript = login(token={"redirect_uri": None, name: "https://app.example/cb"})
    assert findings(transcript) == [("redirect-uri-misnamed", "proven")]


def test_a_wrong_value_under_another_name() -> None:
    """The name is wrong whatever stands there."""
    transcript = login(token={"redirect_uri": None, "redirectUri": "https://app.example/other"})
    assert faults(transcript)[0] == "redirect-uri-misnamed"


def test_the_redirect_uri_of_the_other_tab() -> None:
    """A value of another place that another login of the capture was started with."""
    other = other_authorization(challenge=OTHER_CHALLENGE, redirect_uri="https%3A%2F%2Fapp.example%2Fb%2Fcb")
    transcript = (
        login(steps=("authorize",))
        + "\n"
        + other
        + callback(CODE, STATE)
        + "\n"
        + login(steps=("token",), token={"redirect_uri": "https://app.example/b/cb"})
    )
    assert findings(transcript) == [("redirect-uri-of-other-login", "proven")]


def test_a_second_trial_with_a_slash_is_still_a_slash() -> None:
    """Somebody who tries both spellings in turn has a slash to mend, not two tabs."""
    other = other_authorization(challenge=OTHER_CHALLENGE, redirect_uri="https%3A%2F%2Fapp.example%2Fcb%2F")
    transcript = other + login(token={"redirect_uri": "https://app.example/cb/"})
    assert faults(transcript)[0] == "redirect-uri-trailing-slash"


REGISTERED = json.dumps({"client_id": "app", "redirect_uris": ["https://app.example/cb"]})


def test_equal_values_and_a_mismatch_reported() -> None:
    """Only then is the server to blame, with the registration or without it."""
    answer = {"error": "invalid_grant", "error_description": "redirect_uri does not match the original"}
    assert findings(login(answer=answer)) == [("redirect-uri-altered-by-server", "likely")]
    assert findings(login(answer=answer), REGISTERED) == [("redirect-uri-altered-by-server", "likely")]


def test_the_sentence_that_lists_every_reason_blames_nobody() -> None:
    """Servers that quote RFC 6749 5.2 mention the redirection URI in every refusal."""
    answer = {"error": "invalid_grant", "error_description": GENERIC}
    assert findings(login(answer=answer)) == [("code-not-accepted", "possible")]


def test_a_reported_mismatch_beside_a_strange_verifier_does_not_blame_the_server() -> None:
    """Something else is wrong that can be computed."""
    answer = {"error": "invalid_grant", "error_description": "redirect_uri does not match"}
    verifier = "kLr4vD0aWn2uYt7mQe9sXc3bHf6gJz1pVo5iTq8yRwA"
    assert faults(login(token={"code_verifier": verifier}, answer=answer)) == ["verifier-unrelated"]


@pytest.mark.parametrize(("asked", "repeated", "slug"), PAIRS)
def test_a_difference_is_seen_from_both_sides(asked: str, repeated: str, slug: str) -> None:
    """Which of the two steps has the odd spelling does not matter for the name."""
    assert redirects.difference(repeated, asked) == slug
    assert redirects.difference(asked, asked) is None
