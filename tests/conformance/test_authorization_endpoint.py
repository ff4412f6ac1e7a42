"""The authorization endpoint, line by line: S01 to S24 of requirements/."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from proofkey.core.redirect_uri import fault_at_registration
from tests.conformance.parties import claims_of, tokens_for, web, with_twice
from tests.server.person import CALLBACK, ISSUER, PASSWORD, Attempt, Person, answer_of, client, code_for, first_form

PKCE = frozenset({"code_challenge", "code_challenge_method"})


async def test_s01_a_post_is_served_as_a_get_is(ada, trusted) -> None:
    """The same form, the same login page, and a redirect that makes the browser GET."""
    query = dict(parse_qsl(urlsplit(Attempt().url()).query))
    page = await ada.http.post("/oauth/authorize", data=query)
    assert 'name="password"' in page.text
    await code_for(ada, Attempt())
    response = await ada.http.post("/oauth/authorize", data=query)
    assert response.status_code == 303
    assert answer_of(response)["state"] == query["state"]


async def test_s01_the_form_of_another_site_finds_the_person_logged_in(ada, trusted) -> None:
    """A SameSite cookie does not come with it; with the GET that it is turned into it does."""
    await code_for(ada, Attempt())
    query = dict(parse_qsl(urlsplit(Attempt(authorize={"prompt": "none"}).url()).query))
    session = ada.http.cookies
    ada.http.cookies = None
    sent_on = await ada.http.post("/oauth/authorize", data=query, headers={"sec-fetch-site": "cross-site"})
    assert (sent_on.status_code, sent_on.headers["cache-control"]) == (303, "no-store")
    ada.http.cookies = session
    answer = answer_of(await ada.http.get(sent_on.headers["location"]))
    assert set(answer) == {"code", "state", "iss"}


async def test_s02_unknown_parameters_are_ignored(ada, trusted) -> None:
    """The login goes on, and nothing of them comes back."""
    answer = answer_of(await ada.visit(Attempt(authorize={"extra": "foobar"}).url()))
    assert set(answer) == {"code", "state", "iss"}


async def test_s03_an_empty_parameter_is_absent(ada, trusted) -> None:
    """Each of these would be an error with a wrong value."""
    empty = dict.fromkeys(("prompt", "max_age", "response_mode", "request", "request_uri", "scope", "resource"), "")
    assert "code" in answer_of(await ada.visit(Attempt(authorize=empty).url()))
    page = await ada.http.get(Attempt(authorize={"client_id": ""}).url())
    assert page.status_code == 400


@pytest.mark.parametrize("name", ["response_type", "state", "scope", "nonce", "code_challenge", "prompt", "max_age"])
async def test_s04_a_repeated_parameter_is_an_error_for_the_client(ada, name) -> None:
    """Even with the same value twice."""
    value = {"max_age": "1", "prompt": "login", "scope": "openid", "nonce": "n"}
    attempt = Attempt(authorize={name: value[name]} if name in value else {})
    again = dict(parse_qsl(urlsplit(attempt.url()).query))[name]
    response = await ada.http.get(with_twice(attempt, name, again))
    assert answer_of(response)["error"] == "invalid_request"


@pytest.mark.parametrize(("name", "value"), [("client_id", "spa"), ("redirect_uri", CALLBACK)])
async def test_s04_where_the_destination_is_twice_nobody_is_redirected(ada, name, value) -> None:
    """Neither of the two can be believed."""
    response = await ada.http.get(with_twice(Attempt(), name, value))
    assert (response.status_code, response.is_redirect) == (400, False)


async def test_s05_response_type_is_there_and_known(ada) -> None:
    """Missing and unknown are told apart."""
    missing = await ada.http.get(Attempt(without=frozenset({"response_type"})).url())
    assert answer_of(missing)["error"] == "invalid_request"
    unknown = await ada.http.get(Attempt(authorize={"response_type": "coda"}).url())
    assert answer_of(unknown)["error"] == "unsupported_response_type"


@pytest.mark.parametrize("change", [{"client_id": "nobody"}, {"redirect_uri": "https://evil.example/"}])
async def test_s06_unknown_clients_and_addresses_get_a_page(ada, change) -> None:
    """And in it no link to the address that was asked for."""
    response = await ada.http.get(Attempt(authorize=change).url())
    assert (response.status_code, response.is_redirect) == (400, False)
    assert 'href="https://evil.example' not in response.text


@pytest.mark.parametrize(
    "other",
    [
        "https://APP.example/callback?q=1",
        "HTTPS://app.example/callback?q=1",
        "https://app.example:443/callback?q=1",
        "https://app.example/callback",
        "https://app.example/callback?q=1&",
        "https://app.example/callback/?q=1",
        "https://app.example/call%62ack?q=1",
        "https://app.example/callback?q=1#",
    ],
)
async def test_s07_redirect_uris_are_compared_as_strings(ada, server, other) -> None:
    """Nothing is normalised; the registered one passes with its query kept."""
    registered = "https://app.example/callback?q=1"
    await server.store.put_client(client(redirect_uris=(registered,), trusted=True))
    assert (await ada.http.get(Attempt(authorize={"redirect_uri": other}).url())).status_code == 400
    response = await ada.visit(Attempt(authorize={"redirect_uri": registered}).url())
    assert response.headers["location"].startswith(registered + "&code=")


@pytest.mark.parametrize(
    "uri",
    [
        "https://app.example/#top",
        "/callback",
        "app.example/callback",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "https://user@app.example/",
        "http://app.example/",
        "http://127.0.0.2/",
    ],
)
def test_s08_what_cannot_be_a_redirect_uri_is_not_registered(uri) -> None:
    """The command line and the client API ask this function."""
    assert fault_at_registration(uri) is not None


async def test_s09_a_loopback_address_may_have_any_port_and_nothing_else(ada, server) -> None:
    """127.0.0.1 and [::1]; the path stays exact."""
    await server.store.put_client(client(redirect_uris=("http://127.0.0.1/cb", "http://[::1]/cb"), trusted=True))
    for good in ("http://127.0.0.1:51234/cb", "http://[::1]:51234/cb"):
        assert (await ada.visit(Attempt(authorize={"redirect_uri": good}).url())).headers["location"].startswith(good)
    for bad in ("http://127.0.0.1:51234/CB", "http://127.0.0.1:51234/cb/", "http://localhost:51234/cb"):
        assert (await ada.http.get(Attempt(authorize={"redirect_uri": bad}).url())).status_code == 400


async def test_s10_of_several_redirect_uris_one_must_be_named(ada, server) -> None:
    """With a single one it may be left out."""
    attempt = Attempt(without=frozenset({"redirect_uri"}))
    assert 'name="password"' in (await ada.http.get(attempt.url())).text
    await server.store.put_client(client(redirect_uris=(CALLBACK, CALLBACK + "/2")))
    assert (await ada.http.get(attempt.url())).status_code == 400


async def test_s11_a_public_client_without_a_challenge_is_refused(ada, server) -> None:
    """Also one whose record says that it need not have one."""
    await server.store.put_client(client(require_pkce=False))
    assert answer_of(await ada.http.get(Attempt(without=PKCE).url()))["error"] == "invalid_request"


@pytest.mark.parametrize("method", ["plain", "s256", "S512", "none", " S256"])
async def test_s12_only_s256_is_served(ada, method) -> None:
    """An unknown method is an error, never taken for plain; nor is a missing one."""
    response = await ada.http.get(Attempt(authorize={"code_challenge_method": method}).url())
    assert answer_of(response)["error"] == "invalid_request"
    absent = await ada.http.get(Attempt(without=frozenset({"code_challenge_method"})).url())
    assert answer_of(absent)["error"] == "invalid_request"


async def test_s13_the_challenge_is_bound_to_the_code_and_not_to_be_read_from_it(ada, trusted) -> None:
    """Two logins side by side: neither verifier opens the other's code."""
    one, two = Attempt(), Attempt()
    first, second = await code_for(ada, one), await code_for(ada, two)
    challenge = dict(parse_qsl(urlsplit(one.url()).query))["code_challenge"]
    assert challenge not in first
    assert (await ada.token(**one.form(second))).json()["error"] == "invalid_grant"
    assert (await ada.token(**one.form(first))).status_code == 200


