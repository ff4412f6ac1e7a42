"""Verifiers are compared with the challenges of other logins; also a bad day's capture is judged in bounded time."""

from __future__ import annotations

import hashlib
import json
from urllib.parse import urlencode

import pytest

from proofkey.doctor import transforms
from proofkey.doctor.diagnose import diagnose
from proofkey.doctor.pkce import s256
from proofkey.doctor.sources import read
from proofkey.doctor.transforms.search import Match
from tests.doctor.captures import authorize_url, entry, har


def _verifier(number: int) -> str:
    return hashlib.sha256(f"verifier {number}".encode()).hexdigest()


def _failed(number: int, challenge: str) -> list[dict[str, object]]:
    """Write a login whose token request is refused, a second after the one before."""
    fields = {
        "grant_type": "authorization_code",
        "code": f"code-of-login-{number}",
        "redirect_uri": "https://app.example/cb",
        "client_id": "app",
        "code_verifier": _verifier(number),
    }
    callback = "https://app.example/cb?" + urlencode({"code": fields["code"], "state": f"state-{number}"})
    return [
        entry("GET", authorize_url(f"state-{number}", challenge), status=302, answer_headers={"Location": callback}),
        entry(
            "POST",
            "https://login.example/token",
            status=400,
            body=urlencode(fields),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            content=json.dumps({"error": "invalid_grant"}),
        ),
    ]


def _strange(number: int) -> str:
    """Give a challenge that nobody's verifier fits."""
    return s256(f"a verifier that is not shown, of login {number}")


def test_every_login_is_searched_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of failed logins cost a search each, not one for every two of them."""
    asked: list[str] = []

    def find(verifier: str, challenge: str) -> Match | None:
        asked.append(verifier)
        return None

    monkeypatch.setattr(transforms, "find", find)
    logins = [each for number in range(12) for each in _failed(number, _strange(number))]
    assert {each.fault.slug for each in diagnose(read("x.har", har(*logins))).findings} == {"verifier-unrelated"}
    assert sorted(asked) == sorted(_verifier(number) for number in range(12))


def test_a_damaged_challenge_is_looked_for_in_the_nearest_logins() -> None:
    """Two tabs are opened one after the other, at the end of a long capture as well as at its beginning."""
    logins = [each for number in range(21) for each in _failed(number, _strange(number))]
    hexadecimal = hashlib.sha256(_verifier(22).encode()).hexdigest()
    logins += [*_failed(21, hexadecimal), *_failed(22, _strange(22))]
    found = diagnose(read("x.har", har(*logins))).findings
    assert [each.login.id for each in found if each.login and each.fault.slug == "verifier-matches-other-request"] == [
        "login-23"
    ]
