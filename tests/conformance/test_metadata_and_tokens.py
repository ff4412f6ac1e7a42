"""Metadata, keys, userinfo, introspection, revocation, pushed requests: D, U, I, V and P of requirements/."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest

from proofkey.core.metadata import well_known_urls
from proofkey.server import jws
from proofkey.server.store.errors import StoreFailed, StoreRolledBack
from tests.conformance.parties import FORM, basic, bearer, is_alive, refresh, tokens_for, web
from tests.server.person import CALLBACK, ISSUER, Attempt, Person, answer_of, client, open_test_server

TENANT = "https://login.example/tenant"


def pushed_form(attempt: Attempt) -> dict[str, str]:
    """Give the parameters of an authorization request."""
    return dict(parse_qsl(urlsplit(attempt.url()).query))


async def test_d01_the_metadata_of_an_issuer_with_a_path_is_at_both_addresses(tmp_path) -> None:
    """Inserted before the path (RFC 8414 3), and appended (OpenID Connect Discovery 4)."""
    server = await open_test_server(tmp_path, issuer=TENANT, development=False)
    async with Person(server) as person:
        for url in well_known_urls(TENANT):
            document = (await person.http.get(url)).json()
            assert document["issuer"] == TENANT
            assert document["token_endpoint"] == TENANT + "/oauth/token"
        foreign = await person.http.get("https://login.example/.well-known/oauth-authorization-server/other")
        assert foreign.status_code == 404
    await server.close()


async def test_d02_the_metadata_is_json_without_empty_lists(ada) -> None:
    """200 and application/json."""
    response = await ada.http.get("/.well-known/oauth-authorization-server")
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
    assert [name for name, value in response.json().items() if value in ([], None, "")] == []


async def test_d03_pkce_can_be_detected(ada) -> None:
    """A list, with S256 and without plain."""
    metadata = (await ada.http.get("/.well-known/openid-configuration")).json()
    assert metadata["code_challenge_methods_supported"] == ["S256"]


async def test_d04_endpoints_are_https_where_the_issuer_is(tmp_path) -> None:
    """And an issuer that is not https is refused, loopback excepted; no signature may be `none`."""
    from proofkey.core.errors import Misuse
    from proofkey.server.settings import Settings

    server = await open_test_server(tmp_path, issuer="https://login.example", development=False)
    async with Person(server) as person:
        metadata = (await person.http.get("/.well-known/oauth-authorization-server")).json()
    await server.close()
    urls = [value for value in metadata.values() if isinstance(value, str) and "://" in value]
    assert all(url.startswith("https://login.example") for url in urls)
    assert not [name for name, value in metadata.items() if name.endswith("alg_values_supported") and "none" in value]
    for issuer in ("http://login.example", "https://login.example/?x", "https://login.example/#x"):
        with pytest.raises(Misuse):
            Settings(issuer=issuer)


async def test_d05_id_tokens_are_rs256_with_a_published_key(ada, trusted) -> None:
    """By default, and its `kid` is that of a published key."""
    answer = await tokens_for(ada)
    metadata = (await ada.http.get("/.well-known/openid-configuration")).json()
    assert "RS256" in metadata["id_token_signing_alg_values_supported"]
    header = json.loads(urlsafe_b64decode(answer["id_token"].partition(".")[0] + "=="))
    keys = {key["kid"]: key for key in (await ada.http.get("/oauth/jwks")).json()["keys"]}
    assert header["alg"] == keys[header["kid"]]["alg"] == "RS256"
    assert jws.read(answer["id_token"], "JWT", trusted.keys.published_key) is not None


async def test_u01_userinfo_serves_get_and_post(ada, trusted) -> None:
    """`sub` always; a wrong token gets 401 and invalid_token."""
    token = (await tokens_for(ada, Attempt(authorize={"scope": "openid"})))["access_token"]
    for method in ("GET", "POST"):
        response = await ada.http.request(method, "/oauth/userinfo", headers=bearer(token))
        assert response.json() == {"sub": "subject-ada"}
        wrong = await ada.http.request(method, "/oauth/userinfo", headers=bearer(token[:-1]))
        assert (wrong.status_code, wrong.headers["www-authenticate"]) == (401, 'Bearer error="invalid_token"')


async def test_u01_a_claim_has_the_type_that_the_standard_gives_it(ada, trusted) -> None:
    """An account keeps texts; a client that tests `email_verified` would take "false" for true."""
    texts = {"email_verified": "false", "phone_number_verified": "true", "updated_at": "1700000000", "address": "Bath"}
    scopes = ("openid", "profile", "email", "phone", "address")
    await trusted.store.put_client(client(trusted=True, scopes=scopes))
    user = await trusted.store.user("subject-ada")
    await trusted.store.put_user(replace(user, claims=(*texts.items(), ("given_name", "Ada"))))
    tokens = await tokens_for(ada, Attempt())
    claims = (await ada.http.get("/oauth/userinfo", headers=bearer(tokens["access_token"]))).json()
    assert (claims["email_verified"], claims["phone_number_verified"]) == (False, True)
    assert (claims["updated_at"], claims["address"]) == (1_700_000_000, {"formatted": "Bath"})
    assert claims["given_name"] == "Ada"


@pytest.mark.parametrize("path", ["/oauth/userinfo", "/api/v2/users/me", "/api/v2/tokens/me"])
async def test_u02_a_token_travels_in_the_header_alone(ada, trusted, path) -> None:
    """In the query it is not read; in two places at once the request is wrong."""
    token = (await tokens_for(ada))["access_token"]
    assert (await ada.http.get(path, params={"access_token": token})).status_code == 401
    both = await ada.http.get(path, params={"access_token": token}, headers=bearer(token))
    assert (both.status_code, both.headers["www-authenticate"]) == (400, 'Bearer error="invalid_request"')
    assert (await ada.http.get(path, headers=bearer(token))).status_code == 200
    posted = await ada.http.post("/oauth/userinfo", data={"access_token": token}, headers=bearer(token))
    assert posted.status_code == 400


@pytest.mark.parametrize("path", ["/oauth/userinfo", "/api/v2/users/me"])
async def test_u03_without_credentials_the_challenge_is_bare(ada, path) -> None:
    """No error code where nothing was sent."""
    response = await ada.http.get(path)
    assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")


async def test_i01_introspection_tells_authenticated_clients_about_their_own_tokens(ada, trusted, clock) -> None:
    """Unknown, foreign, expired: 200 and not active; without authentication 401."""
    own = (await ada.http.post("/oauth/token", data={"grant_type": "client_credentials"}, headers=basic())).json()
    foreign = await tokens_for(ada)

    async def ask(token: str) -> dict[str, object]:
        response = await ada.http.post("/oauth/introspect", data={"token": token}, headers=basic())
        assert response.status_code == 200
        return response.json()

    assert (await ask(own["access_token"]))["active"] is True
    assert await ask("unknown") == await ask(foreign["access_token"]) == {"active": False}
    clock.now += own["expires_in"]
    assert await ask(own["access_token"]) == {"active": False}
    for headers in ({}, basic(secret="wrong")):
        refused = await ada.http.post("/oauth/introspect", data={"token": "x"}, headers=headers)
        assert refused.status_code in (400, 401)


async def test_i01_a_resource_server_is_told_that_a_token_is_for_it(ada, trusted) -> None:
    """Also where the audience came with a refresh, not with the login (RFC 8707 2.2)."""
    await trusted.store.put_client(web(client_id="https://api.example/"))
    token = (await tokens_for(ada))["refresh_token"]
    narrowed = (await refresh(ada, token, resource="https://api.example/")).json()["access_token"]
    asking = basic("https%3A%2F%2Fapi.example%2F")
    about = (await ada.http.post("/oauth/introspect", data={"token": narrowed}, headers=asking)).json()
    assert (about["active"], about["aud"]) == (True, "https://api.example/")


@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "nonsense"])
async def test_v01_revocation_finds_any_token_whatever_the_hint(ada, trusted, hint) -> None:
    """Refresh token and access token alike; unknown is no error; another client's is refused."""
    for kind in ("access_token", "refresh_token"):
        answer = await tokens_for(ada)
        foreign = await ada.http.post("/oauth/revoke", data={"token": answer[kind]}, headers=basic())
        assert foreign.status_code == 400
        data = {"token": answer[kind], "client_id": "spa", "token_type_hint": hint}
        assert (await ada.http.post("/oauth/revoke", data=data)).status_code == 200
        assert not await is_alive(ada, answer["access_token"])
        assert (await refresh(ada, answer["refresh_token"])).json()["error"] == "invalid_grant"
    unknown = await ada.http.post("/oauth/revoke", data={"token": "unknown", "client_id": "spa"})
    assert unknown.status_code == 200


