"""The two transcripts of a fault's page, side by side."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from proofkey.server.pages.transcript import Exchanged, read_pair

ASK = (
    "GET https://login.example/authorize?client_id=app&state={state} HTTP/1.1\n\n\nHTTP/1.1 302 \nLocation: /cb\n\n\n\n"
)


def _differing(messages: list[Exchanged]) -> list[str]:
    return [piece.text for message in messages for line in message.lines for piece in line if piece.differs]


def test_messages_are_told_apart() -> None:
    """A request line begins a request, a status line a response; blank lines at the end are dropped."""
    messages, _ = read_pair(ASK.format(state="x"), "")
    assert [message.sent for message in messages] == [True, False]
    assert [len(message.lines) for message in messages] == [1, 2]


def test_the_parameter_that_differs_is_marked() -> None:
    """One changed parameter is one mark in each transcript."""
    bad, good = read_pair(ASK.format(state=""), ASK.format(state="x"))
    assert _differing(bad) == ["&state="]
    assert _differing(good) == ["&state=x"]


def test_what_follows_from_a_difference_is_not_marked() -> None:
    """A refusal after a wrong request is no second difference."""
    bad, good = read_pair(ASK.format(state="1"), ASK.format(state="2").replace("302", "200"))
    assert len(_differing(bad)) == len(_differing(good)) == 1


def test_answers_are_marked_where_only_they_differ() -> None:
    """The same request with another answer is a fault of the server, and the answer shows it."""
    bad, good = read_pair(ASK.format(state="1"), ASK.format(state="1") + "Access-Control-Allow-Origin: *\n")
    assert _differing(bad) == []
    assert _differing(good) == ["Access-Control-Allow-Origin:", "*"]


@given(st.text(), st.text())
def test_no_text_is_too_odd(bad: str, good: str) -> None:
    """Any two texts can be read, and none of their visible characters is lost."""
    messages, _ = read_pair(bad, good)
    shown = "".join(piece.text for message in messages for line in message.lines for piece in line)
    assert "".join(shown.split()) == "".join(bad.split())
