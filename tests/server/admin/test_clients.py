"""Clients by form: lint at every save, the secret shown exactly once, of two who save at once one is told."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from proofkey.core.client_auth import hash_secret
from proofkey.core.secret import ClientSecret
from proofkey.server.scopes import EVERYBODY
from tests.server.admin.office import Clerk, fields_of, secret_in
from tests.server.person import PASSWORD, Attempt, code_for

NEW = {
    "client_id": "reports",
    "name": "Reports",
    "redirect_uris": "https://reports.example/callback",
    "grant_types": ["authorization_code", "refresh_token"],
    "auth_method": "none",
}


def contents_of(folder: Path) -> list[bytes]:
    """Read the files of a folder: the database with its log, and the key file."""
    contents = [file.read_bytes() for file in folder.iterdir()]
    assert len(contents) >= 3
    return contents


async def register(root: Clerk, **changes: object):
    """Fill in the form of a new client."""
    fields = await root.fields_of("clients/new", "clients/new")
    return await root.send("clients/new", fields | NEW | changes)


async def test_a_client_is_registered_and_logs_people_in(root: Clerk) -> None:
    """Public, with every scope that is not for administrators, PKCE required; a form with nothing more than this."""
    answer = await register(root)
    assert answer.status_code == 303
    assert "Registered." in (await root.http.get(answer.headers["location"])).text
    client = await root.server.store.client("reports")
    assert client is not None
    assert (client.is_public, client.require_pkce, client.trusted, client.scopes) == (True, True, False, EVERYBODY)
    assert client.created_at == client.modified_at == int(root.server.clock())
    uri = "https://reports.example/callback"
    sent = {"client_id": "reports", "redirect_uri": uri}
    attempt = Attempt(authorize=sent, token=sent)
    assert (await root.token(**attempt.form(await code_for(root, attempt)))).status_code == 200


async def test_a_secret_is_shown_exactly_once_and_kept_nowhere(root: Clerk, tmp_path: Path, caplog) -> None:
    """Not in the database, not in a log, not on any page; sending the same form again shows none."""
    caplog.set_level(logging.DEBUG)
    fields = await root.fields_of("clients/new", "clients/new")
    fields |= NEW | {"auth_method": "client_secret_basic"}
    shown = await root.send("clients/new", fields)
    secret = secret_in(shown.text)
    assert shown.headers["cache-control"] == "no-store"
    assert len(secret) == 43
    again = await root.send("clients/new", fields)
    assert again.status_code == 400
    assert "There is a client of this id already" in again.text
    client = await root.server.store.client("reports")
    assert client is not None
    assert client.secret_hash == hash_secret(ClientSecret(secret))
    pages = [await root.open(path) for path in ("clients/edit?client_id=reports", "clients/", "")]
    assert all(secret not in page.text for page in (again, *pages))
    assert secret not in caplog.text
    logged = [record.fields for record in caplog.records if record.message == "administration"]
    assert [(each["by"], each["action"], each["on"]) for each in logged] == [
        ("subject-root", "registered client", "reports")
    ]
    assert secret not in str([vars(record) for record in caplog.records])
    await root.server.store.put_meta("written", "to disk")
    assert all(secret.encode() not in contents for contents in contents_of(tmp_path))


async def test_a_new_secret_ends_the_old_one(root: Clerk, clock) -> None:
    """Once; the form sent a second time, as a reload does, changes nothing and shows nothing."""
    old = secret_in((await register(root, auth_method="client_secret_post")).text)
    fields = await root.fields_of("clients/secret?client_id=reports", "clients/secret")
    shown = await root.send("clients/secret", fields)
    new = secret_in(shown.text)
    assert "The old secret is refused from now on" in shown.text
    reloaded = await root.send("clients/secret", fields)
    assert reloaded.status_code == 409
    assert "Nothing was done." in reloaded.text
    form = {"grant_type": "authorization_code", "code": "x", "client_id": "reports", "code_verifier": "v" * 43}
    assert (await root.token(**form, client_secret=old)).json()["error"] == "invalid_client"
    assert (await root.token(**form, client_secret=new)).json()["error"] == "invalid_grant"
    entries = await root.server.store.journal()
    assert not [each for each in entries if old in str(each) or new in str(each)]


async def test_a_client_changes_between_public_and_secret(root: Clerk) -> None:
    """A secret comes, is shown, stays through other changes, and goes; coming and going are asked about."""
    await register(root)
    path = "clients/edit?client_id=reports"
    fields = await root.fields_of(path, "clients/edit")
    asked = await root.send("clients/edit", fields | {"auth_method": "client_secret_basic"})
    assert "A secret for Reports?" in asked.text
    client = await root.server.store.client("reports")
    assert client is not None
    assert client.is_public  # nothing is done yet
    first = secret_in((await root.send("clients/edit", fields_of(asked.text, "clients/edit"))).text)
    fields = await root.fields_of(path, "clients/edit")
    assert (await root.send("clients/edit", fields | {"name": "Renamed"})).status_code == 303
    client = await root.server.store.client("reports")
    assert client is not None
    assert (client.name, client.secret_hash) == ("Renamed", hash_secret(ClientSecret(first)))
    fields = await root.fields_of(path, "clients/edit")
    asked = await root.send("clients/edit", fields | {"auth_method": "none"})
    assert "Renamed without a secret?" in asked.text
    assert (await root.send("clients/edit", fields_of(asked.text, "clients/edit"))).status_code == 303
    client = await root.server.store.client("reports")
    assert client is not None
    assert (client.is_public, client.secret_hash) == (True, None)


async def test_a_secret_that_comes_wants_the_password_where_the_login_is_old(root: Clerk, clock) -> None:
    """As a new secret does; the whole form goes through the question, a wrong password does nothing."""
    await register(root)
    fields = await root.fields_of("clients/edit?client_id=reports", "clients/edit")
    clock.now += 3600
    changed = fields | {
        "auth_method": "client_secret_post",
        "name": "Other",
        "redirect_uris": "https://a.example/1\r\nhttps://a.example/2",
    }
    asked = await root.send("clients/edit", changed)
    assert 'name="password"' in asked.text
    answer = fields_of(asked.text, "clients/edit")
    wrong = await root.send("clients/edit", answer | {"password": "wrong"})
    assert (wrong.status_code, "That is not your password." in wrong.text) == (403, True)
    assert "wrong" not in str(fields_of(wrong.text, "clients/edit"))
    client = await root.server.store.client("reports")
    assert client is not None
    assert (client.name, client.is_public) == ("Reports", True)
    shown = await root.send("clients/edit", fields_of(wrong.text, "clients/edit") | {"password": PASSWORD})
    client = await root.server.store.client("reports")
    assert client is not None
    assert client.secret_hash == hash_secret(ClientSecret(secret_in(shown.text)))
    assert (client.name, client.redirect_uris) == ("Other", ("https://a.example/1", "https://a.example/2"))
    assert client.grant_types == ("authorization_code", "refresh_token")


async def test_an_unchanged_form_changes_nothing(root: Clerk) -> None:
    """Every field that the page shows comes back as it was, also those that it does not show."""
    before = replace(
        await known(root, "spa"),
        name='A "name" & <more>',
        description="A note",
        redirect_uris=("https://a.example/cb?x=1&y=%20", "com.example.app:/cb"),
        post_logout_redirect_uris=("https://a.example/bye",),
        scopes=("openid", "my:scope"),
        grant_types=("authorization_code",),
        auth_method="client_secret_post",
        secret_hash=bytes(32),
        secret_optional=True,
        access_token_format="jwt",
        access_token_lifetime=600,
        id_token_algorithm="ES256",
        require_pkce=False,
        disabled=True,
    )
    await root.server.store.put_client(before)
    fields = await root.fields_of("clients/edit?client_id=spa", "clients/edit")
    assert (await root.send("clients/edit", fields)).status_code == 303
    after = await known(root, "spa")
    assert replace(after, modified_at=before.modified_at) == before


async def known(root: Clerk, client_id: str):
    """Give a client that is there."""
    client = await root.server.store.client(client_id)
    assert client is not None
    return client


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"redirect_uris": "https://app.example/#/callback"},
            "The redirect URI https://app.example/#/callback can never match: it has a fragment",
        ),
        ({"redirect_uris": "https://*.app.example/"}, "can never match: it holds a &#39;*&#39;"),
        ({"post_logout_redirect_uris": "http://app.example/"}, "can never match: it is http on a host"),
        ({"redirect_uris": ""}, "no redirect URI: no login can end"),
        ({"grant_types": []}, "It may use no grant"),
        ({"grant_types": ["client_credentials"]}, "gives tokens to anybody"),
        ({"grant_types": ["implicit"]}, "does not have: implicit"),
        ({"name": ""}, "A name has 1 to 256"),
        ({"client_id": "  "}, "A client id has 1 to 200"),
        ({"client_id": "a\x00b"}, "A client id has 1 to 200"),
        ({"scopes": 'quo"ted'}, "a character that scopes cannot have"),
        ({"access_token_lifetime": "soon"}, "is a number of seconds"),
        ({"access_token_lifetime": "10"}, "The lifetime is 300 to"),
        ({"auth_method": "private_key_jwt"}, "It is one of none, client_secret_basic"),
        ({"owner": "nobody"}, "There is no user of this name"),
        ({"redirect_uris": "\n".join(f"https://a.example/{n}" for n in range(101))}, "more than 100"),
        ({"client_id": "spa"}, "There is a client of this id already"),
    ],
)
async def test_what_cannot_work_is_not_saved(root: Clerk, changes: dict[str, object], words: str) -> None:
    """The page says why, beside the field, and keeps what was typed; nothing is stored."""
    before = await root.server.store.clients()
    page = await register(root, **changes)
    assert page.status_code == 400
    assert words in page.text
    assert "Not saved" in page.text
    assert await root.server.store.clients() == before
    kept = fields_of(page.text, "clients/new")
    for name, value in changes.items():
        if name in ("name", "redirect_uris") and isinstance(value, str) and value.isprintable():
            assert kept[name] in (value, [value])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"redirect_uris": "http://127.0.0.1/cb", "auth_method": "client_secret_basic"},
            "This registration cannot do PKCE without a secret",
        ),
        ({"redirect_uris": "https://App.example/cb"}, "host names in small letters"),
        ({"redirect_uris": "https://a.example/cb\nhttps://a.example/cb/"}, "with and without a slash"),
        ({"scopes": "openid profil"}, "Scopes that nothing here knows: profil"),
        ({"trusted": "1"}, "It is public and trusted"),
    ],
)
async def test_what_is_odd_is_saved_and_said(root: Clerk, changes: dict[str, object], words: str) -> None:
    """On the client's page until it is put right, and in the list as a number."""
    answer = await register(root, **changes)
    assert answer.status_code in (200, 303)
    page = await root.open("clients/edit?client_id=reports")
    assert words in page.text
    assert "This does not work well" in page.text
    assert "to look at" in (await root.open("clients/")).text


