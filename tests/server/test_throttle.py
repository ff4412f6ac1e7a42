"""Guessing passwords: whose guesses count together, and whose do not."""

from __future__ import annotations

import pytest

from proofkey.server.throttle import FREE, Throttle

NOW = 1_800_000_000.0


def guess(throttle: Throttle, *addresses: str) -> None:
    """Guess wrong from each address."""
    for address in addresses:
        throttle.failed("ada", address, NOW)


@pytest.mark.shows("A47")
def test_addresses_of_one_ipv6_network_guess_together() -> None:
    """A /64 belongs to one machine or household: a new address from it for each guess is no new start."""
    throttle = Throttle()
    guess(throttle, *(f"2001:db8:1:2::{number:x}" for number in range(1, FREE + 3)))
    assert throttle.wait("ada", "2001:db8:1:2:ffff::9", NOW) > 0
    assert throttle.wait("ada", "2001:db8:1:3::1", NOW) == 0
    throttle.succeeded("ada", "2001:db8:1:2::77")
    assert throttle.wait("ada", "2001:db8:1:2::1", NOW) == 0


@pytest.mark.shows("A49")
def test_other_ipv4_addresses_are_not_held_up() -> None:
    """Behind neighbouring addresses are other people; a text that is no address stands for itself."""
    throttle = Throttle()
    guess(throttle, *["192.0.2.1"] * (FREE + 2), *["unknown"] * (FREE + 2))
    assert throttle.wait("ada", "192.0.2.1", NOW) > 0
    assert throttle.wait("ada", "unknown", NOW) > 0
    assert throttle.wait("ada", "192.0.2.2", NOW) == 0
    assert throttle.wait("bob", "192.0.2.1", NOW) == 0
