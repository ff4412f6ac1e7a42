"""Logins whose callbacks nobody saw are told apart by verifier and answer, as the two steps that a proxy sees."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from proofkey.doctor.assemble import assemble
from proofkey.doctor.capture import Capture
from proofkey.doctor.diagnose import diagnose
from proofkey.doctor.message import Message
from proofkey.doctor.pkce import s256

HOST = "https://login.example"
VERIFIERS = {"one": "o" * 43, "two": "t" * 43, "other": "x" * 43}
REFUSED = {"error": "invalid_grant", "error_description": "PKCE verification failed"}


def authorize(name: str) -> Message:
    """Begin a login."""
    query = {
        "response_type": "code",
        "client_id": "spa",
        "redirect_uri": "http://localhost:3000/cb",
        "state": f"state-of-{name}",
        "code_challenge": s256(VERIFIERS[name]),
        "code_challenge_method": "S256",
    }
    return Message(number=0, where="", url=f"{HOST}/oauth/authorize?{urlencode(query)}", request_headers=(), body="")


def redeem(code: str, verifier: str, *, accepted: bool) -> Message:
    """Redeem the code of one login with the verifier of this name."""
    form = {
        "grant_type": "authorization_code",
        "code": s256(f"code of {code}"),
        "redirect_uri": "http://localhost:3000/cb",
        "client_id": "spa",
        "code_verifier": VERIFIERS[verifier],
    }
    answer = {"access_token": f"token-of-{code}", "token_type": "Bearer"} if accepted else REFUSED
    return Message(
        number=0,
        where="",
        method="POST",
        url=f"{HOST}/oauth/token",
        request_headers=(("content-type", "application/x-www-form-urlencoded"),),
        body=urlencode(form),
        status=200 if accepted else 400,
        response_headers=(("content-type", "application/json"),),
        response_body=json.dumps(answer),
    )


def numbered(*messages: Message) -> Capture:
    """Put messages in order."""
    for number, message in enumerate(messages, 1):
        message.number, message.where = number, f"request {number}"
    return Capture(messages=list(messages), sources=["watch"])


ORDERS = {
    "in order": ((redeem("one", "one", accepted=True), redeem("two", "two", accepted=True)), (3, 4)),
    "crossed": ((redeem("two", "two", accepted=True), redeem("one", "one", accepted=True)), (4, 3)),
    "the second's verifier for both": (
        (redeem("one", "two", accepted=False), redeem("two", "two", accepted=True)),
        (3, 4),
    ),
    "the same, late": ((redeem("two", "two", accepted=True), redeem("one", "two", accepted=False)), (4, 3)),
    "swapped": ((redeem("one", "two", accepted=False), redeem("two", "one", accepted=False)), (3, 4)),
    "a wrong one and a right one": (
        (redeem("two", "other", accepted=False), redeem("one", "one", accepted=True)),
        (4, 3),
    ),
}


@pytest.mark.parametrize("name", ORDERS)
def test_interleaved_tabs_are_told_apart(name: str) -> None:
    """What the server accepted shows whose a code is; what it refused is the other login's."""
    tokens, expected = ORDERS[name]
    first, second = assemble(numbered(authorize("one"), authorize("two"), *tokens))
    assert [[each.number for each in login.messages] for login in (first, second)] == [
        [1, expected[0]],
        [2, expected[1]],
    ]


def test_the_verifier_of_the_other_tab_is_named_at_once() -> None:
    """One storage slot served two tabs: the refusal alone tells it, before the second tab comes back."""
    diagnosis = diagnose(numbered(authorize("one"), authorize("two"), redeem("one", "two", accepted=False)))
    assert [each.fault.slug for each in diagnosis.findings] == ["verifier-matches-other-request"]


def said(*messages: Message) -> list[tuple[str, str]]:
    """Judge messages: the findings with their certainty."""
    found = diagnose(numbered(*messages)).findings
    return [(each.fault.slug, each.finding.certainty.word) for each in found]


@pytest.mark.parametrize("verifier", ["one", "two"])
def test_a_right_pair_beside_a_login_that_was_given_up_is_not_accused(verifier: str) -> None:
    """Nothing ties the code to one of two requests: the verifier may be the other's, or the server may be wrong."""
    messages = (authorize("one"), authorize("two"), redeem(verifier, verifier, accepted=False))
    diagnosis = diagnose(numbered(*messages))
    assert diagnosis.verdict == "undecided"
    (only,) = diagnosis.findings
    assert (only.fault.slug, only.finding.certainty.word) == ("verifier-matches-other-request", "possible")
    assert "the server refuses it wrongly" in only.finding.explanation


def test_a_text_that_shows_the_token_request_first_proves_nothing_by_its_order() -> None:
    """Where even its own request stands behind it, the order is that of the telling."""
    found = said(redeem("one", "one", accepted=False), authorize("one"), authorize("two"))
    assert ("verifier-matches-other-request", "proven") not in found


def test_a_request_that_was_made_after_the_refusal_has_nothing_to_do_with_it() -> None:
    """The code was there before the second request left, so it is the first one's, and the pair is right."""
    found = said(authorize("one"), redeem("one", "one", accepted=False), authorize("two"))
    assert found == [("server-refuses-correct-pair", "likely")]


PROVEN_BY = {
    "the order": (authorize("one"), redeem("one", "two", accepted=False), authorize("two")),
    "the other's tokens": (
        *(authorize("one"), authorize("two")),
        *(redeem("one", "two", accepted=False), redeem("two", "two", accepted=True)),
    ),
    "one verifier for two codes": (
        *(authorize("one"), authorize("two")),
        *(redeem("one", "two", accepted=False), redeem("two", "two", accepted=False)),
    ),
}


@pytest.mark.parametrize("name", PROVEN_BY)
def test_what_else_ties_the_code_to_its_request_proves_it(name: str) -> None:
    """A request gets one code: where the other's is known, or came too late, this code is not the other's."""
    assert said(*PROVEN_BY[name])[0] == ("verifier-matches-other-request", "proven")


def test_a_right_pair_of_a_single_login_is_right() -> None:
    """Where no other login waits, the server refuses a correct pair."""
    diagnosis = diagnose(numbered(authorize("two"), redeem("two", "two", accepted=False)))
    assert [each.fault.slug for each in diagnosis.findings] == ["server-refuses-correct-pair"]
