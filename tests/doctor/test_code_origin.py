"""A code is tied to its authorization request by what the capture shows, never by how its messages were grouped."""

from __future__ import annotations

import pytest

from proofkey.doctor.pkce import s256
from proofkey.doctor.transcript import CHALLENGE, CODE, login, request, response
from tests.doctor.faults.judged import findings

OTHER = s256("o" * 43)
ENDPOINT = "https://login.example/oauth/authorize"


def started(challenge: str, state: str | None, answer: str = "") -> str:
    """Write an authorization request; `answer` is the Location that it gets."""
    target = {"Location": answer or "https://login.example/signin"}
    said = "" if state is None else f"&state={state}"
    query = (
        f"response_type=code&client_id=app{said}&scope=openid&redirect_uri=https%3A%2F%2Fapp.example%2Fcb"
        f"&code_challenge_method=S256&code_challenge={challenge}"
    )
    return request("GET", f"{ENDPOINT}?{query}") + response(302, target) + "\n"


def came_back(code: str = CODE, state: str | None = None) -> str:
    """Write the visit of the callback."""
    said = "" if state is None else f"&state={state}"
    page = response(200, {"Content-Type": "text/html"}, "<!doctype html><title>app</title>")
    return request("GET", f"https://app.example/cb?code={code}{said}") + page + "\n"


REDEEMED = login(steps=("token",))
PROVEN = {
    "the state beside the code": started(OTHER, "s1") + started(CHALLENGE, "s2") + came_back(state="s1"),
    "the redirect that answers the request": (
        started(OTHER, None, f"https://app.example/cb?code={CODE}") + started(CHALLENGE, None) + came_back()
    ),
    "a code that came before the other request left": started(OTHER, None) + came_back() + started(CHALLENGE, None),
    "the other's own code": (
        *(started(CHALLENGE, None), came_back("another-code-of-the-server"), started(OTHER, None), came_back()),
    ),
}


@pytest.mark.parametrize("name", PROVEN)
def test_a_code_that_is_tied_to_its_request_proves_the_fault(name: str) -> None:
    """The verifier is that of another request, whatever the server says."""
    assert ("verifier-matches-other-request", "proven") in findings("".join(PROVEN[name]) + REDEEMED)


@pytest.mark.parametrize("order", [(OTHER, CHALLENGE), (CHALLENGE, OTHER)])
def test_a_callback_without_state_belongs_to_either_request(order: tuple[str, str]) -> None:
    """Two requests without state and one code: to which of them it belongs is a guess, and a guess accuses nobody."""
    found = findings("".join(started(each, None) for each in order) + came_back() + REDEEMED)
    assert ("verifier-matches-other-request", "proven") not in found
    assert ("verifier-matches-other-request", "likely") not in found
