"""A bare error code is told with its causes, in the order in which to rule them out; none is more than possible."""

from __future__ import annotations

import pytest

from proofkey.doctor.capture import Capture
from proofkey.doctor.catalogue import slugs
from proofkey.doctor.diagnose import Diagnosis, diagnose
from proofkey.doctor.reports import html, json, text
from proofkey.doctor.sources import read
from proofkey.doctor.transcript import login
from proofkey.doctor.unexplained import CAUSES, bare_code

RFC_SENTENCE = (
    "The provided authorization grant (e.g., authorization code, resource owner credentials) or refresh token is"
    " invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to"
    " another client."
)


def judged(pasted: str) -> Diagnosis:
    """Judge a text."""
    return diagnose(read("", pasted.encode()))


@pytest.mark.parametrize(
    "pasted",
    [
        "invalid_grant",
        '{"error":"invalid_grant"}',
        "Error: invalid_grant",
        '{"error":"invalid_grant","error_description":"Bad Request"}',
        '{"error":"invalid_grant","error_description":"' + RFC_SENTENCE + '"}',
        "oauthlib.oauth2.rfc6749.errors.InvalidGrantError: (invalid_grant) Bad Request",
        "TokenError: Bad Request",
        "org.openid.appauth.oauth_token error -10.",
        "I always get invalid_grant from the token endpoint, what can I do?",
    ],
)
def test_a_bare_invalid_grant_names_its_causes(pasted: str) -> None:
    """Verifier first, then the code used twice, then the redirect URI; all possible, and the verdict stays open."""
    diagnosis = judged(pasted)
    found = [(each.fault.slug, each.finding.certainty.word) for each in diagnosis.findings]
    assert found[:3] == [
        ("verifier-unrelated", "possible"),
        ("code-redeemed-twice", "possible"),
        ("redirect-uri-differs", "possible"),
    ]
    assert diagnosis.verdict == "undecided"


@pytest.mark.parametrize("code", ["invalid_request", "unsupported_grant_type"])
def test_other_bare_codes_have_causes_too(code: str) -> None:
    """The form of the body stands first."""
    assert judged(code).findings[0].fault.slug == "token-body-json"


def test_every_cause_is_a_fault_of_the_catalogue() -> None:
    """No slug is invented."""
    assert {cause.slug for causes in CAUSES.values() for cause in causes} <= set(slugs())


def test_what_a_server_adds_to_the_sentence_of_the_standard_is_heard() -> None:
    """The sentence names all reasons; the hint after it names one."""
    hint = f"{RFC_SENTENCE} The PKCE code challenge did not match the code verifier."
    diagnosis = judged(f'{{"error":"invalid_grant","error_description":"{hint}"}}')
    assert [each.fault.slug for each in diagnosis.findings] == ["verifier-unrelated"]
    assert diagnosis.unexplained == ""


def test_a_refresh_that_is_spoken_of_is_one_more_cause() -> None:
    """A refused refresh token has the same error code."""
    found = [each.fault.slug for each in judged("invalid_grant when I use the refresh token after a night").findings]
    assert "refresh-token-expired" in found


def test_a_pair_that_is_right_is_no_cause() -> None:
    """Where the text shows verifier and challenge that fit, they are not asked for."""
    pasted = (
        "code_verifier: dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk\n"
        "code_challenge: E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM\n"
        "and then I get invalid_grant"
    )
    assert "verifier-unrelated" not in [each.fault.slug for each in judged(pasted).findings]


def test_a_login_that_worked_is_not_asked_about() -> None:
    """The word invalid_grant beside a healthy login changes nothing."""
    assert judged(login(answer={}) + "\n\nWhat does invalid_grant mean?").verdict == "ok"


def test_the_report_opens_with_the_causes_and_with_what_to_do_next() -> None:
    """They fit one screen: title, questions in order, and how to get the answers."""
    lines = text.write(judged("invalid_grant")).splitlines()
    assert len(lines) <= 32
    assert lines[0].startswith("-- INVALID_GRANT HAS SEVERAL CAUSES")
    assert "  1. Verifier" in "\n".join(lines)
    assert any(line.startswith("Next: Give also the address") for line in lines)


def test_json_and_page_say_the_same() -> None:
    """The contract of the JSON report holds, and the page has the same title."""
    diagnosis = judged("invalid_grant")
    document = json.write(diagnosis)
    assert set(document) == {"verdict", "findings", "exchanges", "not_judged"}
    assert "recording of one login" in document["findings"][0]["explanation"]
    assert "invalid_grant has several causes" in html.write(diagnosis)


@pytest.mark.parametrize(
    ("pasted", "code"),
    [
        ("invalid_request: missing parameter foo", ""),
        ("invalid_client", "invalid_client"),
        ("the grant is valid", ""),
        ("InvalidGrantError", "invalid_grant"),
    ],
)
def test_a_code_is_recognized(pasted: str, code: str) -> None:
    """Where the words name a parameter, the code is not all that they say."""
    assert bare_code(pasted) == code


def test_an_empty_capture_has_no_causes() -> None:
    """Nothing said, nothing asked."""
    assert diagnose(Capture(sources=["text"])).unexplained == ""
