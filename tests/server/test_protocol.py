"""The rest of the protocol: OpenID Connect, revocation, introspection, pushed requests, client credentials, JWTs."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64decode
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest

from proofkey.core.client_auth import hash_secret
from proofkey.core.secret import ClientSecret
from proofkey.server import jws
from proofkey.server.settings import Lifetimes
from tests.server.person import CALLBACK, ISSUER, Attempt, Person, answer_of, client, code_for, open_test_server

SECRET = "a-secret-of-the-back-end-0123456789"
BASIC = {"authorization": "Basic " + b64encode(f"web:{SECRET}".encode()).decode()}


def web(**changes: object):
    """Give a confidential client."""
    values: dict[str, object] = {
        "client_id": "web",
        "auth_method": "client_secret_basic",
        "secret_hash": hash_secret(ClientSecret(SECRET)),
        "grant_types": ("authorization_code", "refresh_token", "client_credentials"),
    } | changes
    return client(**values)


async def tokens_for(person: Person, attempt: Attempt) -> dict[str, object]:
    """Log in and give the token answer."""
    response = await person.token(**attempt.form(await code_for(person, attempt)))
    assert response.status_code == 200, response.text
    return response.json()


def bearer(token: object) -> dict[str, str]:
    """Write an Authorization header."""
    return {"authorization": f"Bearer {token}"}


def claims_of(token: str) -> dict[str, object]:
    """Read a JWT's claims without checking them."""
    part = token.split(".")[1]
    return json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
async def test_an_id_token_is_signed_and_says_who_logged_in(ada, server, algorithm) -> None:
    """OpenID Connect Core 2: iss, sub, aud, nonce, auth_time, at_hash; the key is published."""
    await server.store.put_client(client(id_token_algorithm=algorithm))
    answer = await tokens_for(ada, Attempt(authorize={"scope": "openid profile", "nonce": "n-0S6_WzA2Mj"}))
    claims = claims_of(answer["id_token"])
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (ISSUER, "spa", "n-0S6_WzA2Mj")
    assert claims["sub"] == "subject-ada"
    assert jws.read(answer["id_token"], "JWT", server.keys.published_key) == claims
    head, body, _ = answer["id_token"].split(".")
    assert jws.read(f"{head}.{body}.", "JWT", server.keys.published_key) is None
    jwks = (await ada.http.get("/oauth/jwks")).json()["keys"]
    assert {"RS256", "ES256"} <= {key["alg"] for key in jwks}
    assert all("d" not in key for key in jwks)


async def test_a_refreshed_id_token_keeps_who_and_when(ada) -> None:
    """OpenID Connect Core 12.2: same iss, sub, aud and auth_time, no nonce."""
    first = await tokens_for(ada, Attempt(authorize={"scope": "openid", "nonce": "n"}))
    second = (await ada.token(grant_type="refresh_token", refresh_token=first["refresh_token"], client_id="spa")).json()
    before, after = claims_of(first["id_token"]), claims_of(second["id_token"])
    assert {k: before[k] for k in ("iss", "sub", "aud", "auth_time")} == {
        k: after[k] for k in ("iss", "sub", "aud", "auth_time")
    }
    assert "nonce" not in after


async def test_userinfo_gives_claims_by_scope(ada) -> None:
    """OpenID Connect Core 5.3, 5.4."""
    answer = await tokens_for(ada, Attempt(authorize={"scope": "openid email"}))
    for method in ("GET", "POST"):
        response = await ada.http.request(method, "/oauth/userinfo", headers=bearer(answer["access_token"]))
        assert response.json() == {"sub": "subject-ada", "email": "ada@example.org", "email_verified": False}


@pytest.mark.parametrize(
    ("header", "challenge"), [({}, "Bearer"), (bearer("nonsense"), 'Bearer error="invalid_token"')]
)
async def test_userinfo_without_a_good_token(ada, header, challenge) -> None:
    """RFC 6750 3.1: no error code where nothing was sent."""
    response = await ada.http.get("/oauth/userinfo", headers=header)
    assert (response.status_code, response.headers["www-authenticate"]) == (401, challenge)


@pytest.mark.parametrize("prompt", ["none", "login", "consent"])
async def test_prompt(ada, prompt) -> None:
    """none never asks, login and consent always do (OpenID Connect Core 3.1.2.1)."""
    if prompt == "none":
        response = await ada.http.get(Attempt(authorize={"prompt": "none"}).url())
        assert answer_of(response)["error"] == "login_required"
        await code_for(ada, Attempt())
        assert "code" in answer_of(await ada.http.get(Attempt(authorize={"prompt": "none"}).url()))
        return
    await code_for(ada, Attempt())
    response = await ada.http.get(Attempt(authorize={"prompt": prompt}).url())
    assert response.status_code == 200
    assert ('name="password"' in response.text) == (prompt == "login")


