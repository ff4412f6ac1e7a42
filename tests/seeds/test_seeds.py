"""Whole questions, rebuilt in words of our own from posts in forums, get their answers from end to end."""

from __future__ import annotations

from pathlib import Path

import pytest

from proofkey.doctor.diagnose import Diagnosis, diagnose
from proofkey.doctor.fault import LIKELY
from proofkey.doctor.sources import read

HERE = Path(__file__).parent

# The text, the first finding, and what else has to be said (`?` behind what is only possible: advice in a reply).
ANSWERS: dict[str, tuple[str, list[str]]] = {
    "000-random-bytes-as-challenge": ("challenge-printed-bytes", []),
    "001-host-of-the-organisation": ("wrong-host", []),
    "002-json-to-the-api-path": ("token-body-json", ["wrong-host", "redirect-uri-double-encoded?"]),
    "003-json-and-a-reply-without-client": ("token-body-json", ["wrong-host"]),
    "004-tutorial-without-state": ("state-missing", []),
    "010-axios-object": ("token-body-json", []),
    "011-flask-new-verifier": ("verifier-unrelated", []),
    "012-hexdigest": ("challenge-base64-of-hex", []),
    "013-bash-echo": ("challenge-newline-hashed", []),
    "014-cors-and-client-credentials-advice": ("token-body-json", []),
    "015-right-code": ("", []),
    "016-two-redirects-in-code": ("redirect-uri-trailing-slash", []),
    "017-real-values-hex": ("challenge-hex-digest", []),
    "018-healthy": ("", []),
    "020-arraybuffer-in-btoa": ("challenge-placeholder-text", []),
    "021-postman-json": ("token-body-json", []),
    "022-plain-http-page": ("insecure-page-no-webcrypto", []),
    "023-two-posts": ("code-redeemed-twice", []),
    "024-single-quotes-in-cmd": ("shell-mangled-parameters", []),
    "025-axios-error": ("token-body-json", []),
    "026-plain": ("challenge-method-plain-refused", []),
    "027-hash-of-bytes": ("challenge-hash-of-decoded-bytes", []),
    "028-cryptojs-hex": ("challenge-base64-of-hex", []),
    "029-short-verifier": ("verifier-too-short", []),
    "030-trace-with-empty-secret": ("secret-empty", []),
    "031-content-security-policy": ("csp-blocked", []),
    "032-php-hash": ("challenge-base64-of-hex", []),
    "033-csharp-json": ("token-body-json", []),
    "034-csharp-right": ("", []),
    "035-verifier-of-the-first-login": ("verifier-matches-other-request", []),
    "036-values-alone": ("challenge-standard-base64", []),
    "037-text-plain": ("token-content-type-wrong", []),
    "038-log-lines": ("redirect-uri-scheme-differs", []),
    "039-method-left-out": ("challenge-method-missing", []),
    "040-rest-client-file": ("redirect-uri-double-encoded", []),
    "041-null-verifier": ("verifier-is-null-text", []),
    "042-general-question": ("", []),
}


def judge(name: str) -> Diagnosis:
    """Read and judge one of the texts."""
    path = HERE / f"{name}.txt"
    diagnosis = diagnose(read(path.name, path.read_bytes()))
    assert diagnosis.failures == []
    return diagnosis


def test_every_text_has_its_answer() -> None:
    """No text lies here that nothing is expected of."""
    assert sorted(path.stem for path in HERE.glob("*.txt")) == sorted(ANSWERS)


@pytest.mark.parametrize("name", ANSWERS)
def test_a_question_gets_its_answer(name: str) -> None:
    """The first sure finding is the cause, and what the replies get wrong is told as a possibility."""
    first, more = ANSWERS[name]
    findings = judge(name).findings
    sure = [each.fault.slug for each in findings if each.finding.certainty >= LIKELY]
    told = {each.fault.slug + ("" if each.finding.certainty >= LIKELY else "?") for each in findings}
    assert sure[:1] == ([first] if first else [])
    assert set(more) <= told


def test_a_login_that_worked_is_called_right() -> None:
    """Tokens, and a pair that fits, are a good login."""
    assert judge("018-healthy").verdict == "ok"


@pytest.mark.parametrize("name", ["000-random-bytes-as-challenge", "001-host-of-the-organisation", "015-right-code"])
def test_right_code_is_left_alone(name: str) -> None:
    """The good snippets of the replies, and of who shares what works, are not called wrong."""
    told = {each.fault.slug for each in judge(name).findings}
    assert told <= {"challenge-printed-bytes", "wrong-host", "code-not-accepted"}


def test_a_refusal_that_the_code_explains_is_no_riddle() -> None:
    """Beside the line that makes the wrong challenge, nothing says that nothing shows why the code is refused."""
    assert [each.fault.slug for each in judge("000-random-bytes-as-challenge").findings] == ["challenge-printed-bytes"]
