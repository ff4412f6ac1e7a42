"""Logout, line by line: L01 to L05 of requirements/, and attacks A13 and A42."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from proofkey.server import jws
from proofkey.server.keys.signing import SigningKey
from tests.conformance.parties import claims_of, is_alive, tokens_for
from tests.server.person import CALLBACK, ISSUER, Attempt, Person, client, first_form, open_test_server

BYE = "https://app.example/bye"
END = {"post_logout_redirect_uri": BYE, "state": "a b&c"}


@pytest.fixture
async def app(server):
    """Register where the app wants to go after a logout."""
    await server.store.put_client(client(trusted=True, post_logout_redirect_uris=(BYE,)))
    return server


def part(document: object) -> str:
    """Write one part of a JWT."""
    return urlsafe_b64encode(json.dumps(document).encode()).decode().rstrip("=")


def unsigned(claims: dict[str, object]) -> str:
    """Forge a token with alg none."""
    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims)}."


def signed_elsewhere(claims: dict[str, object], key: SigningKey) -> str:
    """Sign with a key of one's own under the server's key id."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return jws.sign(replace(key, private=private), "JWT", claims)


async def test_l01_the_endpoint_is_published_and_serves_get_and_post(ada, app) -> None:
    """Both end the session."""
    metadata = (await ada.http.get("/.well-known/openid-configuration")).json()
    assert metadata["end_session_endpoint"] == ISSUER + "/logout"
    for method in ("GET", "POST"):
        answer = await tokens_for(ada)
        values = END | {"id_token_hint": answer["id_token"]}
        response = await ada.http.request(
            method, "/logout", **({"params": values} if method == "GET" else {"data": values})
        )
        assert response.headers["location"] == f"{BYE}?state=a+b%26c"
        assert not await is_alive(ada, answer["access_token"])
        silent = await ada.http.get(Attempt(authorize={"prompt": "none"}).url())
        assert "error=login_required" in silent.headers["location"]


async def test_l01_the_form_of_another_site_ends_the_session_too(ada, app) -> None:
    """A SameSite cookie does not come with it: nobody is sent on as if logged out before the session has ended."""
    values = END | {"id_token_hint": (await tokens_for(ada))["id_token"]}
    session = ada.http.cookies
    ada.http.cookies = None
    sent_on = await ada.http.post("/logout", data=values, headers={"sec-fetch-site": "cross-site"})
    assert (sent_on.status_code, sent_on.headers["cache-control"]) == (303, "no-store")
    ada.http.cookies = session
    gone = await ada.http.get(sent_on.headers["location"])
    assert gone.headers["location"] == f"{BYE}?state=a+b%26c"
    silent = await ada.http.get(Attempt(authorize={"prompt": "none"}).url())
    assert "error=login_required" in silent.headers["location"]


@pytest.mark.parametrize(
    "uri",
    [BYE + "/", BYE + "?x=1", "https://evil.example/", CALLBACK, "javascript:alert(1)", "https://APP.example/bye"],
)
async def test_l02_nobody_is_sent_to_an_unregistered_address(ada, app, uri) -> None:
    """Compared as strings; a redirect URI of logins is none of logouts."""
    hint = (await tokens_for(ada))["id_token"]
    response = await ada.http.get("/logout", params={"post_logout_redirect_uri": uri, "id_token_hint": hint})
    assert (response.status_code, response.is_redirect) == (200, False)


async def test_l02_without_a_client_there_is_no_redirect(ada, app) -> None:
    """A client that is named, or a hint that names it, identifies it; two that differ identify nobody."""
    assert (await ada.http.get("/logout", params=END)).is_redirect is False
    assert (await ada.http.get("/logout", params=END | {"client_id": "spa"})).is_redirect is True
    hint = (await tokens_for(ada))["id_token"]
    mixed = await ada.http.get("/logout", params=END | {"client_id": "other", "id_token_hint": hint})
    assert mixed.is_redirect is False
    twice = await ada.http.get(f"/logout?client_id=spa&post_logout_redirect_uri={BYE}&post_logout_redirect_uri={BYE}")
    assert twice.is_redirect is False