async def test_max_age_asks_again(ada, clock) -> None:
    """A session older than max_age is not enough."""
    await code_for(ada, Attempt())
    clock.now += 100
    assert (await ada.http.get(Attempt(authorize={"max_age": "1000"}).url())).is_redirect
    assert 'name="password"' in (await ada.http.get(Attempt(authorize={"max_age": "50"}).url())).text


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
async def test_revoking_either_token_ends_the_grant(ada, kind) -> None:
    """RFC 7009; an unknown token is no error."""
    answer = await tokens_for(ada, Attempt())
    for token in ("unknown", answer[kind]):
        response = await ada.http.post("/oauth/revoke", data={"token": token, "client_id": "spa"})
        assert response.status_code == 200
    assert (await ada.http.get("/api/v2/users/me", headers=bearer(answer["access_token"]))).status_code == 401
    refresh = await ada.token(grant_type="refresh_token", refresh_token=answer["refresh_token"], client_id="spa")
    assert refresh.json()["error"] == "invalid_grant"


async def test_another_clients_token_is_not_revoked(ada, server) -> None:
    """RFC 7009 2.1."""
    await server.store.put_client(web())
    answer = await tokens_for(ada, Attempt())
    response = await ada.http.post("/oauth/revoke", data={"token": answer["access_token"]}, headers=BASIC)
    assert response.status_code == 400
    assert (await ada.http.get("/api/v2/users/me", headers=bearer(answer["access_token"]))).status_code == 200


async def test_introspection_tells_a_client_about_its_own_tokens(ada, server) -> None:
    """RFC 7662: foreign, unknown and expired ones are just not active; a public client may not ask."""
    await server.store.put_client(web())
    foreign = await tokens_for(ada, Attempt())
    for token in (foreign["access_token"], foreign["refresh_token"], "unknown"):
        response = await ada.http.post("/oauth/introspect", data={"token": token}, headers=BASIC)
        assert response.json() == {"active": False}
    own = await ada.http.post("/oauth/token", data={"grant_type": "client_credentials"}, headers=BASIC)
    data = {"token": own.json()["access_token"]}
    assert (await ada.http.post("/oauth/introspect", data=data, headers=BASIC)).json()["client_id"] == "web"
    public = await ada.http.post("/oauth/introspect", data={"token": "x", "client_id": "spa"})
    assert public.status_code == 401


@pytest.mark.parametrize("over", ["idle", "disabled", "removed"])
async def test_a_refresh_token_that_would_be_refused_is_not_active(ada, server, clock, over) -> None:
    """RFC 7662 2.2: unused for too long, or of a person who may not log in any more."""
    await server.store.put_client(web(trusted=True))
    attempt = Attempt(authorize={"client_id": "web"}, without=frozenset({"token.client_id"}))
    form = attempt.form(await code_for(ada, attempt))
    tokens = (await ada.http.post("/oauth/token", data=form, headers=BASIC)).json()

    async def introspected() -> dict[str, object]:
        data = {"token": tokens["refresh_token"], "token_type_hint": "refresh_token"}
        answer: dict[str, object] = (await ada.http.post("/oauth/introspect", data=data, headers=BASIC)).json()
        return answer

    idle = server.settings.lifetimes.refresh_idle
    active = await introspected()
    assert (active["active"], active["exp"]) == (True, int(clock.now) + idle)
    if over == "idle":
        clock.now += idle + 1
    elif over == "removed":
        await server.store.remove_user("subject-ada", now=clock.now)
    else:
        user = await server.store.user("subject-ada")
        await server.store.put_user(replace(user, disabled=True))
    assert await introspected() == {"active": False}
    again = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    refused = await ada.http.post("/oauth/token", data=again, headers=BASIC)
    assert refused.json()["error"] == "invalid_grant"


async def test_client_credentials_have_no_person(ada, server) -> None:
    """Seed 002's proxy: the token works, but there is nobody to be `me`."""
    await server.store.put_client(web())
    response = await ada.http.post("/oauth/token", data={"grant_type": "client_credentials"}, headers=BASIC)
    answer = response.json()
    assert "refresh_token" not in answer
    me = await ada.http.get("/api/v2/users/me", headers=bearer(answer["access_token"]))
    assert (me.status_code, me.json()["code"]) == (400, "not.a.user")
    assert me.json()["contextId"] == me.headers["x-request-id"]