async def test_s14_state_comes_back_unchanged_with_errors_too(ada) -> None:
    """Success is shown by test_state_comes_back_byte_for_byte."""
    state = "a b&c=d%20+/\"'<>é✓"
    answer = answer_of(await ada.http.get(Attempt(authorize={"state": state, "prompt": "none"}).url()))
    assert (answer["error"], answer["state"]) == ("login_required", state)


async def test_s15_every_response_names_the_issuer(ada, trusted) -> None:
    """The same string as in the metadata, which promises it."""
    metadata = (await ada.http.get("/.well-known/oauth-authorization-server")).json()
    assert metadata["authorization_response_iss_parameter_supported"] is True
    good = answer_of(await ada.visit(Attempt().url()))
    bad = answer_of(await ada.http.get(Attempt(authorize={"scope": "bogus"}).url()))
    assert good["iss"] == bad["iss"] == metadata["issuer"] == ISSUER


@pytest.mark.parametrize(
    "change",
    [{"scope": 'a"b\\c'}, {"prompt": "é\n"}, {"response_type": '"'}, {"max_age": "\\"}, {"code_challenge": "\x00"}],
)
async def test_s16_errors_are_made_of_the_characters_they_may_have(ada, change) -> None:
    """Nothing that was sent is echoed into them."""
    answer = answer_of(await ada.http.get(Attempt(authorize=change).url()))
    allowed = re.compile(r"[\x20-\x21\x23-\x5B\x5D-\x7E]+")
    assert allowed.fullmatch(answer["error"])
    assert allowed.fullmatch(answer["error_description"])


