"""The exchange journal: a failure is found by the request id of the network's answer, drawn, and explained."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import urlencode

import pytest

from proofkey.core.records import JournalEntry
from proofkey.server.running import Server
from tests.server.admin.office import Clerk, failed_login, texts_of
from tests.server.person import CALLBACK, ISSUER, PASSWORD, Attempt, Person, answer_of, client, code_for


async def page_of(clerk: Clerk, request_id: str) -> str:
    """Open the page of a request id, waiting until the journal has it: production writes behind the answer."""
    async with asyncio.timeout(60):
        while True:
            page = await clerk.open(f"journal/exchange?request_id={request_id}")
            if page.status_code == 200:
                return page.text
            await asyncio.sleep(0.02)


def steps_of(page: str) -> list[tuple[str, str]]:
    """Read the drawn steps: their mark and title."""
    return re.findall(r'<li class="step (\w+)[^"]*">.*?<p class="title">([^<]+)</p>', page, re.DOTALL)


async def test_a_failure_is_found_by_its_request_id_and_explained(owner: Clerk) -> None:
    """The exact fault, its fix, its page, and the step at which the mistake is: an earlier one than the refused."""
    response, _ = await failed_login(owner)
    page = await page_of(owner, response.headers["x-request-id"])
    assert "challenge-hashed-twice" in page
    assert 'href="/faults/challenge-hashed-twice"' in page
    assert '<h2 id="fix">Fix</h2>' in page
    assert (await owner.http.get("/faults/challenge-hashed-twice")).status_code == 200
    assert steps_of(page) == [
        ("wrong", "Authorization request"),
        ("right", "ada signed in with a password"),
        ("right", "Back to the app with a code"),
        ("right", "The app receives the code"),
        ("right", "Token request"),
        ("refused", "400 invalid_grant"),
    ]


@pytest.mark.parametrize("written", ["  {}\n", "{}"])
async def test_a_request_id_may_be_pasted_with_what_stands_around_it(owner: Clerk, written: str) -> None:
    """Blanks and capital letters do not matter; what is no request id finds nothing."""
    response, _ = await failed_login(owner)
    pasted = written.format(response.headers["x-request-id"].upper())
    await owner.enter()
    found = await owner.http.get(f"/admin/journal/exchange?{urlencode({'request_id': pasted})}")
    assert found.status_code == 200
    for nothing in ("%", "' OR 1=1", "0" * 32, "a" * 3000, ""):
        found = await owner.http.get(f"/admin/journal/exchange?{urlencode({'request_id': nothing})}")
        assert found.status_code == 404
        assert "Not in the journal" in found.text


async def test_every_login_is_drawn_in_development(owner: Clerk) -> None:
    """One that worked, from the first request to the tokens; and one whose app never came for its tokens."""
    attempt = Attempt()
    response = await owner.token(**attempt.form(await code_for(owner, attempt)))
    page = await page_of(owner, response.headers["x-request-id"])
    assert "This login went well" in page
    assert steps_of(page)[-1] == ("right", "200: access token, refresh token, ID token")
    assert {mark for mark, _ in steps_of(page)} == {"right"}
    waiting = await owner.http.get(Attempt().url())
    page = await page_of(owner, waiting.headers["x-request-id"])
    assert ("open", "No token request has come for this code yet") in steps_of(page)
    assert ("right", "ada signed in before, in this browser") in steps_of(page)
    listed = (await owner.http.get("/admin/")).text
    assert "Logged in: ada" in listed
    assert "A code was given and not redeemed yet" in listed


async def test_the_redirect_uri_that_was_meant_is_shown_with_the_first_difference(owner: Clerk) -> None:
    """At the authorization request the closest registered one, at the token request the one of the code."""
    refused = await owner.http.get(Attempt(authorize={"redirect_uri": "https://app.example/Callback"}).url())
    page = await page_of(owner, refused.headers["x-request-id"])
    assert "The redirect URI differs first at character 21" in page
    assert "https://app.example/<mark>C</mark>allback" in page
    assert "https://app.example/<mark>c</mark>allback" in page
    assert ("wrong", "Authorization request") in steps_of(page)
    assert ("refused", "An error page: 400 invalid_request. The app hears nothing") in steps_of(page)
    attempt = Attempt(token={"redirect_uri": CALLBACK + "/"})
    refused = await owner.token(**attempt.form(await code_for(owner, attempt)))
    page = await page_of(owner, refused.headers["x-request-id"])
    assert "<mark>/</mark>" in page
    assert '<mark class="end">' in page
    assert "At the authorization request" in page


async def test_a_difference_in_a_query_value_is_told_without_the_value(production: Server) -> None:
    """The journal keeps no query values: it says at which character, and that it does not know which."""
    await production.store.put_client(
        client(redirect_uris=(f"{CALLBACK}?tenant=alpha",), owner="subject-ada", trusted=True)
    )
    async with Clerk(production) as owner:
        asked = Attempt(authorize={"redirect_uri": f"{CALLBACK}?tenant=secret-one"})
        refused = await owner.http.get(asked.url())
        page = await page_of(owner, refused.headers["x-request-id"])
        assert "in a value that the journal does not keep" in page
        assert "tenant=..." in page
        assert "secret-one" not in str(await production.store.journal())


async def test_an_error_redirect_is_found_by_the_id_that_it_carries(owner: Clerk) -> None:
    """A page cannot read the headers of a redirect: the id is in error_description."""
    answer = answer_of(await owner.visit(Attempt(authorize={"code_challenge_method": "plain"}).url()))
    request_id = re.search(r"[0-9a-f]{32}", answer["error_description"])
    assert request_id is not None
    page = await page_of(owner, request_id[0])
    assert "challenge-method-plain-refused" in page
    assert steps_of(page) == [
        ("wrong", "Authorization request"),
        ("refused", "Back to the app with error=invalid_request"),
        ("right", "The app receives the error"),
    ]


async def test_production_draws_what_the_code_tells_and_keeps_no_more(production: Server) -> None:
    """No name, no verifier, no code, no challenge, no state; nothing of logins that work (decision 12)."""
    async with Clerk(production) as owner:
        response, attempt = await failed_login(owner)
        request_id = response.headers["x-request-id"]
        page = await page_of(owner, request_id)
        assert "challenge-hashed-twice" in page
        titles = [title for _, title in steps_of(page)]
        assert titles[0].startswith("Authorization request, as its code tells, 0.0 s before")
        assert [mark for mark, _ in steps_of(page)] == ["wrong", "right", "right", "right", "refused"]
        good = Attempt(authorize={"state": "another-state"})
        assert (await owner.token(**good.form(await code_for(owner, good)))).status_code == 200
        (entry,) = await production.store.journal()
        said = texts_of(entry) + str(entry)
        sent = attempt.form("") | attempt.authorize
        for secret in (attempt.verifier, sent["code_challenge"], "a-state-of-this-login", PASSWORD):
            assert secret not in said
        assert "ada" not in re.findall(r"\w+", said)  # as a word: within a random request id it is no name
        assert {name.partition(" ")[0] for name, _ in entry.details} <= {
            "parameter", "login", "code", "title", "explanation", "fix", "url", "evidence", "searched",
        }  # fmt: skip
        assert entry.address == "127.0.0.0/24"
        listed = (await owner.http.get("/admin/")).text
        assert request_id in listed
        assert "Logins that work leave nothing here." in listed


async def test_a_secret_in_the_wrong_place_stays_out(production: Server) -> None:
    """As a parameter's name, as a scope, as the client's id, in an address, in a body that is no form."""
    secret = "ZXZlcnlib2R5LWtub3dzLXRoaXMtbm90LWEtc2VjcmV0"
    spa = {"client_id": "spa"}
    code = {"grant_type": "authorization_code", "code": "x"}
    async with Person(production) as person:
        answers = [
            await person.token(**{secret: "x"}, **spa, **code),
            await person.token(client_id=secret, **code),
            await person.token(grant_type=secret, **spa),
            await person.token(redirect_uri=f"https://u:{secret}@a.example/?{secret}", **spa, **code),
            await person.http.post("/oauth/token", json={"client_id": secret, "code_verifier": secret, secret: 1}),
            await person.http.post("/oauth/token", content=f"client_id={secret}%ZZ&code={secret}"),
            await person.http.post(f"/oauth/token?code={secret}&client_id={secret}"),
        ]
        for changed in (
            {"redirect_uri": f"{CALLBACK}?token={secret}#{secret}"},
            {"redirect_uri": f"{CALLBACK}?{secret}"},
            {"scope": f"openid {secret}", "prompt": secret},
            {"client_id": secret},
            {"response_type": secret},
            {"code_challenge_method": secret},
        ):
            answers.append(await person.http.get(Attempt(authorize=changed).url()))
        assert {answer.status_code for answer in answers} <= {302, 400, 401}
        entries = [await journalled(production, answer.headers["x-request-id"]) for answer in answers]
    assert [detail for entry in entries for detail in entry.details if secret in "".join(detail)] == []
    assert secret not in str(entries)
    assert "The server has no client (44 characters)." in str(entries)


async def journalled(server: Server, request_id: str) -> JournalEntry:
    """Wait until the journal has the entry of a request."""
    async with asyncio.timeout(60):
        while True:
            if entries := await server.store.journal_of_request(request_id):
                return entries[-1]
            await asyncio.sleep(0.02)


async def test_the_list_is_narrowed_and_read_page_by_page(root: Clerk, eve: Clerk, clock) -> None:
    """By client, to refused ones, backwards in time; every exchange is on exactly one page."""
    ids = []
    for number in range(130):
        clock.now += 1
        form = {"grant_type": "password", "client_id": "spa" if number % 2 else "other"}
        ids.append((await eve.token(**form)).headers["x-request-id"])
    attempt = Attempt()
    good = await eve.token(**attempt.form(await code_for(eve, attempt)))
    await root.enter()
    seen, path = [], "/admin/?refused=1"
    while path:
        page = (await root.http.get(path)).text
        seen += re.findall(r'id="x-([0-9a-f]{32})"', page)
        older = re.search(r'<a href="([^"]+)">Older</a>', page)
        path = older[1].replace("&amp;", "&") if older else ""
    assert seen == ids[::-1]
    only = re.findall(r'id="x-([0-9a-f]{32})"', (await root.http.get("/admin/?client_id=other")).text)
    assert set(only) <= set(ids[::2])
    everything = (await root.http.get("/admin/")).text
    assert f'id="x-{good.headers["x-request-id"]}"' in everything
    assert good.headers["x-request-id"] not in (await root.http.get("/admin/?refused=1")).text


@pytest.mark.parametrize("before", ["nan", "inf", "-1", "soon", "1e999", ""])
async def test_a_page_that_is_made_up_is_still_a_page(root: Clerk, before: str) -> None:
    """What is no time is left out; before everything there is nothing."""
    page = await root.open(f"?before={before}")
    assert page.status_code == 200


async def test_the_list_is_asked_for_again_and_sent_only_when_it_changed(owner: Clerk) -> None:
    """What the page's script does every two seconds."""
    await owner.enter()
    page = (await owner.http.get("/admin/")).text
    version = re.search(r'data-version="([0-9a-f]+)" data-news="([^"]+)"', page)
    assert version is not None
    asked = {"if-none-match": f'"{version[1]}"'}
    same = await owner.http.get(version[2], headers=asked)
    assert (same.status_code, same.content) == (304, b"")
    response, _ = await failed_login(owner)
    fresh = await owner.http.get(version[2], headers=asked)
    assert fresh.status_code == 200
    assert response.headers["x-request-id"] in fresh.text
    assert "<html" not in fresh.text
    assert fresh.headers["cache-control"] == "no-store"
    again = await owner.http.get(version[2], headers={"if-none-match": fresh.headers["etag"]})
    assert again.status_code == 304