@pytest.mark.parametrize("grant", ["password", "urn:ietf:params:oauth:grant-type:device_code", "code"])
async def test_other_grants_are_refused(ada, grant) -> None:
    """RFC 9700 2.4."""
    response = await ada.token(grant_type=grant, client_id="spa", username="ada", password="x")
    assert response.json()["error"] == "unsupported_grant_type"


@pytest.mark.parametrize("response_type", ["token", "id_token", "code token", "none"])
async def test_other_response_types_are_refused(ada, response_type) -> None:
    """The implicit grant is gone (RFC 9700 2.1.2)."""
    answer = answer_of(await ada.http.get(Attempt(authorize={"response_type": response_type}).url()))
    assert answer["error"] == "unsupported_response_type"


async def test_a_pushed_request_is_used_by_its_client_only(ada, server) -> None:
    """RFC 9126: 201, bound to the client, gone after its time."""
    attempt = Attempt()
    pushed = dict(parse_qsl(urlsplit(attempt.url()).query))
    response = await ada.http.post("/oauth/par", data=pushed)
    assert response.status_code == 201, response.text
    uri = response.json()["request_uri"]
    foreign = await ada.http.get("/oauth/authorize", params={"client_id": "other", "request_uri": uri})
    assert foreign.status_code == 400
    answer = answer_of(await ada.visit(f"/oauth/authorize?client_id=spa&request_uri={uri}"))
    assert answer["state"] == pushed["state"]
    assert (await ada.token(**attempt.form(answer["code"]))).status_code == 200


async def test_a_pushed_request_expires(ada, clock) -> None:
    """After 90 seconds the request_uri is refused by name."""
    uri = (await ada.http.post("/oauth/par", data=dict(parse_qsl(urlsplit(Attempt().url()).query)))).json()[
        "request_uri"
    ]
    clock.now += 91
    params = {"client_id": "spa", "redirect_uri": CALLBACK, "response_type": "code", "request_uri": uri}
    answer = answer_of(await ada.http.get("/oauth/authorize", params=params))
    assert answer["error"] == "invalid_request_uri"


async def test_a_bad_pushed_request_is_refused_at_once(ada) -> None:
    """What would fail later fails at the push."""
    form = dict(parse_qsl(urlsplit(Attempt(authorize={"code_challenge_method": "plain"}).url()).query))
    response = await ada.http.post("/oauth/par", data=form)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


async def test_response_modes(ada, server) -> None:
    """Fragment and form_post carry the same parameters."""
    await server.store.put_client(client(trusted=True))
    fragment = await ada.visit(Attempt(authorize={"response_mode": "fragment"}).url())
    assert "code=" in urlsplit(fragment.headers["location"]).fragment
    page = await ada.http.get(Attempt(authorize={"response_mode": "form_post"}).url())
    assert f'action="{CALLBACK}"' in page.text
    assert 'name="code"' in page.text


async def test_a_jwt_access_token_dies_with_its_grant(ada, server) -> None:
    """RFC 9068: typ, aud, client_id, scope; ending the grant ends it here."""
    await server.store.put_client(client(access_token_format="jwt"))
    answer = await tokens_for(ada, Attempt(authorize={"resource": f"{ISSUER}/api/v2"}))
    claims = claims_of(answer["access_token"])
    assert (claims["aud"], claims["client_id"]) == (f"{ISSUER}/api/v2", "spa")
    assert (await ada.http.get("/api/v2/users/me", headers=bearer(answer["access_token"]))).status_code == 200
    await ada.http.delete("/api/v2/tokens/me", headers=bearer(answer["access_token"]))
    assert (await ada.http.get("/api/v2/users/me", headers=bearer(answer["access_token"]))).status_code == 401


async def test_an_id_token_is_no_access_token(ada, server) -> None:
    """RFC 9068 2.1: the type keeps them apart."""
    answer = await tokens_for(ada, Attempt(authorize={"scope": "openid"}))
    assert (await ada.http.get("/api/v2/users/me", headers=bearer(answer["id_token"]))).status_code == 401


async def test_refreshing_narrows_and_never_widens(ada) -> None:
    """RFC 6749 6."""
    answer = await tokens_for(ada, Attempt(authorize={"scope": "users:readonly presence"}))
    base = {"grant_type": "refresh_token", "client_id": "spa"}
    wide = await ada.token(**base, refresh_token=answer["refresh_token"], scope="routing")
    assert wide.json()["error"] == "invalid_scope"
    narrow = (await ada.token(**base, refresh_token=answer["refresh_token"], scope="presence")).json()
    assert narrow["scope"] == "presence"
    again = (await ada.token(**base, refresh_token=narrow["refresh_token"])).json()
    assert again["scope"] == "users:readonly presence"


