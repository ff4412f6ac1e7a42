"""The suite that a store of back-end sessions must pass; a test class of yours inherits from it and opens its store.

    class TestMySessions(SessionContract):
        @pytest.fixture
        def open_sessions(self, tmp_path):
            return lambda: MySessions(tmp_path / "sessions")

Every call of `open_sessions()` must open the same, at first empty, store once more. A store that is not durable gives
the same object each time. Needs pytest.
"""
# ruff: noqa: S101  # assert is what a test does

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

import pytest

from proofkey.bff.session_store import SessionStore

Opening: TypeAlias = Callable[[], SessionStore]
NOW = 1_900_000_000.25


def make_key() -> bytes:
    """Make a key as of a new session."""
    return secrets.token_bytes(32)


class SessionContract:
    """What a store of sessions must hold."""

    @pytest.fixture
    def open_sessions(self) -> Opening:
        """Give the function that opens the store under test."""
        raise NotImplementedError("a store's test class says how to open it")

    @pytest.fixture
    def sessions(self, open_sessions: Opening) -> Iterator[SessionStore]:
        """Open the store, and close it after the test."""
        opened = open_sessions()
        yield opened
        opened.close()

    def test_what_is_inserted_is_found(self, sessions: SessionStore) -> None:
        """Contents are any bytes; times keep their fractions."""
        key, contents = make_key(), bytes(range(256)) * 100
        assert sessions.find(key) is None
        sessions.insert(key, contents, now=NOW)
        found = sessions.find(key)
        assert found is not None
        assert (found.contents, found.created_at, found.seen_at) == (contents, NOW, NOW)
        assert sessions.find(make_key()) is None

    def test_contents_are_not_shown(self, sessions: SessionStore) -> None:
        """A record that gets into a log says nothing."""
        key = make_key()
        sessions.insert(key, b"contents", now=NOW)
        assert "contents'" not in repr(sessions.find(key))

    def test_use_moves_the_time_forward_only(self, sessions: SessionStore) -> None:
        """Two processes whose clocks differ do not make a session older."""
        key = make_key()
        sessions.insert(key, b"x", now=NOW)
        sessions.touch(key, now=NOW + 10)
        sessions.touch(key, now=NOW + 5)
        found = sessions.find(key)
        assert found is not None
        assert (found.created_at, found.seen_at) == (NOW, NOW + 10)

    def test_a_deleted_session_does_not_come_back(self, sessions: SessionStore) -> None:
        """Neither a touch, nor a lease, nor a renewal that was under way restores it."""
        key, holder = make_key(), b"holder"
        sessions.insert(key, b"x", now=NOW)
        assert sessions.take_lease(key, holder, now=NOW, until=NOW + 60) is not None
        assert sessions.delete(key) is True
        sessions.touch(key, now=NOW + 1)
        assert sessions.replace(key, holder, b"y") is False
        sessions.release(key, holder)
        assert sessions.take_lease(key, holder, now=NOW, until=NOW + 60) is None
        assert sessions.find(key) is None
        assert sessions.delete(key) is False

    def test_a_lease_has_one_holder(self, sessions: SessionStore) -> None:
        """Until it is given back or runs out; other sessions are not concerned."""
        key, other = make_key(), make_key()
        sessions.insert(key, b"x", now=NOW)
        sessions.insert(other, b"z", now=NOW)
        taken = sessions.take_lease(key, b"one", now=NOW, until=NOW + 60)
        assert taken is not None
        assert taken.contents == b"x"
        assert sessions.take_lease(key, b"two", now=NOW + 59, until=NOW + 119) is None
        assert sessions.take_lease(other, b"two", now=NOW, until=NOW + 60) is not None
        sessions.release(key, b"two")  # not the holder: changes nothing
        assert sessions.take_lease(key, b"two", now=NOW + 59, until=NOW + 119) is None
        sessions.release(key, b"one")
        assert sessions.take_lease(key, b"two", now=NOW + 59, until=NOW + 119) is not None

    def test_a_lease_that_died_with_its_holder_runs_out(self, sessions: SessionStore) -> None:
        """The next one gets it; what the first one writes afterwards is refused."""
        key = make_key()
        sessions.insert(key, b"x", now=NOW)
        assert sessions.take_lease(key, b"dead", now=NOW, until=NOW + 60) is not None
        assert sessions.take_lease(key, b"next", now=NOW + 60, until=NOW + 120) is not None
        assert sessions.replace(key, b"dead", b"late") is False
        assert sessions.replace(key, b"next", b"y") is True
        found = sessions.find(key)
        assert found is not None
        assert found.contents == b"y"

    def test_renewing_gives_the_lease_back(self, sessions: SessionStore) -> None:
        """And asking once more, because the answer was lost, does no harm."""
        key = make_key()
        sessions.insert(key, b"x", now=NOW)
        assert sessions.take_lease(key, b"one", now=NOW, until=NOW + 60) is not None
        assert sessions.replace(key, b"one", b"y") is True
        assert sessions.replace(key, b"one", b"y") is True
        assert sessions.replace(key, b"one", b"something else") is False
        taken = sessions.take_lease(key, b"two", now=NOW, until=NOW + 60)
        assert taken is not None
        assert taken.contents == b"y"

    def test_of_fifty_threads_one_gets_the_lease(self, sessions: SessionStore) -> None:
        """All at once, ten times."""
        for _ in range(10):
            key, gate = make_key(), threading.Barrier(50)
            sessions.insert(key, b"x", now=NOW)

            def ask(number: int, key: bytes = key, gate: threading.Barrier = gate) -> bool:
                gate.wait()
                return sessions.take_lease(key, number.to_bytes(2, "big"), now=NOW, until=NOW + 60) is not None

            with ThreadPoolExecutor(50) as pool:
                assert sum(pool.map(ask, range(50))) == 1

    def test_sessions_that_are_over_are_purged(self, sessions: SessionStore) -> None:
        """By age and by idleness, and no others."""
        old, idle, good = make_key(), make_key(), make_key()
        sessions.insert(old, b"x", now=NOW)
        sessions.touch(old, now=NOW + 200)
        sessions.insert(idle, b"x", now=NOW + 50)
        sessions.insert(good, b"x", now=NOW + 50)
        sessions.touch(good, now=NOW + 150)
        assert sessions.purge(created_before=NOW + 10, seen_before=NOW + 100) == 2
        assert [sessions.find(key) is not None for key in (old, idle, good)] == [False, False, True]

    def test_a_store_that_is_durable_outlives_its_process(self, open_sessions: Opening) -> None:
        """What a method changed is there when the store is opened again."""
        first = open_sessions()
        if not first.is_durable:
            first.close()
            return
        key, gone = make_key(), make_key()
        first.insert(key, b"x", now=NOW)
        first.insert(gone, b"x", now=NOW)
        first.delete(gone)
        first.take_lease(key, b"one", now=NOW, until=NOW + 60)
        first.close()
        second = open_sessions()
        try:
            assert second.take_lease(key, b"two", now=NOW, until=NOW + 60) is None
            assert second.replace(key, b"one", b"y") is True
            found = second.find(key)
            assert found is not None
            assert found.contents == b"y"
            assert second.find(gone) is None
        finally:
            second.close()
