"""The engine: one cause gives one finding, the cause comes first, and what works is not called broken."""

from __future__ import annotations

from proofkey.doctor.diagnose import Diagnosis, diagnose
from proofkey.doctor.diagnosed import Diagnosed
from proofkey.doctor.fault import LIKELY, POSSIBLE, PROVEN, Certainty, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.ranking import in_order
from proofkey.doctor.sources import read
from proofkey.doctor.transcript import CHALLENGE, VERIFIER, login
from tests.doctor.captures import authorize_url, capture_of, entry, token_body

OTHER_CHALLENGE = "Jt7xQ2vLw9RfKc4nYhBz0sPdGm5UaEi8oTqXyNV1bM0"


def judge(*transcripts: str) -> Diagnosis:
    """Read transcripts as one text and judge it."""
    return diagnose(read("transcript", "\n\n".join(transcripts).encode()))


def named(diagnosis: Diagnosis) -> list[str]:
    """Name the findings in order."""
    return [each.fault.slug for each in diagnosis.findings]


def made(slug: str, certainty: Certainty, monkeypatch_explains: tuple[str, ...] = ()) -> Diagnosed:
    """Make a finding of an invented fault."""

    def nothing(_: Login) -> Finding | None:
        return None

    fault = Fault(
        title=slug, meaning=".", fix=".", spec=("x",), blame="client", check=nothing, needs=(), bad="", good="",
        explains=monkeypatch_explains, slug=slug,
    )  # fmt: skip
    return Diagnosed(fault, Finding(certainty, slug), None)


def test_a_particular_fault_silences_the_vaguer_one() -> None:
    """A padded challenge is not also a pair without relation."""
    assert named(judge(login(authorize={"code_challenge": CHALLENGE + "="}))) == ["challenge-padded"]


def test_a_possibility_goes_beside_what_is_sure() -> None:
    """The catch-all about the code is left out when the redirect URI is proven wrong."""
    ordered = in_order([made("a", POSSIBLE), made("b", LIKELY), made("c", PROVEN)])
    assert [each.fault.slug for each in ordered] == ["c", "b"]


def test_what_works_is_not_called_broken() -> None:
    """A padded challenge that the server accepted is no fault."""
    diagnosis = judge(login(authorize={"code_challenge": CHALLENGE + "="}, answer={}))
    assert (diagnosis.verdict, named(diagnosis)) == ("ok", [])


def test_plain_is_right_where_plain_was_asked_for() -> None:
    """Equality is what the method plain means."""
    plain = {"code_challenge": VERIFIER, "code_challenge_method": "plain"}
    diagnosis = judge(login(authorize=plain, answer={}))
    assert diagnosis.verdict == "ok"
    assert any("plain" in fact for fact in diagnosis.facts)


def test_an_unobserved_request_is_not_judged_and_said_so() -> None:
    """A lone token request leaves the faults about the pair undecided."""
    diagnosis = judge(login(steps=("token",), answer={"error": "invalid_grant"}))
    assert diagnosis.not_judged["challenge-not-hashed"] == [
        "authorize.code_challenge",
        "authorize.code_challenge_method",
    ]
    assert "challenge-not-hashed" not in named(diagnosis)


def test_a_right_pair_without_an_answer_is_ok() -> None:
    """Everything that is there fits, and nobody refused anything."""
    text = login().partition("HTTP/1.1 400")[0]
    diagnosis = judge(text)
    assert diagnosis.verdict == "ok"


def test_a_later_success_does_not_hide_an_earlier_failure() -> None:
    """Two logins, the first one broken: the capture shows a fault."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    tokens = '{"access_token": "at-0123456789", "token_type": "Bearer"}'
    url = "https://login.example/oauth/token"
    diagnosis = diagnose(
        capture_of(
            entry("GET", authorize_url("state-one-1", VERIFIER), status=302, second=1),
            entry("GET", "https://app.example/cb?code=code-one-11&state=state-one-1", second=2),
            entry("POST", url, headers=form, body=token_body("code-one-11", VERIFIER), status=400, second=3),
            entry("GET", authorize_url("state-two-2", CHALLENGE), status=302, second=4),
            entry("GET", "https://app.example/cb?code=code-two-22&state=state-two-2", second=5),
            entry("POST", url, headers=form, body=token_body("code-two-22", VERIFIER), content=tokens, second=6),
        )
    )
    assert named(diagnosis)[0] == "challenge-not-hashed"
    assert diagnosis.findings[0].login is diagnosis.logins[0]
    assert diagnosis.verdict == "fault"


def test_an_abandoned_attempt_beside_one_that_worked_is_no_fault() -> None:
    """A second tab that was closed does not spoil the verdict."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    tokens = '{"access_token": "at-0123456789", "token_type": "Bearer"}'
    url = "https://login.example/oauth/token"
    diagnosis = diagnose(
        capture_of(
            entry("GET", authorize_url("state-one-1", OTHER_CHALLENGE), status=302, second=1),
            entry("GET", authorize_url("state-two-2", CHALLENGE), status=302, second=4),
            entry("GET", "https://app.example/cb?code=code-two-22&state=state-two-2", second=5),
            entry("POST", url, headers=form, body=token_body("code-two-22", VERIFIER), content=tokens, second=6),
        )
    )
    assert (diagnosis.verdict, named(diagnosis)) == ("ok", [])
