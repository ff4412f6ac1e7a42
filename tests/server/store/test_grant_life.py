"""A grant's life against a model: any order of redeeming, refreshing, ending, waiting and restarting."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from proofkey.core.records import Grant
from proofkey.server.store import open_store
from proofkey.server.store.outcomes import (
    Ended,
    Redeemed,
    Redemption,
    Repeated,
    Replayed,
    ReplayEnded,
    Rotated,
    Unknown,
)
from proofkey.server.store.protocol import REFRESH_GRACE, Store
from proofkey.testing.store_samples import NOW, make_grant

LIFETIME = 1000  # seconds
subjects = st.sampled_from(["alice", "bob"])
clients = st.sampled_from(["app", "other"])


@dataclass
class Life:
    """What the model knows of one grant."""

    grant: Grant
    issued_at: float
    redeemed: bool = False
    generation: int = 0
    rotated_at: int = 0
    ended: bool = False


class GrantLife(RuleBasedStateMachine):
    """One store, many grants."""

    lives = Bundle("lives")

    @initialize()
    def open(self) -> None:
        """Start with an empty store."""
        self.folder = Path(tempfile.mkdtemp(prefix="grant-life-"))
        self.runner = asyncio.Runner()
        self.now = NOW
        self.known: list[Life] = []
        self.store: Store = self.runner.run(open_store(self.url))

    @property
    def url(self) -> str:
        """Where the store is."""
        return f"sqlite:///{self.folder}/a.db"

    @rule(target=lives, subject=subjects, client=clients)
    def issue(self, subject: str, client: str) -> Life:
        """Make a code; nothing is stored."""
        self.now += 1
        grant = make_grant(
            self.now, subject=subject, client_id=client, session_id=subject.encode(), expires_at=self.now + LIFETIME
        )
        life = Life(grant, self.now, rotated_at=self.now)
        self.known.append(life)
        return life

    @rule(life=lives)
    def redeem(self, life: Life) -> None:
        """The first time wins, every other ends the grant."""

        async def send() -> Redemption:
            return await self.store.redeem(life.grant)  # what it gives belongs to a running loop

        outcome = self.runner.run(send())
        assert isinstance(outcome, Replayed if life.redeemed else Redeemed)
        life.ended = life.ended or life.redeemed
        life.redeemed = True

    @rule(life=lives, back=st.integers(0, 3))
    def refresh(self, life: Life, back: int) -> None:
        """Present the generation in force or one before it."""
        presented = max(0, life.generation - back)
        outcome = self.runner.run(
            self.store.refresh(life.grant.grant_id, presented, now=self.now, refresh_key_id=life.generation + 1)
        )
        if not life.redeemed:
            expected: type = Unknown
        elif life.ended or self.now >= life.grant.expires_at:
            expected = Ended
        elif presented == life.generation:
            expected = Rotated
            life.generation, life.rotated_at = life.generation + 1, self.now
        elif presented == life.generation - 1 and self.now - life.rotated_at <= REFRESH_GRACE:
            expected = Repeated
        else:
            expected, life.ended = ReplayEnded, True
        assert isinstance(outcome, expected)
        if isinstance(outcome, Rotated | Repeated):
            assert (outcome.grant.generation, outcome.grant.refresh_key_id) == (life.generation, life.generation)

    @rule(life=lives)
    def end(self, life: Life) -> None:
        """End one grant."""
        outcome = self.runner.run(self.store.end_grant(life.grant.grant_id, now=self.now, reason="revoked"))
        assert (outcome is not None) == life.redeemed
        life.ended = life.ended or life.redeemed

    @rule(subject=st.none() | subjects, client=st.none() | clients)
    def end_by_name(self, subject: str | None, client: str | None) -> None:
        """End what is named, codes on their way included."""
        if subject is None and client is None:
            self.runner.run(self.store.end_all_grants(now=self.now, reason="compromise"))
        else:
            self.runner.run(self.store.end_grants_of(now=self.now, reason="logout", subject=subject, client_id=client))
        for life in self.known:
            if subject in (None, life.grant.subject) and client in (None, life.grant.client_id):
                life.ended = True

    @rule(subject=subjects)
    def end_session(self, subject: str) -> None:
        """End the grants of a session."""
        self.runner.run(self.store.end_grants_of(now=self.now, reason="logout", session_id=subject.encode()))
        for life in self.known:
            life.ended = life.ended or life.grant.subject == subject

    @rule(seconds=st.sampled_from([1, REFRESH_GRACE, REFRESH_GRACE + 1, LIFETIME]))
    def wait(self, seconds: int) -> None:
        """Let time pass."""
        self.now += seconds

    @rule()
    def purge(self) -> None:
        """Within the margin nothing that matters goes."""
        self.runner.run(self.store.purge(now=self.now))

    @rule()
    def restart(self) -> None:
        """What was answered is still true."""
        self.runner.run(self.store.close())
        self.store = self.runner.run(open_store(self.url))

    @invariant()
    def the_store_agrees_with_the_model(self) -> None:
        """Every grant, after every step."""
        for life in self.known:
            found = self.runner.run(self.store.grant(life.grant.grant_id))
            assert (found is not None) == life.redeemed
            if found is not None:
                assert found.generation == life.generation
                assert (found.ended_at is not None) == life.ended

    def teardown(self) -> None:
        """Close and remove the store."""
        if hasattr(self, "store"):
            self.runner.run(self.store.close())
            self.runner.close()
            shutil.rmtree(self.folder)


TestGrantLife = GrantLife.TestCase
TestGrantLife.settings = settings(max_examples=20, stateful_step_count=25, deadline=None)
TestGrantLife.pytestmark = [pytest.mark.timeout(120)]
