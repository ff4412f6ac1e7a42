"""Attacks on sessions, cookies and the pages: A41 to A56 of requirements/."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from http.cookies import SimpleCookie

import pytest

from proofkey.server.throttle import FREE
from tests.conformance.parties import is_alive, tokens_for
from tests.server.person import (
    CALLBACK,
    ISSUER,
    PASSWORD,
    Attempt,
    Person,
    answer_of,
    client,
    code_for,
    first_form,
    open_test_server,
)


async def sign_in(person: Person, password: str, username: str = "ada"):
    """Open the login page and send it back once."""
    form = first_form((await person.http.get(Attempt().url())).text)
    return await person.http.post(form.action, data=form.fields | {"username": username, "password": password})


async def test_a41_a_planted_session_is_worth_nothing(ada, trusted) -> None:
    """The victim logs in with the attacker's cookie; the attacker still has no session."""
    async with Person(trusted) as mallory:
        await code_for(mallory, Attempt())
        planted = mallory.http.cookies[trusted.cookies.session]
        ada.http.cookies.set(trusted.cookies.session, planted, domain="127.0.0.1")
        await code_for(ada, Attempt(authorize={"prompt": "login"}))
        silent = await mallory.http.get(Attempt(authorize={"prompt": "none"}).url())
        assert answer_of(silent)["error"] == "login_required"


@pytest.mark.parametrize("issuer", ["https://login.example", "https://login.example/tenant"])
async def test_a43_cookies_belong_to_the_host_alone(tmp_path, issuer) -> None:
    """__Host-, Secure, HttpOnly, SameSite, no Domain, on every cookie."""
    server = await open_test_server(tmp_path, issuer=issuer, development=False)
    await server.store.put_client(client(trusted=True))
    async with Person(server) as person:
        page = await person.http.get(issuer + Attempt().url())
        form = first_form(page.text)
        data = form.fields | {"username": "ada", "password": PASSWORD}
        answer = await person.http.post(form.action, data=data)
        hint = await person.http.get(f"{issuer}/logout")
    await server.close()
    assert answer.is_redirect
    assert "Sign out?" in hint.text
    for response in (page, answer):
        for name, cookie in SimpleCookie(response.headers["set-cookie"]).items():
            assert name.startswith("__Host-")
            assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
            assert (cookie["path"], cookie["domain"]) == ("/", "")


@pytest.mark.parametrize("value", ["x", "é", "{}", '"', "A" * 5000, "%00", "=="])
async def test_a44_a_cookie_that_does_not_open_is_none(ada, trusted, value) -> None:
    """Nobody is logged in by it; the login page is shown."""
    cookies = "; ".join(f"{name}={value}" for name in (trusted.cookies.session, trusted.cookies.browser))
    page = await ada.http.get(Attempt().url(), headers={"cookie": cookies.encode()})
    assert (page.status_code, 'name="password"' in page.text) == (200, True)


async def test_a45_an_ended_session_is_not_brought_back_by_a_parallel_request(ada, trusted) -> None:
    """Requests that run beside the logout write nothing of it back."""
    hint = (await tokens_for(ada))["id_token"]
    cookie = {"cookie": f"{trusted.cookies.session}={ada.http.cookies[trusted.cookies.session]}"}
    others = [ada.http.get(Attempt().url(), headers=cookie) for _ in range(10)]
    end = ada.http.get("/logout", params={"id_token_hint": hint}, headers=cookie)
    await asyncio.gather(*others[:5], end, *others[5:])
    silent = await ada.http.get(Attempt(authorize={"prompt": "none"}).url(), headers=cookie)
    assert answer_of(silent)["error"] == "login_required"


async def test_a46_no_answer_with_a_cookie_or_token_is_stored(ada, trusted) -> None:
    """no-store on whatever sets a cookie, carries a token, or depends on who asks."""
    page = await ada.http.get(Attempt().url())
    answer = await sign_in(ada, PASSWORD)
    tokens = await tokens_for(ada)
    headers = {"authorization": f"Bearer {tokens['access_token']}"}
    others = [await ada.http.get(path, headers=headers) for path in ("/oauth/userinfo", "/api/v2/users/me", "/logout")]
    for response in (page, answer, *others):
        assert response.headers["cache-control"] == "no-store"
    assert "set-cookie" in page.headers
    assert "set-cookie" in answer.headers


