"""The server's clock never goes back: what has run out stays so, whoever sets the machine's clock."""

from __future__ import annotations

import logging

from hypothesis import given
from hypothesis import strategies as st

from proofkey.server.clock import FOLLOWED, SteadyClock
from tests.server.person import Attempt, Person, code_for, open_test_server


class Machine:
    """A machine whose wall clock can be set."""

    def __init__(self) -> None:
        self.wall, self.ticks = 1_900_000_000.0, 100.0

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self.wall += seconds
        self.ticks += seconds

    def clock(self) -> SteadyClock:
        """Give a server's clock on it."""
        return SteadyClock(lambda: self.wall, lambda: self.ticks)


def test_a_step_back_is_not_followed_and_said_once(caplog) -> None:
    """The server counts on by itself, until the machine has caught up."""
    machine = Machine()
    clock = machine.clock()
    began = clock()
    machine.wall -= 3600
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            machine.pass_by(10)
            clock()
    assert clock() == began + 30
    assert [record.getMessage() for record in caplog.records] == ["clock-set-back"]
    machine.wall += 3600
    assert clock() == machine.wall == began + 30


def test_steps_forward_and_small_corrections_are_followed() -> None:
    """A machine that slept, or NTP that slews."""
    machine = Machine()
    clock = machine.clock()
    machine.wall += 86_400
    assert clock() == machine.wall
    machine.wall -= FOLLOWED / 2
    assert clock() == machine.wall


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(-10_000, 10_000)), max_size=20))
def test_it_goes_back_by_no_more_than_a_correction(steps: list[tuple[float, float]]) -> None:
    """Whatever is done to the wall clock, and never slower than time passes by more than that."""
    machine = Machine()
    clock = machine.clock()
    last = clock()
    for passed, step in steps:
        machine.pass_by(passed)
        machine.wall += step
        now = clock()
        assert now >= last + passed - FOLLOWED - 0.001
        last = now


async def test_a_code_that_has_expired_is_not_good_again(tmp_path) -> None:
    """Though the machine's clock says that it is young."""
    machine = Machine()
    server = await open_test_server(tmp_path, clock=machine.clock())
    async with Person(server) as ada:
        attempt = Attempt()
        code = await code_for(ada, attempt)
        machine.pass_by(61)
        assert (await ada.token(**attempt.form(code))).json()["error_uri"].endswith("/code-expired")
        machine.wall -= 60
        assert (await ada.token(**attempt.form(code))).json()["error_uri"].endswith("/code-expired")
    await server.close()
