"""The control address: who may use it, what it makes and takes away again, and that production has none."""

from __future__ import annotations

import httpx
import pytest

from proofkey.core.errors import Misuse
from proofkey.server.app import App
from proofkey.server.development.layer import DevelopmentLayer
from tests.server.development.asking import Asker
from tests.server.person import Attempt, Clock, Person, code_for, open_test_server

PAGE = "http://localhost:5173"


async def test_production_has_no_such_layer(tmp_path) -> None:
    """It cannot be put there, and the address leads nowhere."""
    server = await open_test_server(tmp_path, issuer="https://login.example", development=False)
    with pytest.raises(Misuse, match="development"):
        DevelopmentLayer(server, App(server))
    async with Person(server) as person:
        for path in ("", "/", "/failures", "/time"):
            answer = await person.http.get(f"/development/control{path}", headers={"proofkey-control": "x"})
            assert answer.status_code == 404
    await server.close()


REFUSED_HEADERS = [
    {"proofkey-control": ""},
    {"proofkey-control": "with blank"},
    {"origin": "https://evil.example"},
    {"origin": "http://127.0.0.1:9999"},
    {"origin": "null"},
    {"sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "cross-site"},
    {"host": "rebound.example"},
    {"host": "127.0.0.1.evil.example:9999"},
    {"x-forwarded-for": "127.0.0.1"},
    {"forwarded": "for=203.0.113.1"},
]


async def test_pages_proxies_and_other_names_are_refused(ask) -> None:
    """And nothing is asked for."""
    for headers in REFUSED_HEADERS:
        answer = await ask.http.post("/failures", json={"name": "drop-cors"}, headers=headers)
        assert answer.status_code == 403, headers
        assert "access-control-allow-origin" not in answer.headers
    assert await ask("/failures") == []


async def test_a_query_that_is_no_form_is_said(ask) -> None:
    """Not a 500."""
    answer = await ask.http.get("/journal?client_id=%ff")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_a_page_may_not_even_ask(ask) -> None:
    """No preflight of an origin that was not named is answered well."""
    asking = {"access-control-request-method": "POST", "access-control-request-headers": "proofkey-control"}
    refused = await ask.http.request("OPTIONS", "/failures", headers=asking | {"origin": "https://evil.example"})
    assert refused.status_code == 403
    assert "access-control-allow-origin" not in refused.headers
    allowed = await ask.http.request("OPTIONS", "/failures", headers=asking | {"origin": PAGE})
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (204, PAGE)
    assert "proofkey-control" in allowed.headers["access-control-allow-headers"]


async def test_a_page_that_was_named_may(ask) -> None:
    """Its answers can be read."""
    answer = await ask.http.get("/time", headers={"origin": PAGE, "sec-fetch-site": "cross-site"})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, PAGE)


async def test_only_origins_on_loopback_can_be_named(server) -> None:
    """A page of the network never may."""
    for page in ("https://app.example", f"{PAGE}/", f"{PAGE}/app", "*"):
        with pytest.raises(Misuse, match="not an origin on loopback"):
            DevelopmentLayer(server, App(server), pages=(page,))


async def test_another_machine_is_refused(layer, server) -> None:
    """Even one that knows the header."""
    transport = httpx.ASGITransport(layer, client=("192.0.2.7", 1))
    async with httpx.AsyncClient(transport=transport, base_url=server.settings.issuer) as elsewhere:
        answer = await elsewhere.get("/development/control/time", headers={"proofkey-control": "x"})
    assert answer.status_code == 403


async def test_it_is_below_the_issuers_path(tmp_path) -> None:
    """As every address of the server is."""
    server = await open_test_server(tmp_path, clock=Clock(), issuer="http://127.0.0.1:9999/sso", development=True)
    async with Asker(DevelopmentLayer(server, App(server)), server) as ask:
        assert (await ask(""))["issuer"] == "http://127.0.0.1:9999/sso"
    await server.close()


async def test_time_is_moved_and_put_back(ask, ada, clock: Clock) -> None:
    """A code is too old a minute later; with the reset the time is that of before."""
    attempt = Attempt()
    form = attempt.form(await code_for(ada, attempt))
    moved = await ask("/time", {"seconds": 61})
    assert moved == {"now": clock.now + 61, "moved": 61}
    assert (await ada.token(**form)).json()["error_uri"].endswith("/code-expired")
    await ask("/time", {"seconds": 3600})
    await ask("/reset", {})
    assert await ask("/time") == {"now": clock.now, "moved": 0}
    assert (await ada.token(**form)).status_code == 200


async def test_a_reset_puts_back_what_the_holder_moved_only(ask, layer, server) -> None:
    """Two suites that share a server share its time; each takes back its own part."""
    async with Asker(layer, server, "others") as other:
        await ask("/time", {"seconds": 100})
        await other("/time", {"seconds": -30})
        await ask("/reset", {})
        assert (await other("/time"))["moved"] == -30