async def test_a47_guesses_are_counted_per_account_however_its_name_is_written(ada, trusted) -> None:
    """Case, blanks and look-alike letters lead to one account and one count."""
    for name in ("ada", "ADA", " ada ", "ａｄａ", "Ada"):
        assert "Sign in" in (await sign_in(ada, "wrong", name)).text
    refused = await sign_in(ada, PASSWORD)
    assert not refused.is_redirect


async def test_a47_guesses_sent_at_once_are_not_free(ada, trusted) -> None:
    """Of fifty at once no more than the free ones are looked at, and the right one among them does not help."""
    form = first_form((await ada.http.get(Attempt().url())).text)
    looked_at = []
    verify = trusted.accounts.verify

    async def watched(username, password):
        looked_at.append(username)
        return await verify(username, password)

    trusted.accounts.verify = watched
    guesses = [form.fields | {"username": "ada", "password": f"guess {number}"} for number in range(50)]
    await asyncio.gather(*(ada.http.post(form.action, data=guess) for guess in guesses))
    assert len(looked_at) <= FREE


async def test_a48_an_unknown_name_costs_the_same_work(trusted, monkeypatch) -> None:
    """One verification of argon2 each, known, unknown or disabled, and the same answer."""
    from proofkey.core.secret import Password
    from proofkey.server import accounts

    work = []
    hasher = accounts._hasher()

    class Watched:
        def verify(self, stored: str, password: str) -> bool:
            work.append(stored.rpartition("$")[0].rpartition("$")[0])
            return hasher.verify(stored, password)

        def hash(self, password: str) -> str:
            return hasher.hash(password)

    monkeypatch.setattr(accounts, "_hasher", Watched)
    user = await trusted.store.user("subject-ada")
    assert await trusted.accounts.verify("ada", Password("wrong")) is None
    assert await trusted.accounts.verify("nobody", Password("wrong")) is None
    await trusted.store.put_user(replace(user, disabled=True))
    assert await trusted.accounts.verify("ada", Password(PASSWORD)) is None
    assert len(work) == 3
    assert len(set(work)) == 1  # the same parameters


async def test_a49_nobody_is_locked_out(ada, trusted, clock) -> None:
    """The wait ends by itself, and good logins never count."""
    for _ in range(FREE + 3):
        await sign_in(ada, "wrong")
        clock.now += 5
    assert not (await sign_in(ada, PASSWORD)).is_redirect
    clock.now += 900
    for _ in range(FREE + 3):
        assert (await sign_in(ada, PASSWORD)).is_redirect
        await ada.http.get(Attempt(authorize={"prompt": "login"}).url())
        ada.http.cookies.clear()


async def test_a49_another_address_is_not_held_up(trusted) -> None:
    """An attacker elsewhere does not close the account to its owner."""
    for second in range(50):
        trusted.throttle.failed("ada", "203.0.113.7", second)
    assert trusted.throttle.wait("ada", "203.0.113.7", 50) > 0
    assert trusted.throttle.wait("ada", "192.0.2.1", 50) == 0
    assert trusted.throttle.wait("ada", "203.0.113.7", 49 + 900) == 0


@pytest.mark.parametrize("path", ["/login", "/consent", "/logout"])
async def test_a50_a_form_is_not_posted_from_elsewhere(ada, trusted, path) -> None:
    """Not without its seal, not as JSON or text, not with a foreign Origin."""
    answer = await tokens_for(ada)
    values = {"username": "ada", "password": PASSWORD, "decision": "allow", "request": "x", "confirmation": "x"}
    for content_type in ("application/json", "text/plain", "application/x-www-form-urlencoded"):
        for origin in ("https://evil.example", "null", ISSUER):
            headers = {"content-type": content_type, "origin": origin}
            response = await ada.http.post(path, content=json.dumps(values), headers=headers)
            assert not response.is_redirect
            assert "set-cookie" not in response.headers
    assert await is_alive(ada, answer["access_token"])


async def test_a50_a_consent_is_not_given_from_elsewhere(ada) -> None:
    """Right seal, right cookies, foreign Origin."""
    login = await sign_in(ada, PASSWORD)
    form = first_form((await ada.http.get(login.headers["location"])).text)
    data = form.fields | {"decision": "allow"}
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        assert not (await ada.http.post(form.action, data=data, headers=headers)).is_redirect
    assert (await ada.http.post(form.action, data=data, headers={"origin": ISSUER})).is_redirect


