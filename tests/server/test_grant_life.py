"""A grant's life at the real endpoints against a small model: in any order, with time moved."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.server.person import Attempt, Clock, Person, answer_of, client, code_for, open_test_server

GRACE, ACCESS, ABSOLUTE, IDLE = 30, 3600, 30 * 86400, 14 * 86400


@dataclass
class Life:
    """What the model knows of one grant."""

    form: dict[str, str]
    issued: float
    redeemed: float | None = None
    ended: bool = False
    refresh: list[str] = field(default_factory=list)  # by generation
    rotated: float = 0.0
    access: list[tuple[str, float]] = field(default_factory=list)


class GrantLife(RuleBasedStateMachine):
    """Codes, refreshes, replays, revocations and disabled clients, in whatever order is found to break something."""

    lives = Bundle("lives")

    @initialize()
    def open(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp(prefix="grant-life-"))
        self.clock = Clock()
        self.disabled = False
        self.locked = False
        self.known: list[Life] = []
        self.run(self._open())

    async def _open(self) -> None:
        self.server = await open_test_server(self.folder, clock=self.clock)
        await self.server.store.put_client(client(trusted=True))
        self.ada = Person(self.server)
        await code_for(self.ada, Attempt())

    def teardown(self) -> None:
        if hasattr(self, "server"):
            self.run(self.ada.http.aclose())
            self.run(self.server.close())
            self.loop.close()
            shutil.rmtree(self.folder)

    def run(self, work):
        return self.loop.run_until_complete(work)

    @rule(target=lives)
    @precondition(lambda self: not self.disabled and not self.locked)
    def ask(self) -> Life:
        """Get a code and leave it for later."""
        return self.ask_for_a_code()

    def ask_for_a_code(self) -> Life:
        """Get a code; a session that ran out is begun anew."""
        attempt = Attempt()
        answer = answer_of(self.run(self.ada.visit(attempt.url())))
        life = Life(attempt.form(answer["code"]), self.clock.now)
        self.known.append(life)
        return life

    @rule(target=lives)
    @precondition(lambda self: not self.disabled and not self.locked)
    def log_in(self) -> Life:
        """Get a code and redeem it at once, as nearly every login does."""
        life = self.ask_for_a_code()
        self._redeem(life)
        return life

    @rule(life=lives)
    def redeem(self, life: Life) -> None:
        """The first time within a minute wins; a proven second time ends what the first gave."""
        self._redeem(life)

    def _redeem(self, life: Life) -> None:
        response = self.run(self.ada.token(**life.form))
        if self.disabled:
            assert response.json()["error"] == "invalid_client"
        elif not self.locked and life.redeemed is None and self.clock.now - life.issued <= 60:
            assert response.status_code == 200, response.text
            life.redeemed = life.rotated = self.clock.now
            self._took(life, response.json())
        else:
            assert response.json()["error"] == "invalid_grant"
            life.ended = life.ended or life.redeemed is not None

    @rule(life=lives)
    def redeem_with_another_verifier(self, life: Life) -> None:
        """What is not proven changes nothing."""
        response = self.run(self.ada.token(**life.form | {"code_verifier": Attempt().verifier}))
        assert response.json()["error"] == ("invalid_client" if self.disabled else "invalid_grant")

    @rule(life=lives, back=st.integers(0, 3))
    def refresh(self, life: Life, back: int) -> None:
        """The newest rotates; the one before gets the same again for half a minute; anything older ends the grant."""
        if len(life.refresh) <= back:
            return
        now = self.clock.now
        token = life.refresh[-1 - back]
        response = self.run(self.ada.token(grant_type="refresh_token", refresh_token=token, client_id="spa"))
        over = life.ended or now - life.redeemed >= ABSOLUTE or now - life.rotated >= IDLE
        if self.disabled:
            assert response.json()["error"] == "invalid_client"
        elif over or self.locked:
            assert response.json()["error"] == "invalid_grant"
        elif back == 0:
            assert response.status_code == 200, response.text
            life.rotated = now
            self._took(life, response.json())
        elif back == 1 and now - life.rotated <= GRACE:
            assert response.json()["refresh_token"] == life.refresh[-1]
        else:
            assert response.json()["error"] == "invalid_grant"
            life.ended = True

    @rule(life=lives)
    def revoke(self, life: Life) -> None:
        """Revoking the newest refresh token ends the grant."""
        if not life.refresh:
            return
        response = self.run(self.ada.http.post("/oauth/revoke", data={"token": life.refresh[-1], "client_id": "spa"}))
        assert response.status_code == (400 if self.disabled else 200)
        life.ended = life.ended or not self.disabled

    @rule(seconds=st.sampled_from([1, 20, 20, 31, 31, 61, 1800, 3601, 13 * 86400, 15 * 86400]))
    def wait(self, seconds: int) -> None:
        """Move time forward."""
        self.clock.now += seconds

    @rule()
    def disable_or_enable_the_client(self) -> None:
        """A disabled client gets nothing, and its tokens rest."""
        self.disabled = not self.disabled
        self.run(self.server.store.disable_client("spa", disabled=self.disabled, now=self.clock.now))

    @rule()
    def lock_or_unlock_the_person(self) -> None:
        """A disabled person gets nothing; nothing ends by it."""
        self.locked = not self.locked
        self.run(self._lock())

    async def _lock(self) -> None:
        user = await self.server.store.user("subject-ada")
        assert user is not None
        await self.server.store.put_user(replace(user, disabled=self.locked))

    @invariant()
    def access_tokens_hold_as_long_as_their_grant_and_time(self) -> None:
        """Each access token works exactly while grant, client and its own time are good."""
        for life in getattr(self, "known", [])[-3:]:
            for token, expires in life.access[-2:]:
                response = self.run(
                    self.ada.http.get("/api/v2/tokens/me", headers={"authorization": f"Bearer {token}"})
                )
                good = not life.ended and not self.disabled and not self.locked and self.clock.now < expires
                assert response.status_code == (200 if good else 401), (life.ended, self.disabled)

    def _took(self, life: Life, answer: dict[str, str]) -> None:
        assert answer["refresh_token"] not in life.refresh
        life.refresh.append(answer["refresh_token"])
        life.access.append((answer["access_token"], self.clock.now + ACCESS))


TestGrantLife = GrantLife.TestCase
TestGrantLife.settings = settings(
    max_examples=30, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