async def test_of_two_who_save_at_once_the_second_is_told(root: Clerk) -> None:
    """Also where the first was the command line; nothing of the second is stored."""
    fields = await root.fields_of("clients/edit?client_id=spa", "clients/edit")
    assert (await root.send("clients/edit", fields | {"name": "First"})).status_code == 303
    page = await root.send("clients/edit", fields | {"name": "Second"})
    assert page.status_code == 400
    assert "Somebody changed this client while you did" in page.text
    assert 'value="First"' in page.text
    assert (await known(root, "spa")).name == "First"
    fields = await root.fields_of("clients/edit?client_id=spa", "clients/edit")
    await root.server.store.remove_client("spa", now=root.server.clock())
    assert (await root.send("clients/edit", fields)).status_code == 404
    assert await root.server.store.client("spa") is None


async def test_a_disabled_client_logs_nobody_in(root: Clerk) -> None:
    """From the next request on, until it is enabled."""
    fields = await root.fields_of("clients/edit?client_id=spa", "clients/switch")
    await root.send("clients/switch", fields)
    assert (await root.http.get(Attempt().url())).status_code == 400
    fields = await root.fields_of("clients/edit?client_id=spa", "clients/switch")
    await root.send("clients/switch", fields)
    assert await code_for(root, Attempt())


async def test_a_removed_client_is_gone_with_its_logins(root: Clerk) -> None:
    """Refresh tokens of it are refused; the question says so first."""
    attempt = Attempt()
    tokens = (await root.token(**attempt.form(await code_for(root, attempt)))).json()
    fields = await root.fields_of("clients/remove?client_id=spa", "clients/remove")
    answer = await root.send("clients/remove", fields)
    assert answer.headers["location"].endswith("/admin/clients/?done=removed")
    refused = await root.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"], client_id="spa")
    assert refused.status_code == 400
    assert await root.server.store.client("spa") is None


@pytest.mark.parametrize("client_id", ["a/b?c=d&e#f", "ü ß", "<script>alert(1)</script>", "..", '"'])
async def test_any_client_id_will_do(root: Clerk, client_id: str) -> None:
    """Its pages open, its form saves, and it is shown as text."""
    answer = await register(root, client_id=client_id)
    assert answer.status_code == 303
    page = await root.http.get(answer.headers["location"])
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    saved = await root.send("clients/edit", fields_of(page.text, "clients/edit") | {"name": "Renamed"})
    assert saved.status_code == 303
    assert (await known(root, client_id)).name == "Renamed"
