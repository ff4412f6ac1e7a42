"""Hostile input, leaks and the process around the endpoints: A78 to A87, A93 of requirements/."""

from __future__ import annotations

import ast
import asyncio
import inspect
import logging
import sqlite3
import ssl
import textwrap
import threading
from contextlib import closing

import httpx
import pytest

from proofkey.core import client_auth, pkce
from proofkey.server import accounts, interaction
from proofkey.server.app import App
from proofkey.server.serving import Listening, bind, serve
from tests.clients.certificate import make_certificate
from tests.conformance.parties import FORM, SECRET, basic, bearer, refresh, tokens_for
from tests.server.person import PASSWORD, Attempt, Person, code_for, first_form, open_test_server


@pytest.mark.parametrize(
    "body",
    [
        b"a=1&" * 10_000,
        b"x" * 1_000_000,
        b"code=" + b"%41" * 30_000,
        b"[" * 60_000,
        b'{"a":' * 10_000,
    ],
)
@pytest.mark.parametrize("path", ["/oauth/token", "/login", "/oauth/par", "/api/v2/oauth/clients", "/logout"])
async def test_a78_large_and_deep_bodies_are_refused(ada, path, body) -> None:
    """A 4xx, or the page that an empty form gets."""
    response = await ada.http.post(path, content=body, headers=FORM)
    assert response.status_code < 500
    assert response.status_code != 200 or path == "/logout"


async def test_a78_deep_json_of_an_administrator_is_refused(ada, trusted) -> None:
    """Behind the authentication too."""
    from dataclasses import replace

    await trusted.store.put_user(replace(await trusted.store.user("subject-ada"), admin=True))
    headers = bearer((await tokens_for(ada))["access_token"]) | {"content-type": "application/json"}
    for body in (b"[" * 60_000, b'{"name":' * 8_000, b'{"name":1}', b"null", b'{"scope":[[]]}'):
        response = await ada.http.post("/api/v2/oauth/clients", content=body, headers=headers)
        assert response.status_code == 400


async def test_a78_a_body_that_does_not_come_is_given_up(ada, monkeypatch) -> None:
    """408 after the time a body may take."""
    monkeypatch.setattr("proofkey.server.app.BODY_TIMEOUT", 0.05)
    sent = []

    async def never():
        await asyncio.sleep(60)

    async def send(event):
        sent.append(event)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/oauth/token",
        "query_string": b"",
        "headers": [],
        "client": None,
    }
    await App(ada.server)(scope, never, send)
    assert sent[0]["status"] == 408


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "application/x-www-form-urlencoded; charset=" + "x" * 1000},
        {"content-type": ";;;"},
        {"content-type": "\xff".encode("latin-1")},
        {"authorization": "Basic %%%"},
        {"authorization": b"Basic \xff\xfe"},
    ],
)
async def test_a79_malformed_headers_get_a_readable_refusal(ada, headers) -> None:
    """JSON with CORS, never a 500."""
    response = await ada.http.post("/oauth/token", content=b"a=%zz", headers=headers)
    assert response.status_code in (400, 401)
    assert response.json()["error"]
    assert response.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("query", ["&", "&&&=&", "=", "client_id", "client_id=%00", "client_id=nobody&iss=", "%", "?"])
async def test_a80_odd_queries_get_a_page(ada, query) -> None:
    """Separators only, NUL, names without values."""
    response = await ada.http.get(f"/oauth/authorize?{query}")
    assert (response.status_code, response.is_redirect) == (400, False)


async def test_a81_many_cookies_do_no_harm(ada, trusted) -> None:
    """Ours among five thousand; of several with its name the first counts."""
    await code_for(ada, Attempt())
    session = f"{trusted.cookies.session}={ada.http.cookies[trusted.cookies.session]}"
    many = "; ".join([f"c{number}=x" for number in range(5000)] + [session])
    async with Person(trusted) as other:
        assert (await other.http.get(Attempt().url(), headers={"cookie": many})).is_redirect
        twice = f"{trusted.cookies.session}=forged; {session}"
        assert not (await other.http.get(Attempt().url(), headers={"cookie": twice})).is_redirect


@pytest.mark.parametrize("text", ["x' OR '1'='1", "x'; DROP TABLE clients; --", 'x" OR 1=1 --', "%", "_"])
async def test_a82_values_never_become_sql(ada, trusted, text) -> None:
    """Client ids, names, page sizes: bound parameters throughout."""
    from dataclasses import replace

    await trusted.store.put_user(replace(await trusted.store.user("subject-ada"), admin=True))
    admin = bearer((await tokens_for(ada))["access_token"])
    assert (await ada.http.get(Attempt(authorize={"client_id": text}).url())).status_code == 400
    assert (await ada.token(grant_type="x", client_id=text)).json()["error"] == "invalid_client"
    paging = {"pageSize": text, "sortBy": text, "pageNumber": text}
    listed = (await ada.http.get("/api/v2/oauth/clients", params=paging, headers=admin)).json()
    assert {entity["id"] for entity in listed["entities"]} == {"spa", "web"}
    assert await trusted.store.user_named(text) is None


async def test_a83_waiting_logins_store_nothing(ada, trusted, tmp_path) -> None:
    """Two hundred anonymous requests and pushes leave no row behind."""
    for _ in range(100):
        await ada.http.get(Attempt().url())
        ada.http.cookies.clear()
        await ada.http.post("/oauth/par", data={"client_id": "spa"})
    with closing(sqlite3.connect(tmp_path / "proofkey.db")) as connection:
        counts = [connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("grants", "sessions")]  # noqa: S608
    assert counts == [0, 0]


