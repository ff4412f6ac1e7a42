"""The report for people: headline, evidence, fix, and what could not be judged."""

from __future__ import annotations

import pytest

from proofkey.doctor.diagnose import diagnose
from proofkey.doctor.reports import text
from proofkey.doctor.sources import read
from proofkey.doctor.transcript import CODE, VERIFIER, login


def report(transcript: str) -> str:
    """Judge a transcript and write the report."""
    return text.write(diagnose(read("transcript", transcript.encode())))


def test_a_finding_is_told_from_headline_to_command() -> None:
    """Title, slug, evidence with places, fix, tempting wrong fix, certainty, reference and command."""
    shown = report(login(token={"redirect_uri": "https://app.example/cb/"}))
    first, *_ = shown.splitlines()
    assert first.startswith("-- A TRAILING SLASH DIFFERS ---")
    assert first.endswith(" redirect-uri-trailing-slash")
    assert "https://app.example/cb/" in shown
    assert "\nFix: " in shown
    assert "\nNot: " in shown
    assert "proven · RFC 6749 4.1.3 · proofkey explain redirect-uri-trailing-slash" in shown


def test_a_headline_keeps_the_case_of_a_range() -> None:
    """In capitals, `a-z` would be another statement."""
    shown = report(login(token={"code_verifier": f"{VERIFIER}="}))
    assert shown.startswith("-- THE VERIFIER CONTAINS CHARACTERS OUTSIDE A-Z a-z 0-9 ")


def test_a_long_place_stands_above_what_was_seen_there() -> None:
    """Beside it, the columns would not meet."""
    name = "a-recording-of-friday-night.txt"
    shown = text.write(diagnose(read(name, login(token={"code_verifier": f"{VERIFIER}="}).encode())))
    place = next(line for line in shown.splitlines() if line.startswith(f"    {name}"))
    assert "characters" not in place


def test_no_line_is_wider_than_a_terminal() -> None:
    """Prose is wrapped; only addresses may stand out."""
    shown = report(login(token={"code_verifier": None}))
    assert all(len(line) <= 100 for line in shown.splitlines())


def test_what_is_right_is_told_too() -> None:
    """Beside a fault the report says what was checked and is right, without any secret."""
    shown = report(login(token={"redirect_uri": "https://app.example/cb/"}))
    assert "What is right:" in shown
    assert "the challenge is base64url(SHA-256(verifier))" in shown
    assert VERIFIER not in shown
    assert CODE not in shown


def test_an_input_without_a_login_says_how_to_record_one() -> None:
    """Nothing to judge is no dead end."""
    shown = report("Hello there.")
    assert "NO LOGIN TO BE SEEN" in shown
    assert "Record the" in shown


def test_an_empty_file_is_said_to_be_empty() -> None:
    """An export that failed leaves one."""
    assert "Note: transcript is empty." in report(" \n")


def test_missing_evidence_is_named() -> None:
    """An undecided report lists what the capture does not show."""
    shown = " ".join(report(login(steps=("authorize",))).split())
    assert "Not judged, because the input does not show it: the callback; the token request; a refresh." in shown


def test_of_a_step_that_is_there_the_missing_values_are_named() -> None:
    """What the whole step lacks is not listed value by value."""
    shown = " ".join(report(login(steps=("token",)).partition("\nHTTP/1.1")[0]).split())
    assert "the authorization request; the callback; the answer to the token request; a refresh." in shown
    assert "authorize." not in shown


def test_an_error_body_alone_says_what_else_to_give() -> None:
    """A server said no: that nothing is wrong would be untrue, and the person needs the next step."""
    shown = " ".join(report('{"error":"invalid_grant"}').split())
    assert "The server said no" in shown
    assert "not wrong" not in shown
    assert "the address with which the login began" in shown
    assert "the token request" in shown


def test_what_is_there_already_is_not_asked_for() -> None:
    """With the authorization request alone only the token request is wanted."""
    shown = " ".join(report(login(steps=("authorize",))).split())
    assert "Give also: the token request" in shown


@pytest.mark.parametrize(
    ("words", "what"),
    [("Code verification failed", "code_verifier"), ("redirect uri mismatch", "redirect_uri")],
)
def test_what_the_server_compared_is_asked_for(words: str, what: str) -> None:
    """Without the authorization request its words say where to look, not that the code was too old."""
    transcript = login(answer={"error": "invalid_grant", "error_description": words}, steps=("token",))
    shown = " ".join(report(transcript).split())
    assert f"words are about the {what}" in shown
    assert "Give the address with which the login began" in shown
    assert "too old" not in shown


def test_the_sentence_for_every_reason_is_about_none() -> None:
    """RFC 6749 5.2 names every reason in one sentence, and servers send it as it is."""
    words = "The grant is invalid, expired, revoked, does not match the redirection URI used"
    shown = report(login(answer={"error": "invalid_grant", "error_description": words}, steps=("token",)))
    assert "words are about" not in shown


def test_what_the_server_said_is_quoted_without_the_code() -> None:
    """The error code of an API is what the reader searches for; the authorization code stays out, even in there."""
    alone = login(steps=("token",)).partition("\nHTTP/1.1")[0]
    answer = f'{{"code":"bad.request","message":"will not take {CODE}","status":400}}'
    shown = " ".join(report(f"{alone}\nHTTP/1.1 400 Bad Request\nContent-Type: application/json\n\n{answer}\n").split())
    assert "The server said no (status 400 bad.request" in shown
    assert CODE not in shown