async def test_a51_names_of_clients_are_text(ada, server) -> None:
    """On login and consent page."""
    await server.store.put_client(client(name="<img src=x onerror=alert(1)><script>alert(2)</script>"))
    login = await ada.http.get(Attempt().url())
    consent = await ada.http.get((await sign_in(ada, PASSWORD)).headers["location"])
    for page in (login, consent):
        assert "<img src=x" not in page.text
        assert "<script" not in page.text
        assert "&lt;img src=x" in page.text


async def test_a52_consent_cannot_be_clickjacked(ada, server) -> None:
    """The pages say so in both ways that browsers know."""
    page = await ada.http.get((await sign_in(ada, PASSWORD)).headers["location"])
    assert 'value="allow"' in page.text
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert page.headers["x-frame-options"] == "DENY"


async def test_a53_a_public_client_does_not_get_a_silent_yes(tmp_path) -> None:
    """In production a loopback client is asked about each time, and named as unverified."""
    server = await open_test_server(tmp_path, development=False)
    await server.store.put_client(client(redirect_uris=("http://127.0.0.1/cb",)))
    attempt = Attempt(authorize={"redirect_uri": "http://127.0.0.1:5000/cb"})
    async with Person(server) as person:
        for _ in range(2):
            assert "code" in answer_of(await person.visit(attempt.url()))
            assert 'value="allow"' in (await person.http.get(attempt.url())).text
    await server.close()


async def test_a54_no_step_can_be_left_out(ada, server) -> None:
    """The consent page with a login's form: a login that was asked for again cannot be stepped over."""
    await code_for(ada, Attempt())
    form = first_form((await ada.http.get(Attempt(authorize={"prompt": "login"}).url())).text)
    for decision in ("allow", None):
        data = {"request": form.fields["request"]} | ({"decision": decision} if decision else {})
        page = await ada.http.post("/consent", data=data)
        assert (page.status_code, 'name="password"' in page.text) == (200, True)
    seen = await ada.http.get("/consent", params={"request": form.fields["request"]})
    assert 'name="password"' in seen.text
    async with Person(server) as nobody:
        for path in ("/login", "/consent"):
            assert not (await nobody.http.post(path)).is_redirect
            assert not (await nobody.http.post(path, data={"decision": "allow"})).is_redirect


async def test_a54_a_consent_page_of_an_earlier_session_asks_again(ada, server) -> None:
    """Somebody else has logged in meanwhile: a yes to the old page is not theirs."""
    old = first_form((await ada.http.get((await sign_in(ada, PASSWORD)).headers["location"])).text)
    await ada.visit(Attempt(authorize={"prompt": "login"}).url(), decision="deny")
    page = await ada.http.post(old.action, data=old.fields | {"decision": "allow"})
    assert (page.status_code, 'value="allow"' in page.text) == (200, True)


async def test_a55_a_removed_user_is_nobody_everywhere(ada, trusted, clock) -> None:
    """Session, code, access token, refresh token."""
    answer = await tokens_for(ada)
    attempt = Attempt()
    code = await code_for(ada, attempt)
    await trusted.store.remove_user("subject-ada", now=clock.now)
    assert not await is_alive(ada, answer["access_token"])
    assert (await ada.token(**attempt.form(code))).json()["error"] == "invalid_grant"
    assert 'name="password"' in (await ada.http.get(Attempt().url())).text


@pytest.mark.parametrize("name", ["host", "x-forwarded-host", "x-forwarded-proto", "forwarded", "x-original-url"])
async def test_a56_no_header_moves_the_issuer(ada, trusted, name) -> None:
    """Metadata, forms and redirects name the configured one."""
    headers = {name: "host=evil.example" if name == "forwarded" else "evil.example"}
    for url in ("/.well-known/openid-configuration", Attempt().url(), "/oauth/authorize", "/logout"):
        response = await ada.http.get(url, headers=headers)
        assert "evil.example" not in response.text + str(response.headers)
    metadata = (await ada.http.get("/.well-known/openid-configuration", headers=headers)).json()
    assert metadata["issuer"] == ISSUER
    assert CALLBACK not in str(metadata)