@pytest.mark.parametrize("failure", [StoreRolledBack("full"), StoreFailed("fsync")])
async def test_v02_a_revocation_that_is_not_on_disk_is_not_told_as_done(ada, trusted, monkeypatch, failure) -> None:
    """503 with Retry-After, never 200."""
    token = (await tokens_for(ada))["refresh_token"]

    async def fail(*_: object, **__: object) -> None:
        raise failure

    monkeypatch.setattr(trusted.store, "end_grant", fail)
    response = await ada.http.post("/oauth/revoke", data={"token": token, "client_id": "spa"})
    assert response.status_code == 503
    assert int(response.headers["retry-after"]) > 0


async def test_p01_a_pushed_request(ada, trusted, clock) -> None:
    """POST only, 201, random, no request_uri within, its client's alone, gone after 90 seconds."""
    attempt = Attempt()
    form = pushed_form(attempt)
    assert (await ada.http.get("/oauth/par")).status_code == 405
    nested = await ada.http.post("/oauth/par", data=form | {"request_uri": "urn:x"})
    assert nested.json()["error"] == "invalid_request"
    one, two = [await ada.http.post("/oauth/par", data=form) for _ in range(2)]
    assert one.status_code == 201
    uri = one.json()["request_uri"]
    assert uri != two.json()["request_uri"]
    foreign = await ada.http.get("/oauth/authorize", params={"client_id": "web", "request_uri": uri})
    assert answer_of(foreign)["error"] == "invalid_request_uri"  # at the address of that client
    twice = await ada.http.get(f"/oauth/authorize?client_id=spa&client_id=web&request_uri={uri}")
    assert (twice.status_code, twice.is_redirect) == (400, False)
    answer = answer_of(await ada.visit(f"/oauth/authorize?client_id=spa&request_uri={uri}"))
    assert (await ada.token(**attempt.form(answer["code"]))).status_code == 200
    clock.now += 91
    late = await ada.http.get("/oauth/authorize", params={"client_id": "spa", "request_uri": uri})
    assert answer_of(late)["error"] == "invalid_request_uri"


