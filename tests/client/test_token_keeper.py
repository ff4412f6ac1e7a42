"""One refresh for however many ask at the end of a token's life, and no rotated token is lost."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import requests

from proofkey.client import file_lock
from proofkey.client.aio import AsyncClient
from proofkey.client.blocking import Client
from proofkey.client.errors import AnswerLost, LoginRequired, NotKept, NotReached
from proofkey.client.token_document import Kept, dump_with_secrets, load_with_secrets
from proofkey.client.token_keeper import TokenKeeper
from proofkey.client.token_stores import FileStore, KeyringStore, MemoryStore
from proofkey.core.client_side import ClientSettings, Tokens
from proofkey.core.errors import Misuse, PeerViolation, ProofkeyError, TokenRefused
from proofkey.core.metadata import ServerMetadata
from proofkey.core.secret import AccessToken, RefreshToken
from tests.client.real_server import RealServer
from tests.server.person import CALLBACK


@pytest.fixture
def client(real_server: RealServer) -> Iterator[Client]:
    """A public client of the real server."""
    client = Client.discover(real_server.issuer, client_id="spa", redirect_uri=CALLBACK)
    yield client
    client.close()


def log_in(client: Client, server: RealServer) -> Tokens:
    """Log Ada in."""
    url, transaction = client.begin(scopes=["openid", "profile", "users:readonly"])
    return client.finish(server.log_in(url), transaction)


@pytest.fixture
def expired(client: Client, real_server: RealServer, tmp_path: Path) -> FileStore:
    """A store with a login whose access token is over; its refresh token is good."""
    tokens = replace(log_in(client, real_server), expires_at=1_000.0)
    store = FileStore(tmp_path / "tokens.json")
    store.write(dump_with_secrets(Kept(tokens, 1.0)))
    real_server.refreshes = 0
    return store


def test_fifty_threads_make_one_refresh(client: Client, expired: FileStore, real_server: RealServer) -> None:
    """All get the same new token."""
    keeper, gate = TokenKeeper(client, expired), threading.Barrier(50)

    def ask(_: int) -> str:
        gate.wait()
        return keeper.access_token().reveal()

    with ThreadPoolExecutor(50) as pool:
        given = set(pool.map(ask, range(50)))
    assert (len(given), real_server.refreshes) == (1, 1)


def test_fifty_keepers_of_one_file_make_one_refresh(
    client: Client, expired: FileStore, real_server: RealServer
) -> None:
    """Threads that share nothing but the file find each other by its lock."""
    gate = threading.Barrier(50)

    def ask(_: int) -> str:
        gate.wait()
        return TokenKeeper(client, expired).access_token().reveal()

    with ThreadPoolExecutor(50) as pool:
        given = set(pool.map(ask, range(50)))
    assert (len(given), real_server.refreshes) == (1, 1)


async def test_fifty_tasks_make_one_refresh(client: Client, expired: FileStore, real_server: RealServer) -> None:
    """The event loop goes on while one of them renews."""
    keeper = TokenKeeper(client, expired)
    given = await asyncio.gather(*(keeper.access_token_async() for _ in range(50)))
    assert (len({token.reveal() for token in given}), real_server.refreshes) == (1, 1)


def test_a_live_token_asks_nobody(client: Client, real_server: RealServer) -> None:
    """No refresh, no lock, no disk while the token is fresh."""
    keeper = TokenKeeper(client)
    tokens = log_in(client, real_server)
    keeper.keep(tokens)
    before = real_server.refreshes
    assert keeper.access_token() == tokens.access_token
    assert real_server.refreshes == before


class Renewing:
    """A client that renews without a server; `outcomes` are raised or given, one a call."""

    def __init__(self, *outcomes: Exception | Tokens) -> None:
        self.outcomes, self.asked, self.revoked = list(outcomes), list[str](), list[Tokens]()

    def refresh(self, tokens: Tokens) -> Tokens:
        """Note the refresh token, and give the next outcome."""
        assert tokens.refresh_token is not None
        self.asked.append(tokens.refresh_token.reveal())
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def revoke(self, tokens: Tokens) -> None:
        """Note what is revoked."""
        self.revoked.append(tokens)


class Clock:
    """Time that the test moves."""

    now = 1_000.0

    def __call__(self) -> float:
        """Give the time."""
        return self.now


def made(name: str, expires_at: float | None = 4_600.0, refresh: str | None = "r") -> Tokens:
    """Make tokens."""
    token = RefreshToken(f"{refresh}-{name}") if refresh else None
    return Tokens(AccessToken(name), "Bearer", expires_at, token, ("a", "b"), claims={"sub": "ada"})


def keeper_of(client: Renewing, store: MemoryStore | FileStore | None = None, **tokens: object) -> TokenKeeper:
    """Make a keeper whose login began at 1,000 s, for an hour, and whose clock the test moves."""
    keeper = TokenKeeper(client, store, clock=Clock())
    keeper.keep(made("old", **tokens))  # type: ignore[arg-type]
    return keeper


def at(keeper: TokenKeeper, now: float) -> TokenKeeper:
    """Move the keeper's clock."""
    keeper._clock.now = now  # type: ignore[attr-defined]
    return keeper


