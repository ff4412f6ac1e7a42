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