async def test_a84_registration_has_bounds(ada, trusted) -> None:
    """125 redirect URIs of 2,048 characters; a wildcard is none."""
    from dataclasses import replace

    await trusted.store.put_user(replace(await trusted.store.user("subject-ada"), admin=True))
    admin = bearer((await tokens_for(ada))["access_token"])

    async def register(uris: list[str]) -> int:
        body = {"name": "New", "authorizedGrantType": "CODE", "registeredRedirectUri": uris}
        return (await ada.http.post("/api/v2/oauth/clients", json=body, headers=admin)).status_code

    assert await register([f"https://app.example/{number}" for number in range(126)]) == 400
    assert await register(["https://app.example/" + "a" * 2048]) == 400
    assert await register(["https://app.example/(a+)+*"]) == 400
    assert await register([f"https://app.example/{number}" for number in range(125)]) == 200


@pytest.mark.parametrize(
    "decision", [pkce.proves, client_auth.authenticate, interaction.resume], ids=lambda each: each.__name__
)
def test_a85_secrets_are_compared_in_constant_time(decision) -> None:
    """compare_digest, and no other comparison with what is secret."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(decision)))
    assert "compare_digest" in [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    compared = [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.NotEq)
    ]
    assert [text for text in compared if any(word in text for word in ("hash", "digest", "verifier", "browser"))] == []


async def test_a86_nothing_secret_is_printed_or_journalled(ada, trusted, caplog, capfd, tmp_path) -> None:
    """A good login, refusals of every kind, a failure inside: logs and journal are searched for what was sent."""
    caplog.set_level(logging.DEBUG)
    attempt = Attempt()
    code = await code_for(ada, attempt)
    form = attempt.form(code)
    other = Attempt().verifier
    await ada.token(**form | {"code_verifier": other})
    answer = (await ada.token(**form)).json()
    await ada.token(**form)
    await refresh(ada, answer["refresh_token"] + "x")
    await ada.http.post("/oauth/token", data={"grant_type": "x"}, headers=basic(secret=SECRET + "x"))
    await ada.http.post("/oauth/token", json=form)
    page = first_form((await ada.http.get(Attempt(authorize={"prompt": "login"}).url())).text)
    await ada.http.post(page.action, data=page.fields | {"username": "ada", "password": "a wrong password"})
    broken = trusted.store.redeem
    trusted.store.redeem = None  # what nobody expects
    again = Attempt()
    failed = await ada.token(**again.form(await code_for(ada, again)))
    trusted.store.redeem = broken
    assert failed.status_code == 500
    entries = str(await trusted.store.journal())
    assert "code-redeemed-twice" in entries
    session = ada.http.cookies[trusted.cookies.session]
    printed = capfd.readouterr()
    said = "\n".join([entries, caplog.text, printed.out, printed.err])
    secrets = [code, attempt.verifier, other, again.verifier, answer["access_token"], answer["refresh_token"]]
    for secret in (*secrets, SECRET, PASSWORD, "a wrong password", session, page.fields["request"]):
        assert secret not in said


async def test_a87_no_request_is_stored(ada, trusted, tmp_path) -> None:
    """After a login with planted values, none of them is in the database."""
    planted = {"state": "planted-state-1234", "login_hint": "planted-hint-1234", "extra": "planted-extra-1234"}
    attempt = Attempt(authorize=planted)
    await ada.token(**attempt.form(await code_for(ada, attempt)))
    await ada.token(grant_type="authorization_code", client_id="spa", code="planted-code-1234")
    await trusted.store.journal()
    await trusted.store.put_meta("flush", "1")
    written = b"".join(path.read_bytes() for path in tmp_path.glob("proofkey.db*"))
    assert b"planted-" not in written


async def test_a93_tls_is_served_and_only_its_own_certificate_is_believed(tmp_path) -> None:
    """A client that trusts the authority gets in; one that does not, does not; TLS 1.1 is not spoken."""
    certificate = make_certificate(tmp_path, "127.0.0.1")
    listening = bind("127.0.0.1", 0)
    issuer = f"https://127.0.0.1:{listening.getsockname()[1]}"
    server = await open_test_server(tmp_path, issuer=issuer, development=False)
    ended = asyncio.Event()
    shown = Listening(App(server), listening, str(certificate.chain), str(certificate.key))
    running = asyncio.create_task(serve([shown], ended))
    trust = ssl.create_default_context(cafile=str(certificate.authority))
    async with httpx.AsyncClient(verify=trust, base_url=issuer) as http:
        async with asyncio.timeout(60):
            while True:
                try:
                    metadata = (await http.get("/.well-known/openid-configuration")).json()
                    break
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
        assert metadata["issuer"] == issuer
        page = await http.get(Attempt().url())
        assert "__Host-" in page.headers["set-cookie"]
    async with httpx.AsyncClient(base_url=issuer) as stranger:
        with pytest.raises(httpx.ConnectError):
            await stranger.get("/healthz")
    ended.set()
    await running


async def test_a49_a_flood_of_logins_does_not_hold_up_tokens(ada, trusted, monkeypatch) -> None:
    """While not one of sixty passwords is through, a code is redeemed: it stands in no line."""
    attempt = Attempt()
    form = attempt.form(await code_for(ada, attempt))
    redeemed, check = threading.Event(), accounts._check
    monkeypatch.setattr(accounts, "_check", lambda *password: redeemed.wait(60) and check(*password))
    async with Person(trusted) as crowd:
        page = first_form((await crowd.http.get(Attempt().url())).text)
        flood = [
            asyncio.create_task(
                crowd.http.post(page.action, data=page.fields | {"username": f"user {number}", "password": "x"})
            )
            for number in range(60)
        ]
        await asyncio.sleep(0)
        response = await ada.token(**form)
        assert response.status_code == 200
        assert not any(task.done() for task in flood)
        redeemed.set()
        await asyncio.gather(*flood)
