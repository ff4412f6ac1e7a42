"""The load generator counts a login only when all of it is right."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.logins.generator import Load, NoCompiler, drive, generator
from bench.logins.plan import Login, write_plan
from bench.logins.world import make_world
from tests.bench.logins_stub import Stub, stub

CONNECTIONS = 4


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    """Compile the generator, or say why that cannot be."""
    if sys.platform != "linux":
        pytest.skip("the load generator is written for Linux (epoll)")
    try:
        generator()
    except NoCompiler as missing:
        pytest.skip(str(missing))


def run(server: Stub, folder: Path, core: int | None = None, **more: Any) -> dict[str, Any]:
    """Drive logins at a stub for a moment."""
    visits = make_world(users=20, clients=5).visits
    logins = [
        Login(f"/authorize?{visit.query()}", "sid=1", visit.client.redirect_uri, visit.form(), visit.verifier)
        for visit in visits
    ]
    plan = write_plan(folder / "plan", logins)
    load = Load(server.server_address[1], plan, "/token", connections=CONNECTIONS, seconds=0.3, warm_up=0, **more)
    return drive(load, core=core)


def test_right_logins_are_counted(tmp_path: Path) -> None:
    """What the server did right is what was counted, but for the logins under way when the time was over."""
    with stub() as server:
        found = run(server, tmp_path)
    assert found["failures"] == {}
    assert found["logins"] > 0
    assert 0 <= server.right - found["logins"] <= CONNECTIONS
    assert found["login"]["count"] == found["logins"]
    assert found["per_second"] == pytest.approx(found["logins"] / 0.3)


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        ("state", "state"),
        ("code", "code_repeated"),
        ("redirect", "redirect_uri"),
        ("authorize-500", "authorize_status"),
        ("token-500", "token_status"),
        ("token-missing", "token_missing"),
        ("token", "token_repeated"),
    ],
)
def test_wrong_logins_are_not_counted(fault: str, failure: str, tmp_path: Path) -> None:
    """Of a server that does every second login wrong, the other half is counted and the fault is named."""
    with stub(fault) as server:
        found = run(server, tmp_path)
    assert found["failures"][failure] > 0
    # The first use of a repeated code or token cannot be told from a right one.
    first = 1 if fault in ("code", "token") else 0
    assert 0 < found["logins"] <= server.right + first


def test_tokens_are_used_and_codes_replayed(tmp_path: Path) -> None:
    """A sample of the logins is tried afterwards: the token works, the code does not work again."""
    with stub() as server:
        found = run(server, tmp_path, samples=5, use_path="/me")
    assert (found["used"], found["replays_refused"], found["failures"]) == (5, 5, {})


def test_a_code_that_works_twice_is_reported(tmp_path: Path) -> None:
    """A server that redeems a code again is found out by the sample."""
    with stub("replay") as server:
        found = run(server, tmp_path, samples=20, use_path="/me")
    assert found["failures"]["replay_accepted"] > 0
    assert found["replays_refused"] < 20


def test_a_wrong_verifier_must_be_refused(tmp_path: Path) -> None:
    """With wrong verifiers, refusals with invalid_grant are what is counted."""
    with stub() as server:
        found = run(server, tmp_path, wrong_verifier=True)
    assert found["logins"] > 0
    assert found["failures"] == {}
    assert server.right == 0


def test_a_login_that_should_have_an_id_token_has_one(tmp_path: Path) -> None:
    """A required member of the answer that is not there makes the login none: the generator gives up."""
    with stub() as server:
        try:
            found = run(server, tmp_path, require="id_token")
        except RuntimeError as gave_up:  # a thousand failures and no login
            assert "required_missing" in str(gave_up)  # noqa: PT017
        else:
            assert found["logins"] == 0
            assert found["failures"]["required_missing"] > 0


def test_the_affinity_of_the_driver_stays(tmp_path: Path) -> None:
    """Binding the generator to a core leaves the one who starts it where he was."""
    before = os.sched_getaffinity(0)
    with stub() as server:
        assert run(server, tmp_path, core=min(before))["logins"] > 0
    assert os.sched_getaffinity(0) == before