async def test_l03_without_a_hint_the_person_is_asked(ada, app) -> None:
    """Nothing ends before the answer; then the state goes back with the person."""
    answer = await tokens_for(ada)
    for decision in ("stay", "logout"):
        page = await ada.http.get("/logout", params=END | {"client_id": "spa"})
        assert page.status_code == 200
        assert await is_alive(ada, answer["access_token"])
        form = first_form(page.text)
        response = await ada.http.post(form.action, data=form.fields | {"decision": decision})
        assert await is_alive(ada, answer["access_token"]) == (decision == "stay")
    assert response.headers["location"] == f"{BYE}?state=a+b%26c"


@pytest.mark.parametrize("forgery", ["alg none", "foreign signature", "wrong issuer", "access token", "rubbish"])
async def test_l04_a_forged_hint_neither_ends_nor_redirects(ada, app, forgery) -> None:
    """Even with the right client_id beside it; the person is asked."""
    answer = await tokens_for(ada)
    claims = claims_of(answer["id_token"])
    key = app.keys.signing_key("RS256", app.clock())
    hint = {
        "alg none": unsigned(claims),
        "foreign signature": signed_elsewhere(claims, key),
        "wrong issuer": jws.sign(key, "JWT", claims | {"iss": "https://evil.example"}),
        "access token": answer["access_token"],
        "rubbish": "x.y.z",
    }[forgery]
    response = await ada.http.get("/logout", params=END | {"client_id": "spa", "id_token_hint": hint})
    assert (response.status_code, response.is_redirect) == (200, False)
    assert "Sign out?" in response.text
    assert await is_alive(ada, answer["access_token"])


async def test_l04_a_hint_of_another_session_is_not_enough(ada, app) -> None:
    """An attacker's own ID token in a link does not log the victim out unasked."""
    async with Person(app) as elsewhere:
        hint = (await tokens_for(elsewhere))["id_token"]
    answer = await tokens_for(ada)
    page = await ada.http.get("/logout", params=END | {"id_token_hint": hint})
    assert "Sign out?" in page.text
    assert await is_alive(ada, answer["access_token"])


async def test_l05_an_expired_id_token_still_tells_who_asks(ada, app, clock) -> None:
    """Two hours later it is over for everything else."""
    hint = (await tokens_for(ada))["id_token"]
    clock.now += 7200
    response = await ada.http.get("/logout", params=END | {"id_token_hint": hint})
    assert response.headers["location"].startswith(BYE)
    assert 'name="password"' in (await ada.http.get(Attempt().url())).text


async def test_a13_genesys_logout_goes_to_registered_redirect_uris_only(tmp_path) -> None:
    """Its form names one of the client's redirect URIs; any other one gets the end page."""
    server = await open_test_server(tmp_path, personality="genesys")
    async with Person(server) as person:
        for uri, goes in (("https://evil.example/", False), (CALLBACK + "?x", False), (CALLBACK, True)):
            await tokens_for(person, Attempt())
            response = await person.http.get("/logout", params={"client_id": "spa", "redirect_uri": uri})
            assert response.is_redirect is goes
            assert 'name="password"' in (await person.http.get(Attempt().url())).text
    await server.close()


async def test_a42_the_next_person_at_the_browser_gets_a_session_of_their_own(ada, app) -> None:
    """Neither id nor login of the one before is left."""
    name = app.cookies.session
    hint = (await tokens_for(ada))["id_token"]
    before = ada.http.cookies[name]
    await ada.http.get("/logout", params={"id_token_hint": hint})
    assert name not in ada.http.cookies
    await tokens_for(ada)
    assert ada.http.cookies[name] != before
