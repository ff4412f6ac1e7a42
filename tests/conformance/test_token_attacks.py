"""Attacks on tokens, and on what tells about them: A61 to A66, A88 to A92, A94 of requirements/."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from proofkey.server import jws
from proofkey.server.store.errors import StoreRolledBack
from tests.conformance.parties import SECRET, basic, bearer, claims_of, is_alive, refresh, tokens_for
from tests.server.person import CALLBACK, Attempt, client


def encoded(data: bytes) -> str:
    """Write base64url without padding."""
    return urlsafe_b64encode(data).decode().rstrip("=")


async def test_a61_a_public_client_revokes_and_a_foreign_one_does_not(ada, trusted, monkeypatch) -> None:
    """And a store that fails is not success."""
    answer = await tokens_for(ada)
    foreign = await ada.http.post("/oauth/revoke", data={"token": answer["refresh_token"]}, headers=basic())
    assert foreign.status_code == 400
    assert await is_alive(ada, answer["access_token"])
    own = {"token": answer["refresh_token"], "client_id": "spa"}

    async def fail(*_: object, **__: object) -> None:
        raise StoreRolledBack("full")

    with monkeypatch.context() as broken:
        broken.setattr(trusted.store, "end_grant", fail)
        assert (await ada.http.post("/oauth/revoke", data=own)).status_code == 503
    assert (await ada.http.post("/oauth/revoke", data=own)).status_code == 200
    assert not await is_alive(ada, answer["access_token"])


async def test_a62_tokens_are_told_about_to_their_own_parties_only(ada, trusted) -> None:
    """Introspection by another client, userinfo without openid."""
    answer = await tokens_for(ada, Attempt(authorize={"scope": "users:readonly"}))
    for kind in ("access_token", "refresh_token"):
        seen = await ada.http.post("/oauth/introspect", data={"token": answer[kind]}, headers=basic())
        assert seen.json() == {"active": False}
    userinfo = await ada.http.get("/oauth/userinfo", headers=bearer(answer["access_token"]))
    assert (userinfo.status_code, userinfo.json()["error"]) == (403, "insufficient_scope")


async def test_a63_a_cut_or_changed_token_is_none(ada, trusted) -> None:
    """At the API as at introspection."""
    token = (await tokens_for(ada))["access_token"]
    for other in (token[:-1], token[: len(token) // 2], token + "A", token.swapcase(), token[1:], token + "="):
        assert not await is_alive(ada, other)


async def test_a64_nothing_sealed_for_one_purpose_serves_another(ada, trusted) -> None:
    """Code, access token, refresh token, form: each in the place of each other."""
    page = await ada.http.get(Attempt().url())
    from tests.server.person import code_for, first_form

    sealed = first_form(page.text).fields["request"]
    attempt = Attempt()
    code = await code_for(ada, attempt)
    answer = await tokens_for(ada)
    for wrong in (answer["access_token"], answer["refresh_token"], sealed):
        assert (await ada.token(**attempt.form(wrong))).json()["error"] == "invalid_grant"
    for wrong in (code, answer["access_token"], sealed):
        assert (await refresh(ada, wrong)).json()["error"] == "invalid_grant"
    for wrong in (code, answer["refresh_token"], sealed, answer["id_token"]):
        assert not await is_alive(ada, wrong)


@pytest.fixture
async def jwt(ada, trusted):
    """Give a client JWT access tokens, and one of them."""
    await trusted.store.put_client(client(trusted=True, access_token_format="jwt"))
    return (await tokens_for(ada))["access_token"]


async def test_a65_no_forged_jwt_is_taken(ada, trusted, jwt) -> None:
    """alg none, HMAC with the public key, a key in the header, unknown crit, an empty HMAC key."""
    head, body, signature = jwt.split(".")
    header = claims_of(f".{head}.")
    key = trusted.keys.published_key(header["kid"])
    public = key.private.public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert await is_alive(ada, jwt)
    forgeries = [
        (header | {"alg": "none"}, b""),
        (header | {"alg": "HS256"}, pem),
        (header | {"alg": "HS256"}, b""),
        (header | {"alg": "hs256"}, pem),
    ]
    for changed, secret in forgeries:
        data = f"{encoded(json.dumps(changed).encode())}.{body}"
        mac = hmac.new(secret, data.encode(), hashlib.sha256).digest() if changed["alg"] != "none" else b""
        assert not await is_alive(ada, f"{data}.{encoded(mac)}")
    own = replace(key, private=ec.generate_private_key(ec.SECP256R1()))
    for more in ({}, {"jwk": own.public}, {"jku": "https://evil.example/"}, {"x5u": "https://evil.example/"}):
        data = f"{encoded(json.dumps(header | more).encode())}.{body}"
        assert not await is_alive(ada, f"{data}.{encoded(own.sign(data.encode()))}")
    data = f"{encoded(json.dumps(header | {'crit': ['exp']}).encode())}.{body}"
    assert not await is_alive(ada, f"{data}.{encoded(key.sign(data.encode()))}")
    assert not await is_alive(ada, f"{head}.{body}.{signature}.{signature}")


@pytest.mark.parametrize(
    "change", [{"iss": "https://evil.example"}, {"exp": 0}, {"exp": 1e300}, {"exp": None}, {"jti": "x"}, {"jti": 1}]
)
async def test_a66_a_signed_jwt_with_other_claims_is_not_taken(ada, trusted, jwt, change) -> None:
    """Such a one is never made here; it must not become a 500 either."""
    key = trusted.keys.signing_key("ES256", trusted.clock())
    assert not await is_alive(ada, jws.sign(key, "at+jwt", claims_of(jwt) | change))


@pytest.fixture
async def admin(ada, trusted):
    """Make Ada an administrator and give her token."""
    await trusted.store.put_user(replace(await trusted.store.user("subject-ada"), admin=True))
    return bearer((await tokens_for(ada))["access_token"])


async def test_a88_secrets_are_shown_once_and_never_again(ada, trusted, admin) -> None:
    """At their making; not by list, detail or change."""
    body = {"name": "New", "authorizedGrantType": "CODE", "registeredRedirectUri": [CALLBACK]}
    made = (await ada.http.post("/api/v2/oauth/clients", json=body, headers=admin)).json()
    assert made["secret"]
    shown = [
        await ada.http.get(made["selfUri"], headers=admin),
        await ada.http.get("/api/v2/oauth/clients", headers=admin),
        await ada.http.put(made["selfUri"], json=body, headers=admin),
    ]
    for response in shown:
        assert response.status_code == 200
        assert made["secret"] not in response.text
        assert '"secret"' not in response.text


async def test_a89_the_database_holds_nothing_that_opens_a_door(ada, trusted, tmp_path) -> None:
    """Password, secret, session, code, tokens: none is in any file of it."""
    attempt = Attempt()
    from tests.server.person import PASSWORD, code_for

    code = await code_for(ada, attempt)
    answer = (await ada.token(**attempt.form(code))).json()
    session = ada.http.cookies[trusted.cookies.session]
    await trusted.store.put_meta("flush", "1")
    written = b"".join(path.read_bytes() for path in tmp_path.glob("proofkey.db*"))
    assert b"subject-ada" in written
    for secret in (PASSWORD, SECRET, session, code, answer["access_token"], answer["refresh_token"], attempt.verifier):
        assert secret.encode() not in written


async def test_a90_no_token_is_in_an_address(ada, trusted) -> None:
    """No redirect carries one, and the token endpoint does not read them from there."""
    redirect = await ada.visit(Attempt(authorize={"response_mode": "fragment"}).url())
    assert "token=" not in redirect.headers["location"]
    token = (await tokens_for(ada))["refresh_token"]
    response = await ada.http.post(f"/oauth/token?grant_type=refresh_token&refresh_token={token}&client_id=spa")
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


async def test_a92_a_client_authenticates_as_it_is_registered(ada, trusted) -> None:
    """Another method, two at once, sloppy Basic: refused, never a 500."""
    form = {"grant_type": "client_credentials"}
    post = await ada.http.post("/oauth/token", data=form | {"client_id": "web", "client_secret": SECRET})
    assert post.json()["error"] == "invalid_client"
    for header in ("Basic", "Basic ", "Basic x", "Basic ////", "Basic d2Vi", "Bearer x", "basic " + "A" * 9000, "é"):
        response = await ada.http.post("/oauth/token", data=form, headers={"authorization": header.encode()})
        assert (response.status_code, response.json()["error"]) == (401, "invalid_client")
        assert response.headers["www-authenticate"].startswith("Basic ")


async def test_a94_cors_reflects_no_origin(ada, trusted) -> None:
    """`*` for everybody, `null` too, and never with credentials."""
    for origin in ("null", "https://evil.example"):
        for method, path in (("POST", "/oauth/token"), ("OPTIONS", "/oauth/token"), ("GET", "/oauth/userinfo")):
            response = await ada.http.request(method, path, headers={"origin": origin})
            assert response.headers["access-control-allow-origin"] == "*"
            assert "access-control-allow-credentials" not in response.headers