async def test_a_confidential_client_without_pkce(ada, server) -> None:
    """Loosened by name; then a verifier that nobody asked for is refused (RFC 9700 4.8.2)."""
    await server.store.put_client(web(require_pkce=False))
    plain = Attempt(authorize={"client_id": "web"}, without=frozenset({"code_challenge", "code_challenge_method"}))
    code = await code_for(ada, plain)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    refused = await ada.http.post("/oauth/token", data=form | {"code_verifier": plain.verifier}, headers=BASIC)
    assert refused.json()["error"] == "invalid_grant"
    assert (await ada.http.post("/oauth/token", data=form, headers=BASIC)).status_code == 200


async def test_a_disabled_client_and_a_removed_user_get_nothing(ada, server, clock) -> None:
    """Checked at every use (attack A55)."""
    answer = await tokens_for(ada, Attempt())
    await server.store.disable_client("spa", disabled=True, now=clock.now)
    assert (await ada.http.get("/api/v2/users/me", headers=bearer(answer["access_token"]))).status_code == 401
    await server.store.disable_client("spa", disabled=False, now=clock.now)
    await server.store.remove_user("subject-ada", now=clock.now)
    assert (await ada.http.get("/api/v2/users/me", headers=bearer(answer["access_token"]))).status_code == 401
    refresh = await ada.token(grant_type="refresh_token", refresh_token=answer["refresh_token"], client_id="spa")
    assert refresh.json()["error"] == "invalid_grant"


async def test_the_metadata_tells_what_is_served(ada, server) -> None:
    """RFC 8414 3.2: every endpoint named there answers; the two documents agree."""
    first = (await ada.http.get("/.well-known/oauth-authorization-server")).json()
    second = (await ada.http.get("/.well-known/openid-configuration")).json()
    assert first == second
    assert first["issuer"] == ISSUER
    assert all(value != [] for value in first.values())
    for name, url in first.items():
        if name.endswith("_endpoint") or name == "jwks_uri":
            response = await ada.http.options(url)
            assert response.status_code in (200, 204, 405), name


async def test_the_genesys_surface(tmp_path) -> None:
    """The official SDKs' clients administer and log in: CRUD, a secret that may be left out, API hosts, errors."""
    server = await open_test_server(tmp_path, personality="genesys")
    await server.start()
    async with Person(server) as person:
        answer = await tokens_for(person, Attempt())
        assert answer["token_type"] == "bearer"
        assert "refresh_token" not in answer
        denied = await person.http.get("/api/v2/oauth/clients", headers=bearer(answer["access_token"]))
        assert (denied.status_code, denied.json()["code"]) == (403, "missing.permissions")
        from dataclasses import replace

        await server.store.put_user(replace(await server.store.user("subject-ada"), admin=True))
        headers = bearer(answer["access_token"])
        for body, code in [
            ({"name": "x"}, "grant.type.required"),
            ({"name": "x", "authorizedGrantType": "TOKEN"}, "bad.grant.type"),
            ({"name": "x", "authorizedGrantType": "CODE", "registeredRedirectUri": ["javascript:1"]}, "invalid.value"),
        ]:
            bad = await person.http.post("/api/v2/oauth/clients", json=body, headers=headers)
            assert (bad.status_code, bad.json()["code"]) == (400, code)
        made = (
            await person.http.post(
                "/api/v2/oauth/clients",
                json={"name": "New", "authorizedGrantType": "CODE", "registeredRedirectUri": [CALLBACK]},
                headers=headers,
            )
        ).json()
        shown = (await person.http.get(made["selfUri"], headers=headers)).json()
        assert shown["name"] == "New"
        assert "secret" not in shown
        # PKCE without the secret, and the secret without PKCE.
        attempt = Attempt(authorize={"client_id": made["id"]}, token={"client_id": made["id"]})
        public = await person.token(**attempt.form(await code_for(person, attempt)))
        assert public.status_code == 200
        assert "refresh_token" not in public.json()
        legacy = Attempt(
            authorize={"client_id": made["id"]}, without=frozenset({"code_challenge", "code_challenge_method"})
        )
        form = {
            "grant_type": "authorization_code",
            "code": await code_for(person, legacy),
            "redirect_uri": CALLBACK,
        }
        unproven = await person.token(**form, client_id=made["id"])
        assert unproven.json()["error"] == "invalid_grant"
        basic = b64encode(f"{made['id']}:{made['secret']}".encode()).decode()
        proven = await person.http.post("/oauth/token", data=form, headers={"authorization": f"Basic {basic}"})
        assert "refresh_token" in proven.json()
        empty = b64encode(b"spa:").decode()
        again = Attempt()
        cli = await person.http.post(
            "/oauth/token",
            data=again.form(await code_for(person, again)),
            headers={"authorization": f"Basic {empty}"},
        )
        assert cli.status_code == 200
        astray = await person.http.post("/api/v2/oauth/token", data={"grant_type": "authorization_code"})
        assert (astray.status_code, astray.json()["code"]) == (400, "bad.request")
        host = await person.http.post("/oauth/token", headers={"host": "api.mypurecloud.ie"})
        assert host.json()["code"] == "bad.request"
        error = await person.token(grant_type="authorization_code", client_id="nobody", code="x")
        assert error.json()["description"] == error.json()["error_description"] == "client not found"
        patched = await person.http.patch(
            "/api/v2/users/me/presences/PURECLOUD",
            json={"presenceDefinition": {"systemPresence": "Away"}},
            headers=headers,
        )
        assert patched.json()["presenceDefinition"]["systemPresence"] == "Away"
        long = await person.http.patch(
            "/api/v2/users/me/presences/PURECLOUD",
            json={"presenceDefinition": {"id": "a" * 101}},  # it would be kept in memory
            headers=headers,
        )
        assert (long.status_code, long.json()["code"]) == (400, "invalid.value")
    await server.close()