def test_a_token_is_renewed_a_minute_before_its_end() -> None:
    """Fresh until 60 s before; a short-lived one until a quarter of its life is left."""
    keeper = keeper_of(Renewing(made("new", 8_000.0), made("newer", 9_000.0)))
    assert at(keeper, 4_539.0).access_token().reveal() == "old"
    assert at(keeper, 4_541.0).access_token().reveal() == "new"
    short = keeper_of(Renewing(made("new")), expires_at=1_040.0)
    assert at(short, 1_029.0).access_token().reveal() == "old"
    assert at(short, 1_031.0).access_token().reveal() == "new"


def test_a_lost_answer_is_asked_for_again_at_once() -> None:
    """The same refresh token, one more time: in the grace time a server gives the same successor."""
    client = Renewing(AnswerLost("lost"), made("new"))
    assert at(keeper_of(client), 5_000.0).access_token().reveal() == "new"
    assert client.asked == ["r-old", "r-old"]


def test_a_server_that_is_away_does_not_end_a_live_token() -> None:
    """Nearly over is not over; over is."""
    keeper = keeper_of(Renewing(NotReached("away"), NotReached("away"), made("new")))
    assert at(keeper, 4_590.0).access_token().reveal() == "old"
    with pytest.raises(NotReached):
        at(keeper, 4_700.0).access_token()
    assert keeper.access_token().reveal() == "new"


@pytest.mark.parametrize(
    "trouble",
    [
        PeerViolation("the token endpoint answered 502", fault="server-unavailable"),
        TokenRefused("temporarily_unavailable"),
        TokenRefused("invalid_client", status=401),
    ],
    ids=["gateway", "unavailable", "client"],
)
def test_a_server_in_trouble_does_not_end_a_live_token(trouble: ProofkeyError) -> None:
    """A gateway that answers for it, or a no that is not about the refresh token: used to its last second."""
    keeper = keeper_of(Renewing(trouble, trouble, made("new")))
    assert at(keeper, 4_590.0).access_token().reveal() == "old"
    with pytest.raises(type(trouble)):
        at(keeper, 4_600.0).access_token()
    assert keeper.access_token().reveal() == "new"


def test_a_live_token_does_not_wait_for_its_renewal() -> None:
    """While one thread asks a server that takes its time, the others go on; without a live token they wait."""
    asked, answer = threading.Event(), threading.Event()

    class Slow(Renewing):
        def refresh(self, tokens: Tokens) -> Tokens:
            asked.set()
            assert answer.wait(60)
            return super().refresh(tokens)

    keeper = at(keeper_of(Slow(made("new", 9_000.0))), 4_590.0)
    with ThreadPoolExecutor(2) as pool:
        try:
            first = pool.submit(keeper.access_token)
            assert asked.wait(60)
            assert pool.submit(keeper.access_token).result(60).reveal() == "old"
            refused = pool.submit(keeper.renew, AccessToken("old"))
            assert not refused.done()
        finally:
            answer.set()
        assert (first.result(60).reveal(), refused.result(60).reveal()) == ("new", "new")


