"""The token endpoint, line by line: T01 to T18 of requirements/."""

from __future__ import annotations

import pytest

from tests.conformance.parties import FORM, basic, bearer, is_alive, tokens_for, web
from tests.server.person import CALLBACK, Attempt, Person, client, code_for, open_test_server

PKCE = frozenset({"code_challenge", "code_challenge_method"})


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH"])
async def test_t01_only_a_post_is_served(ada, method) -> None:
    """405 names the method that is; a page may read it."""
    response = await ada.http.request(method, "/oauth/token")
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert response.headers["access-control-allow-origin"] == "*"


async def test_t02_a_second_use_ends_what_the_first_gave(ada, trusted) -> None:
    """Access token and refresh token die."""
    attempt = Attempt()
    form = attempt.form(await code_for(ada, attempt))
    first = (await ada.token(**form)).json()
    assert await is_alive(ada, first["access_token"])
    assert (await ada.token(**form)).json()["error"] == "invalid_grant"
    assert not await is_alive(ada, first["access_token"])


async def test_t03_a_code_lives_sixty_seconds(ada, trusted, clock) -> None:
    """60 are in time, 61 are not."""
    early, late = Attempt(), Attempt()
    codes = [await code_for(ada, early), await code_for(ada, late)]
    clock.now += 60
    assert (await ada.token(**early.form(codes[0]))).status_code == 200
    clock.now += 1
    assert (await ada.token(**late.form(codes[1]))).json()["error"] == "invalid_grant"


async def test_t04_a_code_is_its_clients_alone(ada, trusted) -> None:
    """Another client, though it authenticates itself, gets nothing, and the owner loses nothing."""
    attempt = Attempt()
    form = attempt.form(await code_for(ada, attempt))
    stolen = {name: value for name, value in form.items() if name != "client_id"}
    response = await ada.http.post("/oauth/token", data=stolen, headers=basic())
    assert (response.status_code, response.json()["error"]) == (400, "invalid_grant")
    assert (await ada.token(**form)).status_code == 200


async def test_t05_the_redirect_uri_is_that_of_the_request(ada, trusted) -> None:
    """Required if it was sent; accepted where it was not."""
    attempt = Attempt()
    form = attempt.form(await code_for(ada, attempt))
    for wrong in (CALLBACK + "/", ""):
        assert (await ada.token(**form | {"redirect_uri": wrong})).json()["error"] == "invalid_grant"
    assert (await ada.token(**form)).status_code == 200
    unsent = Attempt(without=frozenset({"redirect_uri"}))
    assert (await ada.token(**unsent.form(await code_for(ada, unsent)))).status_code == 200


async def test_t06_the_verifier_is_that_of_the_challenge(ada, trusted) -> None:
    """A wrong one and none are both refused."""
    attempt = Attempt()
    form = attempt.form(await code_for(ada, attempt))
    for wrong in (Attempt().verifier, "", attempt.verifier[:-1] + "~"):
        assert (await ada.token(**form | {"code_verifier": wrong})).json()["error"] == "invalid_grant"
    assert (await ada.token(**form)).status_code == 200


async def test_t07_a_verifier_that_nothing_asked_for_is_refused(ada, server) -> None:
    """Otherwise a stripped challenge would go unnoticed."""
    await server.store.put_client(web(require_pkce=False, trusted=True))
    attempt = Attempt(authorize={"client_id": "web"}, without=PKCE)
    form = {"grant_type": "authorization_code", "code": await code_for(ada, attempt), "redirect_uri": CALLBACK}
    with_verifier = await ada.http.post(
        "/oauth/token", data=form | {"code_verifier": attempt.verifier}, headers=basic()
    )
    assert with_verifier.json()["error"] == "invalid_grant"
    assert (await ada.http.post("/oauth/token", data=form, headers=basic())).status_code == 200


@pytest.mark.parametrize(
    "verifier", ["x" * 42, "x" * 129, "x" * 42 + "+", "x" * 42 + "é", "x" * 43 + "\n", "x" * 43 + "="]
)
async def test_t08_what_is_no_verifier_is_refused_by_its_form(ada, trusted, verifier) -> None:
    """43 to 128 unreserved characters; the journal has the form, not the hash, as the reason."""
    attempt = Attempt()
    form = attempt.form(await code_for(ada, attempt))
    response = await ada.token(**form | {"code_verifier": verifier})
    assert response.json()["error"] == "invalid_grant"
    (entry,) = await trusted.store.journal_of_request(response.headers["x-request-id"])
    assert entry.fault is not None
    assert entry.fault != "verifier-unrelated"


async def test_t09_a_public_client_says_who_it_is(ada, trusted) -> None:
    """Without client_id there is nobody to give tokens to."""
    attempt = Attempt(without=frozenset({"token.client_id"}))
    response = await ada.token(**attempt.form(await code_for(ada, attempt)))
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


async def test_t10_a_confidential_client_authenticates_in_one_way(ada, trusted) -> None:
    """Basic works, no secret does not, and both ways at once are an error."""
    from tests.conformance.parties import SECRET

    form = {"grant_type": "client_credentials"}
    assert (await ada.http.post("/oauth/token", data=form, headers=basic())).status_code == 200
    bare = await ada.http.post("/oauth/token", data=form | {"client_id": "web"})
    assert bare.json()["error"] == "invalid_client"
    both = await ada.http.post("/oauth/token", data=form | {"client_secret": SECRET}, headers=basic())
    assert (both.status_code, both.json()["error"]) == (400, "invalid_request")