async def test_p01_a_pushed_request_that_comes_too_late_goes_back_to_where_it_came_from(ada, trusted, clock) -> None:
    """To the address that was pushed, with its state, so that the app can begin anew."""
    await trusted.store.put_client(client(redirect_uris=("https://app.example/other", CALLBACK)))
    uri = (await ada.http.post("/oauth/par", data=pushed_form(Attempt()))).json()["request_uri"]
    clock.now += 91
    late = await ada.http.get("/oauth/authorize", params={"client_id": "spa", "request_uri": uri})
    assert late.headers["location"].startswith(f"{CALLBACK}?")
    answer = answer_of(late)
    assert (answer["error"], answer["state"]) == ("invalid_request_uri", "a-state-of-this-login")


async def test_p01_nobody_pushes_a_redirect_uri_that_is_not_registered(ada, trusted) -> None:
    """Not even a client that authenticates itself."""
    form = pushed_form(Attempt(authorize={"client_id": "web", "redirect_uri": "https://new.example/cb"}))
    response = await ada.http.post("/oauth/par", data=form, headers=basic())
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


async def test_p01_a_pushed_request_of_a_confidential_client_is_authenticated(ada, server) -> None:
    """Its id alone does not do."""
    await server.store.put_client(web())
    form = pushed_form(Attempt(authorize={"client_id": "web"}))
    assert (await ada.http.post("/oauth/par", data=form)).json()["error"] == "invalid_client"
    assert (await ada.http.post("/oauth/par", data=form, headers=basic())).status_code == 201


@pytest.mark.parametrize("resource", ["api", "https://api.example/#x", "//api.example/", "https:", "x" * 3000])
async def test_p04_a_resource_is_an_absolute_uri_without_fragment(ada, trusted, resource) -> None:
    """invalid_target, at every endpoint that takes one."""
    response = await ada.http.get(Attempt(authorize={"resource": resource}).url())
    assert answer_of(response)["error"] == "invalid_target"
    form = {"grant_type": "client_credentials", "resource": resource}
    assert (await ada.http.post("/oauth/token", data=form, headers=basic())).json()["error"] == "invalid_target"
    token = (await tokens_for(ada))["refresh_token"]
    assert (await refresh(ada, token, resource=resource)).json()["error"] == "invalid_target"


async def test_a_token_for_another_resource_server_is_not_taken_here(ada, trusted) -> None:
    """Whoever runs that server sees the token, and must not be able to act with it at this one (RFC 8707 3)."""
    elsewhere = await tokens_for(ada, Attempt(authorize={"resource": "https://api.example/"}))
    for path in ("/oauth/userinfo", "/api/v2/users/me"):
        response = await ada.http.get(path, headers=bearer(elsewhere["access_token"]))
        assert response.status_code == 401, path
    here = await tokens_for(ada, Attempt(authorize={"resource": f"{ISSUER}/api/v2/"}))
    assert (await ada.http.get("/api/v2/users/me", headers=bearer(here["access_token"]))).status_code == 200


async def test_d01_endpoints_and_cookies_of_an_issuer_with_a_path(tmp_path) -> None:
    """A whole login below the path; two tenants of one host keep their sessions apart."""
    server = await open_test_server(tmp_path, issuer=TENANT, development=False)
    other = await open_test_server(tmp_path / "..", issuer="https://login.example/other", development=False)
    assert server.cookies.session != other.cookies.session
    await other.close()
    await server.store.put_client(client(trusted=True))
    attempt = Attempt()
    async with Person(server) as person:
        page = await person.http.get(TENANT + attempt.url())
        assert f'action="{TENANT}/login"' in page.text
        answer = answer_of(await person.visit(TENANT + attempt.url()))
        assert answer["iss"] == TENANT
        good = await person.http.post(TENANT + "/oauth/token", data=attempt.form(answer["code"]))
        assert good.status_code == 200
        assert (await person.http.post("https://login.example/tenant2/oauth/token", headers=FORM)).status_code == 404
    assert CALLBACK  # the redirect URI is the app's own: nothing of the path is in it
    await server.close()