async def test_s17_no_redirect_repeats_a_password(ada, trusted) -> None:
    """303 after the form, so that the browser goes on with a GET."""
    form = first_form((await ada.http.get(Attempt().url())).text)
    response = await ada.http.post(form.action, data=form.fields | {"username": "ada", "password": PASSWORD})
    assert response.status_code == 303


async def test_s18_the_authorization_endpoint_is_not_readable_across_origins(ada) -> None:
    """No CORS on page, error, preflight."""
    origin = {"origin": "https://app.example"}
    for url in (Attempt().url(), "/oauth/authorize"):
        answer = await ada.http.get(url, headers=origin)
        assert not [name for name in answer.headers if name.startswith("access-control-")]
    preflight = await ada.http.options("/oauth/authorize", headers=origin | {"access-control-request-method": "GET"})
    assert preflight.status_code == 405
    assert not [name for name in preflight.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("url", ["login", "/oauth/authorize", "/logout", "/login", "/consent", "consent"])
async def test_s19_no_page_may_be_framed(ada, url) -> None:
    """Login, consent, error, expired, logged out."""
    if url == "consent":
        await code_for(ada, Attempt())
        page = await ada.http.get(Attempt(authorize={"prompt": "consent"}).url())
        assert 'value="allow"' in page.text
    else:
        page = await ada.http.get(Attempt().url() if url == "login" else url)
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert page.headers["x-frame-options"] == "DENY"


async def test_s20_nobody_is_redirected_before_a_login(ada, trusted) -> None:
    """A sound request shows the login page; only prompt=none is answered at once."""
    page = await ada.http.get(Attempt().url())
    assert (page.status_code, page.is_redirect) == (200, False)
    assert (await ada.http.get(Attempt(authorize={"prompt": "none"}).url())).is_redirect


async def test_s21_a_client_that_anybody_may_be_is_asked_about_each_time(tmp_path, clock) -> None:
    """On loopback any program may listen: in production a yes is not remembered."""
    from tests.server.person import open_test_server

    server = await open_test_server(tmp_path, clock=clock, development=False)
    await server.store.put_client(client(redirect_uris=("http://127.0.0.1/cb",)))
    attempt = Attempt(authorize={"redirect_uri": "http://127.0.0.1:5000/cb"})
    async with Person(server) as person:
        await code_for(person, attempt)
        again = await person.http.get(attempt.url())
        assert 'value="allow"' in again.text
        silent = await person.http.get(Attempt(authorize=attempt.authorize | {"prompt": "none"}).url())
        assert answer_of(silent)["error"] == "consent_required"
    await server.close()


@pytest.mark.parametrize(
    "parameters",
    [
        {"display": "popup"},
        {"ui_locales": "de-CH en"},
        {"claims_locales": "se"},
        {"acr_values": "1 2"},
        {"login_hint": "ada"},
        {"id_token_hint": "not.a.token"},
        {"claims": '{"id_token":{"auth_time":{"essential":true}}}'},
    ],
)
async def test_s22_what_is_not_served_of_openid_connect_causes_no_error(ada, trusted, parameters) -> None:
    """The login goes on as if it were not there."""
    assert "code" in answer_of(await ada.visit(Attempt(authorize=parameters | {"scope": "openid"}).url()))


async def test_s22_max_age_is_kept_and_auth_time_told(ada, trusted, clock) -> None:
    """After the second login, its time; max_age=0 always asks."""
    await code_for(ada, Attempt())
    clock.now += 100
    attempt = Attempt(authorize={"scope": "openid", "max_age": "50"})
    claims = claims_of((await tokens_for(ada, attempt))["id_token"])
    assert claims["auth_time"] == int(clock.now)
    assert 'name="password"' in (await ada.http.get(Attempt(authorize={"max_age": "0"}).url())).text


async def test_s22_a_hint_at_another_person_is_not_answered_with_this_one(ada, trusted) -> None:
    """prompt=none fails, without it a login is asked for; one's own hint changes nothing."""
    from proofkey.core.records import User
    from proofkey.core.secret import Password
    from proofkey.server.accounts import hash_password

    await trusted.store.put_user(User("subject-eve", "eve", hash_password(Password("another one"))))
    async with Person(trusted, username="eve", password="another one") as eve:
        hint = (await tokens_for(eve))["id_token"]
    own = (await tokens_for(ada))["id_token"]
    silent = {"prompt": "none", "id_token_hint": hint}
    assert answer_of(await ada.http.get(Attempt(authorize=silent).url()))["error"] == "login_required"
    page = await ada.http.get(Attempt(authorize={"id_token_hint": hint}).url())
    assert 'name="password"' in page.text
    wrong = await ada.visit(Attempt(authorize={"id_token_hint": hint}).url())  # Ada's password again
    assert answer_of(wrong)["error"] == "login_required"
    assert "code" in answer_of(await ada.http.get(Attempt(authorize=silent | {"id_token_hint": own}).url()))


@pytest.mark.shows("A71")
@pytest.mark.parametrize(
    ("name", "value"), [("request", "eyJhbGciOiJub25lIn0.e30."), ("request_uri", "https://app.example/request.jwt")]
)
async def test_s23_request_objects_are_refused_by_name(ada, name, value) -> None:
    """A request that says one thing outside and another inside would be dangerous to half-read."""
    answer = answer_of(await ada.http.get(Attempt(authorize={name: value}).url()))
    assert answer["error"] == f"{name}_not_supported"


async def test_s24_a_code_does_not_leak_by_referrer(ada, trusted) -> None:
    """No referrer from pages, redirects and the form_post page; nothing foreign is loaded by any."""
    login = await ada.http.get(Attempt().url())
    redirect = await ada.visit(Attempt().url())
    posted = await ada.http.get(Attempt(authorize={"response_mode": "form_post"}).url())
    for answer in (login, redirect, posted):
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
    for page in (login, posted):
        assert not re.findall(r'(?:src|href)="(?:https?:)?//', page.text)


async def test_s11_a_confidential_client_is_bound_to_pkce_by_default(ada, server) -> None:
    """Loosened only by name."""
    await server.store.put_client(web())
    attempt = Attempt(authorize={"client_id": "web"}, without=PKCE)
    assert answer_of(await ada.http.get(attempt.url()))["error"] == "invalid_request"