async def test_t11_a_failed_authentication_is_told_in_its_own_way(ada, trusted) -> None:
    """401 comes with a challenge and only so; other failures are 400; all are JSON."""
    form = {"grant_type": "client_credentials"}
    failed = await ada.http.post("/oauth/token", data=form, headers=basic(secret="wrong"))
    assert (failed.status_code, failed.headers["www-authenticate"][:6]) == (401, "Basic ")
    for more in ({"client_id": "web", "client_secret": "wrong"}, {"client_id": "web", "client_secret": ""}):
        response = await ada.http.post("/oauth/token", data=form | more)
        assert response.json()["error"] == "invalid_client"
        assert (response.status_code == 401) == ("www-authenticate" in response.headers)
    other = await ada.http.post("/oauth/token", data={"grant_type": "nonsense"}, headers=basic())
    assert (other.status_code, other.headers["content-type"]) == (400, "application/json")


async def test_t12_no_token_is_stored_by_a_cache(ada, trusted) -> None:
    """Wherever a token is in an answer, and on refusals."""
    attempt = Attempt()
    good = await ada.token(**attempt.form(await code_for(ada, attempt)))
    bad = await ada.token(grant_type="authorization_code", client_id="spa", code="x")
    again = await ada.token(grant_type="refresh_token", refresh_token=good.json()["refresh_token"], client_id="spa")
    for response in (good, bad, again):
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["pragma"] == "no-cache"


async def test_t13_the_scope_is_told(ada, trusted) -> None:
    """Always; without a scope parameter it is the client's."""
    narrow = await tokens_for(ada, Attempt(authorize={"scope": "presence"}))
    assert narrow["scope"] == "presence"
    everything = await tokens_for(ada, Attempt())
    assert set(everything["scope"].split()) == set((await trusted.store.client("spa")).scopes)


async def test_t14_no_secret_travels_in_a_url(ada, trusted) -> None:
    """A right secret in the query is refused: it is in logs by now."""
    from tests.conformance.parties import SECRET

    query = f"client_id=web&client_secret={SECRET}"
    response = await ada.http.post(f"/oauth/token?{query}", content="grant_type=client_credentials", headers=FORM)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


@pytest.mark.shows("N08")
async def test_t15_a_secret_of_a_public_client_proves_nothing(ada, trusted) -> None:
    """It is refused, so that nobody comes to rely on it; what counts is the verifier."""
    attempt = Attempt(token={"client_secret": "compiled-into-the-app"})
    form = attempt.form(await code_for(ada, attempt))
    assert (await ada.token(**form)).json()["error"] == "invalid_client"
    del form["client_secret"]
    assert (await ada.token(**form)).status_code == 200


async def test_t16_browsers_may_read_good_and_bad_answers(ada, trusted) -> None:
    """200, 400, 401, 405, 413 and the preflight; the request id is exposed."""
    attempt = Attempt()
    answers = [
        await ada.token(**attempt.form(await code_for(ada, attempt))),
        await ada.token(grant_type="x", client_id="spa"),
        await ada.http.post("/oauth/token", data={"grant_type": "x"}, headers=basic(secret="wrong")),
        await ada.http.get("/oauth/token"),
        await ada.http.post("/oauth/token", content=b"x" * 100_000),
        await ada.http.options("/oauth/token"),
    ]
    assert [answer.status_code for answer in answers] == [200, 400, 401, 405, 413, 204]
    for answer in answers:
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "X-Request-Id" in answer.headers["access-control-expose-headers"]
        assert "access-control-allow-credentials" not in answer.headers


async def test_t17_there_is_no_password_grant_and_no_implicit_token(ada, server) -> None:
    """Not even where a record allows them; the metadata does not name them."""
    await server.store.put_client(client(grant_types=("password", "implicit", "authorization_code")))
    response = await ada.token(grant_type="password", client_id="spa", username="ada", password="correct horse")
    assert response.json()["error"] == "unsupported_grant_type"
    metadata = (await ada.http.get("/.well-known/openid-configuration")).json()
    assert {"password", "implicit"}.isdisjoint(metadata["grant_types_supported"])
    assert metadata["response_types_supported"] == ["code"]


async def test_t18_codes_and_tokens_cannot_be_guessed(ada, trusted) -> None:
    """What a guesser has to hit is the tag of AES-GCM-SIV: with any one character changed, nothing opens."""
    from proofkey.server.sealing.not_opened import NotOpened

    answer = await tokens_for(ada)
    for name in ("access_token", "refresh_token"):
        token = answer[name]
        opening = trusted.sealer.open_access if name == "access_token" else trusted.sealer.open_refresh
        assert not isinstance(await opening(token), NotOpened)
        for at in range(0, len(token), 7):
            other = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
            assert isinstance(await opening(other), NotOpened)


async def test_t16_cors_is_the_same_for_every_origin(tmp_path) -> None:
    """`null` and strangers are answered alike: the answer depends on no cookie and no origin."""
    server = await open_test_server(tmp_path, development=False)
    async with Person(server) as person:
        for origin in ("null", "https://evil.example", "https://app.example"):
            response = await person.http.post("/oauth/token", data={}, headers={"origin": origin} | bearer("x"))
            assert response.headers["access-control-allow-origin"] == "*"
    await server.close()