def test_a_refused_refresh_token_ends_the_login() -> None:
    """invalid_grant is final: a person has to log in, and the dead tokens are forgotten."""
    keeper = keeper_of(Renewing(TokenRefused("invalid_grant", fault="refresh-token-expired")))
    with pytest.raises(LoginRequired) as raised:
        at(keeper, 5_000.0).access_token()
    assert raised.value.fault == "refresh-token-expired"
    assert keeper.tokens() is None
    with pytest.raises(LoginRequired):
        keeper.access_token()


def test_another_refusal_keeps_the_login() -> None:
    """temporarily_unavailable says nothing about the token."""
    keeper = keeper_of(Renewing(TokenRefused("temporarily_unavailable"), made("new")))
    with pytest.raises(TokenRefused):
        at(keeper, 5_000.0).access_token()
    assert keeper.access_token().reveal() == "new"


def test_a_keeper_of_an_asynchronous_client_is_misuse() -> None:
    """It would keep coroutines; the error says what to do instead."""
    server = ServerMetadata("https://a.example", "https://a.example/authorize", "https://a.example/token")
    with pytest.raises(Misuse, match="access_token_async"):
        TokenKeeper(AsyncClient(server, ClientSettings("app", CALLBACK), send=lambda _: None))  # type: ignore[arg-type]


def test_without_a_refresh_token_the_end_is_the_end() -> None:
    """Used to its last second, then somebody has to log in."""
    keeper = keeper_of(Renewing(), refresh=None)
    assert at(keeper, 4_599.0).access_token().reveal() == "old"
    with pytest.raises(LoginRequired) as raised:
        at(keeper, 4_600.0).access_token()
    assert raised.value.fault == "refresh-token-absent"


class FailingOnce(MemoryStore):
    """A disk that is full at the second write."""

    writes = 0

    def write(self, text: str) -> None:
        """Fail once."""
        self.writes += 1
        if self.writes == 2:
            raise NotKept("the disk is full")
        super().write(text)


def test_a_rotated_token_that_could_not_be_written_is_not_used_and_not_lost() -> None:
    """Written before used: the caller gets an error, the next one the token, and the server is asked once."""
    client = Renewing(made("new", 9_000.0))
    store = FailingOnce()
    keeper = at(keeper_of(client, store), 5_000.0)
    with pytest.raises(NotKept):
        keeper.access_token()
    assert keeper.access_token().reveal() == "new"
    assert client.asked == ["r-old"]
    assert load_with_secrets(store.read() or "").tokens.access_token.reveal() == "new"


@pytest.mark.shows("B09")
def test_the_rotated_token_is_on_disk_before_it_is_given(tmp_path: Path) -> None:
    """Who gets the token can already read it in the file, owner-only and whole."""
    path = tmp_path / "kept" / "tokens.json"
    keeper = at(keeper_of(Renewing(made("new", 9_000.0)), FileStore(path)), 5_000.0)
    assert keeper.access_token().reveal() == json.loads(path.read_text())["access_token"] == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert sorted(each.name for each in path.parent.iterdir()) == ["tokens.json", "tokens.json.lock"]


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """Its tokens may be known to others."""
    path = tmp_path / "tokens.json"
    FileStore(path).write("{}")
    path.chmod(0o644)
    with pytest.raises(NotKept, match="others may read"):
        FileStore(path).read()


def test_a_leftover_of_a_crash_does_no_harm(tmp_path: Path) -> None:
    """A half-written new file is overwritten, and never read."""
    path = tmp_path / "tokens.json"
    FileStore(path).write("first")
    (tmp_path / ".tokens.json.new").write_text("hal")
    assert FileStore(path).read() == "first"
    FileStore(path).write("second")
    assert FileStore(path).read() == "second"


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", "[" * 9_000, '{"version": 1}', '{"version": 1, "access_token": 7}']
)
def test_what_is_no_token_is_refused(text: str) -> None:
    """A damaged store is an error with a name, and its text is not repeated."""
    store = MemoryStore()
    store.write(text)
    with pytest.raises(NotKept):
        TokenKeeper(Renewing(), store).access_token()


