"""Judge a transcript and name what was found."""

from __future__ import annotations

from proofkey.doctor.capture import Capture
from proofkey.doctor.diagnose import diagnose
from proofkey.doctor.registration import read_registrations
from proofkey.doctor.sources import read
from proofkey.doctor.transcript import CHALLENGE, request, response

OTHER_CHALLENGE = "JuMuRRUxLAbzJvsZUTlvYlBam7VnoY1vlU07xADovko"
STRANGE_VERIFIER = "kLr4vD0aWn2uYt7mQe9sXc3bHf6gJz1pVo5iTq8yRwA"


def findings(transcript: str, registration: str = "") -> list[tuple[str, str]]:
    """Give the findings of a transcript in order, each with its certainty."""
    capture = read("transcript", transcript.encode())
    if registration:
        capture.registrations += read_registrations("registration", registration.encode())
    return findings_in(capture)


def findings_in(capture: Capture) -> list[tuple[str, str]]:
    """Give the findings of a capture in order, each with its certainty."""
    diagnosis = diagnose(capture)
    assert diagnosis.failures == []
    return [(each.fault.slug, each.finding.certainty.word) for each in diagnosis.findings]


def faults(transcript: str, registration: str = "") -> list[str]:
    """Name the findings of a transcript in order."""
    return [slug for slug, _ in findings(transcript, registration)]


def words(transcript: str) -> str:
    """Give everything that the findings of a transcript say."""
    found = diagnose(read("transcript", transcript.encode())).findings
    texts = [each.finding.explanation + each.finding.fix for each in found]
    return "\n".join([*texts, *(f"{e.where} {e.what}" for each in found for e in each.finding.evidence)])


def other_authorization(
    state: str = "second", challenge: str = CHALLENGE, redirect_uri: str = "https%3A%2F%2Fapp.example%2Fcb"
) -> str:
    """Write an authorization request of another login that goes no further than the sign-in page."""
    url = (
        f"https://login.example/oauth/authorize?response_type=code&client_id=app&state={state}&scope=openid"
        f"&redirect_uri={redirect_uri}&code_challenge_method=S256&code_challenge={challenge}"
    )
    return request("GET", url) + response(302, {"Location": "https://login.example/signin"}) + "\n"


def callback(code: str, state: str) -> str:
    """Write a visit of the callback page."""
    page = "<!doctype html><title>app</title></html>"
    return request("GET", f"https://app.example/cb?code={code}&state={state}") + response(
        200, {"Content-Type": "text/html"}, page
    )