@pytest.mark.parametrize(("personality", "days"), [("standard", 30), ("genesys", 1)])
async def test_a_login_is_kept_for_as_long_as_its_last_token(tmp_path, clock, personality: str, days: int) -> None:
    """A refresh token's 30 days, or an access token's one where there is no other; it works until then."""
    server = await open_test_server(tmp_path, clock=clock, personality=personality)
    await server.start()
    async with Person(server) as person:
        answer = await tokens_for(person, Attempt())
        grant = (await server.store.recent_grants())[0]
        assert grant.expires_at - grant.redeemed_at == days * 86_400
        clock.now += answer["expires_in"] - 1
        me = await person.http.get("/api/v2/users/me", headers=bearer(answer["access_token"]))
        assert me.status_code == 200
        clock.now += 3 * 86_400  # a day of grace after the end, whatever clocks do
        assert await server.store.purge(now=clock.now) >= (days == 1)
        assert (await server.store.grant(grant.grant_id) is None) == (days == 1)
    await server.close()


async def test_genesys_limits_client_credentials_with_a_400(tmp_path, clock) -> None:
    """300 a minute for a client; then 400 "rate limit exceeded" with Retry-After, and the next minute is free again."""
    server = await open_test_server(tmp_path, clock=clock, personality="genesys")
    await server.store.put_client(web())
    async with Person(server) as person:

        async def ask():
            return await person.http.post("/oauth/token", data={"grant_type": "client_credentials"}, headers=BASIC)

        for _ in range(300):
            assert (await ask()).status_code == 200
        refused = await ask()
        assert refused.status_code == 400
        assert refused.json()["error_description"] == refused.json()["description"] == "rate limit exceeded"
        assert int(refused.headers["retry-after"]) >= 1
        assert refused.json()["error_uri"].endswith("/faults/rate-limited")
        clock.now += 60
        assert (await ask()).status_code == 200
    await server.close()


async def test_the_list_of_faults_is_found_without_its_slash(server, ada) -> None:
    """As people type it."""
    typed = await ada.http.get("/faults")
    assert (typed.status_code, typed.headers["location"]) == (303, f"{server.settings.issuer}/faults/")
    assert "verifier-unrelated" in (await ada.http.get("/faults/")).text


async def test_a_shorter_lifetime_holds_for_logins_there_are(tmp_path, clock) -> None:
    """As docs/operations.md says: whoever shortens it does not wait for a month."""
    day = 86_400
    server = await open_test_server(tmp_path, clock=clock)
    async with Person(server) as person:
        token = (await tokens_for(person, Attempt()))["refresh_token"]
    await server.close()
    server = await open_test_server(tmp_path, clock=clock, lifetimes=Lifetimes(refresh_token=3 * day))
    form = {"grant_type": "refresh_token", "client_id": "spa"}
    async with Person(server) as person:
        clock.now += 2 * day
        again = await person.token(**form, refresh_token=token)
        assert again.status_code == 200
        clock.now += day
        over = await person.token(**form, refresh_token=again.json()["refresh_token"])
        assert over.json()["error"] == "invalid_grant"
    await server.close()