async def test_keys_are_rotated(ask, ada) -> None:
    """New keys sign at once; what the old ones sealed is good, unless every login is to end."""
    before = (await ada.http.get("/oauth/jwks")).json()["keys"]
    attempt = Attempt()
    form = attempt.form(await code_for(ada, attempt))
    await ask("/keys", {})
    now = (await ada.http.get("/oauth/jwks")).json()["keys"]
    assert {key["kid"] for key in before} < {key["kid"] for key in now}
    assert (await ada.token(**form)).status_code == 200
    form = attempt.form(await code_for(ada, attempt))
    await ask("/keys", {"end_logins": True})
    assert (await ada.token(**form)).status_code == 400


async def test_clients_and_people_come_and_go(ask, ada, layer, server) -> None:
    """In one line each; ids, names, passwords and secrets are made up where nothing is said."""
    site = await ask("/clients", {"redirect_uris": ["https://app.example/callback"], "confidential": True})
    eve = await ask("/users", {"email": "eve@example.org", "claims": {"name": "Eve"}})
    from tests.server.development.asking import PersonBehind

    async with PersonBehind(layer, server, username=eve["username"], password=eve["password"]) as person:
        attempt = Attempt(authorize={"client_id": site["client_id"]}, token={"client_id": site["client_id"]})
        code = await code_for(person, attempt)
        secret = {"client_secret": site["client_secret"]}
        basic = (site["client_id"], secret["client_secret"])
        answer = await person.http.post("/oauth/token", data=attempt.form(code), auth=basic)
        assert answer.status_code == 200
        await ask("/reset", {})
        assert await server.store.client(site["client_id"]) is None
        assert await server.store.user_named(eve["username"]) is None
        assert await server.store.client("spa") is not None  # not theirs
        code_form = attempt.form(code)
        assert (await person.http.post("/oauth/token", data=code_form, auth=basic)).status_code == 401


CANNOT_BE_DONE = [
    ("/clients", {"client_id": "spa", "redirect_uris": ["https://a.example/"]}, "not yours"),
    ("/clients", {"redirect_uris": ["https://a.example/#x"]}, "can never match"),
    ("/clients", {"redirect_uris": []}, "no redirect URI"),
    ("/clients", {"redirect_uris": ["https://a.example/"], "client_secret": "s"}, "public client"),
    ("/clients", {"redirect_uri": "https://a.example/"}, "unknown field"),
    ("/users", {"username": "ada"}, "not yours"),
    ("/users", {"name": "Ada"}, "unknown field"),
    ("/time", {"seconds": "61"}, "float"),
]


async def test_orders_that_cannot_be_carried_out(ask) -> None:
    """Each is refused with the reason."""
    for path, order, words in CANNOT_BE_DONE:
        answer = await ask.http.post(path, json=order)
        assert answer.status_code == 400, order
        assert words in answer.json()["error_description"]


async def test_what_is_made_again_replaces_the_first(ask, server) -> None:
    """A test may change its client's registration."""
    uri = "https://a.example/"
    await ask("/clients", {"client_id": "mine", "redirect_uris": [uri]})
    await ask("/clients", {"client_id": "mine", "redirect_uris": [f"{uri}b"]})
    assert (await server.store.client("mine")).redirect_uris == (f"{uri}b",)
    first = await ask("/users", {"username": "eve"})
    second = await ask("/users", {"username": "eve", "password": "new"})
    assert first["subject"] != second["subject"]


async def test_the_journal_tells_of_ones_own_failures(ask, ada, layer, server, clock: Clock) -> None:
    """Newest first, real ones and those on demand; not of another holder's, nor of earlier tests."""
    mine = await ask("/clients", {"client_id": "mine", "redirect_uris": ["https://app.example/callback"]})
    own = {"client_id": mine["client_id"]}
    attempt = Attempt(authorize=own, token=own | {"code_verifier": "v" * 43})
    await ada.token(**attempt.form(await code_for(ada, attempt)))
    await ask.fail("expire-code", client_id="mine")
    late = Attempt(authorize=own, token=own)
    await ada.token(**late.form(await code_for(ada, late)))
    spa = Attempt(token={"code_verifier": "v" * 43})
    await ada.token(**spa.form(await code_for(ada, spa)))
    assert [entry["fault"] for entry in await ask("/journal")] == ["code-expired", "verifier-unrelated"]
    assert [entry["fault"] for entry in await ask("/journal?client_id=spa")] == ["verifier-unrelated"]
    async with Asker(layer, server, "others") as other:
        assert await other("/journal") == []
    await ask("/reset", {})
    clock.now += 1
    await ask("/clients", {"client_id": "mine", "redirect_uris": ["https://app.example/callback"]})
    assert await ask("/journal") == []


OTHERS = [
    ("GET", "/nothing", 404),
    ("GET", "/failures/none", 404),
    ("PUT", "/failures", 405),
    ("GET", "/clients", 405),
    ("POST", "/time", 400),
]


async def test_other_requests_are_refused(ask) -> None:
    """With the status that says what is wrong."""
    for method, path, status in OTHERS:
        assert (await ask.http.request(method, path)).status_code == status, (method, path)


async def test_an_order_has_a_bound(ask, server) -> None:
    """As every body has."""
    answer = await ask.http.post("/failures", content=b" " * (server.settings.max_body + 1))
    assert answer.status_code == 413