@pytest.mark.parametrize("tokens", [made("x"), made("x", None, None), replace(made("x"), id_token=AccessToken("i"))])
def test_tokens_come_back_as_they_were(tokens: Tokens) -> None:
    """Load undoes dump."""
    kept = load_with_secrets(dump_with_secrets(Kept(tokens, 7.5)))
    assert (kept, kept.tokens.claims) == (Kept(tokens, 7.5), {"sub": "ada"})


def test_logout_revokes_and_forgets() -> None:
    """Even where the server cannot be told, nothing is kept."""
    client = Renewing()
    keeper = keeper_of(client)
    assert keeper.logout() is True
    assert [tokens.access_token.reveal() for tokens in client.revoked] == ["old"]
    assert keeper.logout() is False

    class Away(Renewing):
        def revoke(self, tokens: Tokens) -> None:
            raise NotReached("away")

    keeper = keeper_of(Away())
    with pytest.raises(NotReached):
        keeper.logout()
    assert keeper.tokens() is None


def test_logout_in_another_process_is_seen(tmp_path: Path) -> None:
    """A keeper whose token was refused finds that the login is gone."""
    path = tmp_path / "tokens.json"
    one = keeper_of(Renewing(), FileStore(path))
    TokenKeeper(Renewing(), FileStore(path)).logout()
    with pytest.raises(LoginRequired):
        one.renew(one.access_token())


def test_the_keyring_keeps_tokens(tmp_path: Path) -> None:
    """Read, write, erase twice."""
    import keyring
    from keyring.backend import KeyringBackend
    from keyring.errors import PasswordDeleteError

    class InMemory(KeyringBackend):
        priority = 5  # type: ignore[assignment]
        held: dict[tuple[str, str], str] = {}  # noqa: RUF012

        def get_password(self, service, username):
            return self.held.get((service, username))

        def set_password(self, service, username, password):
            self.held[service, username] = password

        def delete_password(self, service, username):
            if self.held.pop((service, username), None) is None:
                raise PasswordDeleteError

    before = keyring.get_keyring()
    keyring.set_keyring(InMemory())
    try:
        assert KeyringStore.available()
        store = KeyringStore("a-login", tmp_path / "lock")
        keeper = at(keeper_of(Renewing(made("new", 9_000.0)), store), 5_000.0)  # type: ignore[arg-type]
        assert keeper.access_token().reveal() == "new"
        assert '"new"' in (store.read() or "")
        store.erase()
        store.erase()
        assert store.read() is None
    finally:
        keyring.set_keyring(before)


def test_a_keyring_that_fails_in_its_own_way_keeps_nothing(tmp_path: Path) -> None:
    """Backends raise what is no KeyringError: Windows for more than 1,280 characters, D-Bus when it is gone."""
    import keyring
    from keyring.backend import KeyringBackend

    class OfWindows(KeyringBackend):
        priority = 5  # type: ignore[assignment]

        def get_password(self, service, username):
            raise RuntimeError("CredRead")

        def set_password(self, service, username, password):
            raise RuntimeError(f"CredWrite {password}")

        def delete_password(self, service, username):
            raise RuntimeError("CredDelete")

    before, store = keyring.get_keyring(), KeyringStore("a-login", tmp_path / "lock")
    keyring.set_keyring(OfWindows())
    try:
        for call in (store.read, lambda: store.write("a secret"), store.erase):
            with pytest.raises(NotKept, match="RuntimeError") as raised:
                call()
            assert "a secret" not in str(raised.value)
    finally:
        keyring.set_keyring(before)


