"""Grant ids sort by their time of issue."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from proofkey.server.sealing.grant_id import issued_at, last_issued_until, new_grant_id

times = st.floats(0, 4_000_000_000)


def test_an_id_is_six_bytes_of_milliseconds_and_ten_of_entropy() -> None:
    """The form is the one that decision 1 names."""
    grant_id = new_grant_id(1_760_000_000.123, lambda count: bytes([7]) * count)
    assert grant_id == (1_760_000_000_123).to_bytes(6, "big") + bytes([7]) * 10


@given(times)
def test_the_time_of_issue_is_read_back_to_the_millisecond(now: float) -> None:
    """An expired code can be explained to the second."""
    assert abs(issued_at(new_grant_id(now, bytes)) - now) <= 0.0011


@given(times, times, st.binary(min_size=10, max_size=10))
def test_the_bound_of_a_time_covers_what_was_issued_until_then_and_nothing_later(
    issued: float, bound: float, random: bytes
) -> None:
    """Ending the grants of a subject ends all that were issued until that millisecond."""
    covered = new_grant_id(issued, lambda _: random) <= last_issued_until(bound)
    assert covered == (int(issued * 1000) <= int(bound * 1000))