async def test_what_clients_send_is_shown_as_text(root: Clerk) -> None:
    """Attack A34, A51: names and values of a stranger's request, a client's name, a login's name."""
    nasty = "<script>alert(1)</script>"
    await root.server.store.put_client(client(client_id=nasty, name=nasty, redirect_uris=("https://a.example/",)))
    for query in ({"client_id": nasty, "redirect_uri": f"https://a.example/{nasty}", nasty: nasty, "state": nasty},):
        response = await root.http.get(f"/oauth/authorize?{urlencode(query)}")
        page = await page_of(root, response.headers["x-request-id"])
        listed = (await root.http.get("/admin/")).text
        for html in (page, listed, (await root.http.get("/admin/clients/")).text):
            assert "<script>alert" not in html
        assert "&lt;script&gt;alert" in page


async def test_below_a_path_every_address_is_below_it(tmp_path) -> None:
    """Links, forms, script and the way back after the login."""
    from tests.server.admin.conftest import furnish
    from tests.server.person import open_test_server

    server = await open_test_server(tmp_path, issuer=f"{ISSUER}/auth")
    await furnish(server)
    async with Clerk(server, username="root") as root:
        answer = await root.http.get("/admin/clients/")
        from tests.server.person import first_form

        form = first_form(answer.text)
        assert form.action == f"{ISSUER}/auth/admin/login"
        sent = await root.http.post(form.action, data=form.fields | {"username": "root", "password": PASSWORD})
        assert sent.headers["location"] == f"{ISSUER}/auth/admin/clients/"
        for path in (
            "",
            "clients/",
            "clients/edit?client_id=spa",
            "users/",
            "keys/rotate",
            "clients/remove?client_id=spa",
        ):
            page = (await root.http.get(f"/admin/{path}")).text
            addresses = re.findall(r'(?:href|src|action|data-news)="(/[^"]*)"', page)
            assert addresses
            assert [each for each in addresses if not each.startswith("/auth/")] == []
    await server.close()