def test_a_child_forked_under_the_lock_does_not_hold_it(tmp_path: Path) -> None:
    """It has the file open as well, for as long as it lives; the next one must not wait for its end."""
    program = """
import os, sys
from proofkey.client.token_stores import FileStore
store, (read, write) = FileStore(sys.argv[1]), os.pipe()
with store.lock():
    if os.fork() == 0:
        os.close(write)
        os.read(read, 1)  # until its parent is gone
        os._exit(0)
with store.lock():
    print("locked again")
"""
    ran = subprocess.run([sys.executable, "-c", program, str(tmp_path / "t")], capture_output=True, timeout=60)
    assert (ran.stdout, ran.stderr) == (b"locked again\n", b"")


def test_a_place_without_locks_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on some file systems of a network: an error of ours that names the file."""

    def refuse(descriptor: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(file_lock, "_lock", refuse)
    with pytest.raises(NotKept, match=r"cannot lock .*tokens\.lock"):
        TokenKeeper(Renewing(), FileStore(tmp_path / "tokens")).tokens()


@pytest.mark.shows("A76")
def test_httpx_sends_the_token_and_renews_it_after_a_401(client: Client, real_server: RealServer) -> None:
    """A token that the server no longer knows is renewed once, the request repeated."""
    keeper = TokenKeeper(client)
    tokens = log_in(client, real_server)
    keeper.keep(replace(tokens, access_token=AccessToken("not-a-token")))
    url = f"{real_server.issuer}/oauth/userinfo"
    with httpx.Client(auth=keeper.httpx_auth(real_server.issuer)) as http:
        assert http.get(url).json()["name"] == "Ada"
        with pytest.raises(Misuse) as raised:
            http.get("https://evil.example/")
    assert raised.value.fault == "wrong-host"


async def test_httpx_does_so_on_an_event_loop(client: Client, real_server: RealServer) -> None:
    """The same adapter, awaited."""
    keeper = TokenKeeper(client)
    tokens = await asyncio.to_thread(log_in, client, real_server)
    await asyncio.to_thread(keeper.keep, replace(tokens, access_token=AccessToken("not-a-token")))
    async with httpx.AsyncClient(auth=keeper.httpx_auth(real_server.issuer)) as http:
        assert (await http.get(f"{real_server.issuer}/oauth/userinfo")).json()["name"] == "Ada"


def test_a_401_without_a_refresh_token_stands(client: Client, real_server: RealServer) -> None:
    """The program sees the server's answer."""
    keeper = keeper_of(Renewing(), refresh=None)
    with httpx.Client(auth=keeper.httpx_auth(real_server.issuer)) as http:
        assert http.get(f"{real_server.issuer}/oauth/userinfo").status_code == 401


def test_requests_sends_the_token(client: Client, real_server: RealServer) -> None:
    """The adapter for requests, and its refusal of other hosts."""
    keeper = TokenKeeper(client)
    keeper.keep(log_in(client, real_server))
    with requests.Session() as session:
        session.auth = keeper.requests_auth(real_server.issuer)
        assert session.get(f"{real_server.issuer}/oauth/userinfo", timeout=60).json()["name"] == "Ada"
        with pytest.raises(Misuse):
            session.get("https://evil.example/", timeout=60)


@pytest.mark.shows("B13", "A76")
@pytest.mark.parametrize(
    "origins", [(), ("http://api.example",), ("ftp://api.example",), ("api.example",), ("https://[",)]
)
def test_a_token_goes_to_https_origins_that_were_named(origins: tuple[str, ...]) -> None:
    """An adapter for anywhere cannot be made."""
    with pytest.raises(Misuse):
        keeper_of(Renewing()).httpx_auth(*origins)


@pytest.mark.shows("A86")
def test_nothing_shows_a_token() -> None:
    """Errors and representations keep the secrets in."""
    keeper = keeper_of(Renewing(TokenRefused("invalid_grant")))
    assert "old" not in repr(keeper.tokens())
    with pytest.raises(LoginRequired) as raised:
        at(keeper, 9_999.0).access_token()
    assert "r-old" not in repr(raised.value)
