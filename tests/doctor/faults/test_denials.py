"""A refused authorization stays a finding, says what came after it, and stands behind what is broken."""

from __future__ import annotations

from proofkey.doctor.diagnose import Diagnosis, diagnose
from proofkey.doctor.pkce import s256
from tests.doctor.captures import authorize_url, capture_of, entry, token_body

Entry = dict[str, object]
VERIFIER = "v" * 43
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TOKENS = '{"access_token": "at-1", "token_type": "Bearer"}'
REFUSAL = '{"error": "invalid_grant"}'


def denied(second: float, client: str = "app") -> list[Entry]:
    """Write a login in which somebody pressed No."""
    return [
        entry("GET", authorize_url("no", s256("n" * 43), client), status=302, second=second),
        entry("GET", "https://app.example/cb?error=access_denied&state=no", second=second + 3),
    ]


def went_on(second: float, challenge: str = "", client: str = "app") -> list[Entry]:
    """Write a login that gets its code; with another challenge than S256 the server refuses it."""
    asked = authorize_url("yes", challenge or s256(VERIFIER), client)
    return [
        entry("GET", asked, status=302, second=second),
        entry("GET", "https://app.example/cb?code=code-1&state=yes", second=second + 3),
        entry(
            "POST",
            "https://login.example/oauth/token",
            status=400 if challenge else 200,
            headers=FORM,
            body=token_body("code-1", VERIFIER, client),
            content=REFUSAL if challenge else TOKENS,
            second=second + 4,
        ),
    ]


def judged(*entries: Entry) -> tuple[Diagnosis, list[tuple[str, str]]]:
    """Judge HAR entries: the diagnosis, and its findings with their certainty."""
    diagnosis = diagnose(capture_of(*entries))
    return diagnosis, [(each.fault.slug, each.finding.certainty.word) for each in diagnosis.findings]


def test_a_denial_before_a_login_that_works_says_so() -> None:
    """It is proven and stays the finding; whoever pressed No and then logged in is told that nothing is broken."""
    diagnosis, found = judged(*denied(1), *went_on(10))
    assert found == [("user-denied-access", "proven")]
    assert diagnosis.verdict == "fault"
    finding = diagnosis.findings[0].finding
    assert "A later login of the same client worked" in finding.explanation
    assert "nothing to mend" in finding.fix


def test_what_worked_before_or_elsewhere_excuses_nothing() -> None:
    """Only a login of the same client, begun after the refusal, shows that the person got in after all."""
    for entries in ((*went_on(1), *denied(10)), (*denied(1), *went_on(10, client="other"))):
        diagnosis, found = judged(*entries)
        assert found == [("user-denied-access", "proven")]
        assert "later login" not in diagnosis.findings[0].finding.explanation


def test_a_defect_of_another_login_comes_before_a_denial() -> None:
    """A refusal is an answer; the defect is what has to be mended."""
    padded = s256(VERIFIER) + "="
    _, found = judged(*denied(1), *went_on(10, padded))
    assert found == [("challenge-padded", "proven"), ("user-denied-access", "proven")]
