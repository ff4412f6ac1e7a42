"""What a store must hold about clients, consents, scope words, users, sessions, keys and named values."""
# ruff: noqa: S101  # assert is what a test does

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from proofkey.server.store.errors import NameTaken, StoreRolledBack
from proofkey.server.store.protocol import Store
from proofkey.server.store.wrapped_key import KeyFamily, WrappedKey
from proofkey.testing.store_samples import NOW, make_client, make_grant, make_session, make_user


class RegistryContract:
    """What people register, and what the server remembers of them."""

    async def test_a_client_is_found_as_it_was_put(self, store: Store) -> None:
        """Every field comes back, a secret's hash included."""
        client = make_client("any id: ü/&?", auth_method="client_secret_basic", secret_hash=bytes(range(32)))
        await store.put_client(client)
        assert await store.client(client.client_id) == client
        assert await store.clients() == [client]

    async def test_a_record_that_cannot_be_written_is_refused_alone(self, store: Store) -> None:
        """A lone surrogate in a name; the store goes on."""
        with pytest.raises((UnicodeEncodeError, StoreRolledBack)):
            await store.put_client(make_client(name="\ud800"))
        with pytest.raises((UnicodeEncodeError, StoreRolledBack)):
            await store.put_meta("name", "\ud800")
        await store.put_client(make_client())
        assert await store.clients() == [make_client()]
        assert await store.client("\ud800") is None
        assert await store.user("\ud800") is None
        assert await store.user_named("\ud800") is None

    async def test_a_client_put_elsewhere_works_at_the_next_request(
        self, store: Store, open_store: Callable[[], Awaitable[Store]]
    ) -> None:
        """An unknown client is looked up every time; a changed one is known within a second."""
        assert await store.client("app") is None
        other = await open_store()
        try:
            await other.put_client(make_client())
            assert await store.client("app") == make_client()
            await other.put_client(make_client(name="Renamed"))
            await asyncio.sleep(1.05)
            assert await store.client("app") == make_client(name="Renamed")
        finally:
            await other.close()

    async def test_ones_own_change_of_a_client_works_at_once(self, store: Store) -> None:
        """Also right after it was read."""
        await store.put_client(make_client())
        assert await store.client("app") is not None
        assert await store.disable_client("app", disabled=True, now=NOW)
        assert await store.client("app") == make_client(disabled=True, modified_at=NOW)
        assert await store.disable_client("app", disabled=False, now=NOW)
        assert await store.client("app") == make_client(modified_at=NOW)
        assert not await store.disable_client("other", disabled=True, now=NOW)

    async def test_of_two_who_change_a_client_one_is_told(self, store: Store) -> None:
        """A change made meanwhile is not lost, and a removed client does not come back."""
        first = make_client(secret_hash=bytes(32), scopes=("openid",))
        assert await store.swap_client(None, first)
        assert not await store.swap_client(None, make_client(name="Another"))
        assert await store.client("app") == first
        second, third = replace(first, name="Second", scopes=("new-word",)), replace(first, name="Third")
        assert [await store.swap_client(first, second), await store.swap_client(first, third)] == [True, False]
        assert await store.client("app") == second
        assert "new-word" in await store.scope_words()
        await store.remove_client("app", now=NOW)
        assert not await store.swap_client(second, third)
        assert await store.client("app") is None

    async def test_of_many_who_register_one_id_one_wins(self, store: Store) -> None:
        """At once."""
        clients = [make_client(name=str(number)) for number in range(8)]
        outcomes = await asyncio.gather(*(store.swap_client(None, client) for client in clients))
        assert outcomes.count(True) == 1
        assert await store.client("app") == clients[outcomes.index(True)]

    async def test_removing_a_client_ends_what_it_had(self, store: Store) -> None:
        """Grants and consents; a new client of the same id starts afresh."""
        await store.put_client(make_client())
        grant = make_grant()
        await store.redeem(grant)
        await store.remember_consent("alice", "app", ["openid"], now=NOW)
        assert await store.remove_client("app", now=NOW + 1)
        assert not await store.remove_client("app", now=NOW + 1)
        assert await store.client("app") is None
        found = await store.grant(grant.grant_id)
        assert found is not None
        assert found.ended_at == NOW + 1
        await store.put_client(make_client())
        assert await store.consented("alice", "app") == frozenset()
        later = make_grant(NOW + 2)
        await store.redeem(later)
        assert await store.grant(later.grant_id) == later

    async def test_consents_add_up_and_are_per_user_and_client(self, store: Store) -> None:
        """Allowing one more scope keeps the others."""
        await store.remember_consent("alice", "app", ["openid"], now=NOW)
        await store.remember_consent("alice", "app", ["openid", "profile"], now=NOW + 1)
        await store.remember_consent("alice", "other", ["email"], now=NOW)
        assert await store.consented("alice", "app") == {"openid", "profile"}
        assert await store.consented("bob", "app") == frozenset()
        await store.forget_consents("alice", "app")
        assert await store.consented("alice", "app") == frozenset()
        assert await store.consented("alice", "other") == {"email"}
        await store.forget_consents("alice")
        assert await store.consented("alice", "other") == frozenset()

    async def test_a_scope_keeps_its_number_for_good(self, store: Store) -> None:
        """The vocabulary only grows, whoever adds to it and however often."""
        await store.put_client(make_client(scopes=("b", "a")))
        first = await store.scope_words()
        assert sorted(first) == ["a", "b"]
        added = await asyncio.gather(*(store.add_scope_words(["c", "a", f"w{number}"]) for number in range(10)))
        words = await store.scope_words()
        assert words[:2] == first
        assert sorted(words) == sorted({"a", "b", "c", *(f"w{number}" for number in range(10))})
        assert all(words[: len(one)] == one for one in added)

    async def test_grants_of_old_and_new_scopes_are_read_right(
        self, store: Store, open_store: Callable[[], Awaitable[Store]]
    ) -> None:
        """Also where another process added the words, and where there are many."""
        many = tuple(f"scope-{number}" for number in range(200))
        other = await open_store()
        try:
            await other.put_client(make_client(scopes=many))
            grants = [
                make_grant(scopes=many),
                make_grant(scopes=("never-registered", "scope-7")),
                make_grant(scopes=()),
            ]
            for grant in grants:
                await other.redeem(grant)
                assert await store.grant(grant.grant_id) == grant
        finally:
            await other.close()

    async def test_a_user_is_found_by_subject_and_name(self, store: Store) -> None:
        """Whatever the letters' case; every field comes back."""
        user = make_user("Ålice", admin=True, email="a@example.com")
        await store.put_user(user)
        assert await store.user(user.subject) == user
        for typed in ("Ålice", "ålICE", " ålice "):
            assert await store.user_named(typed) == user
        assert await store.user_named("alice") is None
        assert await store.user("nobody") is None

    async def test_a_name_belongs_to_one_account(self, store: Store) -> None:
        """A refused account changes nothing; one's own name may be kept, or given up."""
        alice, bob = make_user("alice"), make_user("bob")
        await store.put_user(alice)
        await store.put_user(bob)
        with pytest.raises(NameTaken):
            await store.put_user(replace(bob, username="ALICE"))
        assert await store.user(bob.subject) == bob
        await store.put_user(replace(alice, username="carol"))
        await store.put_user(replace(bob, username="alice"))
        assert [user.username for user in await store.users()] == ["alice", "carol"]

    async def test_a_changed_password_counts_at_once(
        self, store: Store, open_store: Callable[[], Awaitable[Store]]
    ) -> None:
        """By name an account is never taken from memory, even if another process changed it."""
        user = make_user("alice")
        await store.put_user(user)
        assert await store.user_named("alice") == user
        other = await open_store()
        try:
            await other.put_user(replace(user, password_hash="new"))
        finally:
            await other.close()
        found = await store.user_named("alice")
        assert found is not None
        assert found.password_hash == "new"

    async def test_removing_a_user_ends_sessions_and_grants(self, store: Store) -> None:
        """A55: nothing of the account works any more."""
        user = make_user("alice", subject="alice")
        session, grant = make_session(), make_grant()
        await store.put_user(user)
        await store.begin_session(session, now=NOW)
        await store.redeem(grant)
        await store.remember_consent("alice", "app", ["openid"], now=NOW)
        assert await store.user("alice") == user
        assert await store.session(session.session_id) == session
        assert await store.remove_user("alice", now=NOW + 1)
        assert not await store.remove_user("alice", now=NOW + 1)
        assert await store.user("alice") is None
        assert await store.user_named("alice") is None
        assert await store.session(session.session_id) == replace(session, ended_at=NOW + 1)
        assert (await store.grant(grant.grant_id)) == replace(grant, ended_at=NOW + 1, end_reason="user-removed")
        assert await store.consented("alice", "app") == frozenset()

    async def test_a_session_begins_once_and_ends_for_good(self, store: Store) -> None:
        """A41, A45: an ended session cannot be put back, and its id is never used again."""
        session = make_session()
        await store.begin_session(session, now=NOW)
        assert await store.session(session.session_id) == session
        ended = await store.end_session(session.session_id, now=NOW + 5)
        assert ended == replace(session, ended_at=NOW + 5)
        assert await store.end_session(session.session_id, now=NOW + 9) == ended
        with pytest.raises(StoreRolledBack):
            await store.begin_session(session, now=NOW + 9)
        assert await store.session(session.session_id) == ended
        assert await store.session(bytes(32)) is None
        assert await store.end_session(bytes(32), now=NOW) is None

    async def test_a_new_login_replaces_the_session_of_its_browser(self, store: Store) -> None:
        """Both in one transaction: there is never a moment with two, or none."""
        old, new = make_session(), make_session()
        await store.begin_session(old, now=NOW)
        assert await store.session(old.session_id) == old
        await store.begin_session(new, replacing=old.session_id, now=NOW + 1)
        assert await store.session(old.session_id) == replace(old, ended_at=NOW + 1)
        assert await store.session(new.session_id) == new

    async def test_no_session_begins_with_a_password_that_was_changed(self, store: Store) -> None:
        """And the one that it would have replaced goes on; where the account is kept elsewhere, nothing is compared."""
        old, new = make_session(), make_session()
        await store.put_user(make_user("alice", subject="alice", password_hash="new"))
        assert await store.begin_session(old, password_hash="new", now=NOW)
        assert not await store.begin_session(new, replacing=old.session_id, password_hash="old", now=NOW)
        assert await store.session(new.session_id) is None
        assert await store.session(old.session_id) == old
        assert await store.begin_session(make_session("bob"), password_hash="old", now=NOW)

    async def test_a_new_password_leaves_no_session_of_the_old_one(self, store: Store) -> None:
        """A55: however a login with the old one and the change meet."""
        user = make_user("alice", subject="alice", password_hash="old")

        async def change() -> None:
            await store.put_user(replace(user, password_hash="new"))
            await store.end_sessions_of("alice", now=NOW + 1)

        for _ in range(10):
            await store.put_user(user)
            logins = [store.begin_session(make_session(), password_hash="old", now=NOW) for _ in range(8)]
            await asyncio.gather(*logins[:4], change(), *logins[4:])
            assert await store.sessions_of("alice", now=NOW + 1) == []

    async def test_all_sessions_of_a_user_end_together(self, store: Store) -> None:
        """Those of others go on."""
        mine, other = [make_session() for _ in range(3)], make_session("bob")
        for session in (*mine, other):
            await store.begin_session(session, now=NOW)
            assert await store.session(session.session_id) == session
        await store.end_session(mine[0].session_id, now=NOW)
        assert await store.end_sessions_of("alice", now=NOW + 1) == 2
        ends = [found.ended_at for session in mine if (found := await store.session(session.session_id))]
        assert ends == [NOW, NOW + 1, NOW + 1]
        assert await store.session(other.session_id) == other

    async def test_the_sessions_of_a_user_are_listed(self, store: Store) -> None:
        """Those in force, newest first; nobody else's."""
        old, new = make_session(), make_session(now=NOW + 5)
        over, ended = make_session(expires_at=NOW + 10), make_session()
        for session in (old, over, ended, new, make_session("bob")):
            await store.begin_session(session, now=NOW)
        await store.end_session(ended.session_id, now=NOW + 1)
        assert await store.sessions_of("alice", now=NOW + 10) == [new, old]
        assert await store.sessions_of("alice", now=NOW + 10, limit=1) == [new]
        assert await store.sessions_of("carol", now=NOW + 10) == []

    async def test_purging_removes_sessions_that_ran_out_a_day_ago(self, store: Store) -> None:
        """Not before: a code of the session may still be on its way."""
        session = make_session(expires_at=NOW)
        await store.begin_session(session, now=NOW)
        assert await store.purge(now=NOW + 86_400) == 0
        assert await store.purge(now=NOW + 86_401) == 1

    async def test_a_keys_number_is_given_once(self, store: Store) -> None:
        """Of two processes that make the same next key, one wins."""
        key = WrappedKey(KeyFamily.REFRESH, 1, NOW, NOW + 600, b"wrapped", b"public")
        outcomes = await asyncio.gather(*(store.add_key(replace(key, wrapped=bytes([one]))) for one in range(8)))
        assert outcomes.count(True) == 1
        (kept,) = await store.keys()
        assert kept == replace(key, wrapped=bytes([outcomes.index(True)]))

    async def test_keys_are_closed_and_removed_up_to_a_number(self, store: Store) -> None:
        """Within their family; a closed key keeps its first time."""
        for family in (KeyFamily.CODE_ACCESS, KeyFamily.REFRESH):
            for number in (1, 2, 3):
                assert await store.add_key(WrappedKey(family, number, NOW, NOW, b"w"))
        await store.close_keys(KeyFamily.REFRESH, 1, now=NOW + 1)
        await store.close_keys(KeyFamily.REFRESH, 2, now=NOW + 2)
        await store.remove_keys(KeyFamily.CODE_ACCESS, 2)
        assert [(key.family.value, key.number, key.closed_at) for key in await store.keys()] == [
            ("code+access", 3, None),
            ("refresh", 1, NOW + 1),
            ("refresh", 2, NOW + 2),
            ("refresh", 3, None),
        ]

    async def test_named_values_are_kept(self, store: Store) -> None:
        """The last one put counts."""
        assert await store.meta("colour") is None
        await store.put_meta("colour", "blue")
        await store.put_meta("colour", "grün")
        assert await store.meta("colour") == "grün"
