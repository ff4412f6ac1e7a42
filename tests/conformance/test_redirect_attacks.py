"""Attacks on redirect URIs at the server: A01 to A13 of requirements/."""

from __future__ import annotations

import time

import pytest

from proofkey.core.redirect_uri import fault_at_registration, nearest
from tests.server.person import CALLBACK, Attempt, answer_of, client

LOOPBACK = "http://127.0.0.1/cb"


async def is_refused(ada, uri: str) -> bool:
    """Ask for a redirect URI; a page without redirect refuses it."""
    response = await ada.http.get(Attempt(authorize={"redirect_uri": uri}).url())
    return response.status_code == 400 and not response.is_redirect


async def test_a01_user_information_cannot_hide_the_host(ada) -> None:
    """Neither at a request nor at registration."""
    for uri in (
        "https://app.example@evil.example/",
        "https://app.example/callback@evil.example",
        "https://a@b@evil.example/",
    ):
        assert await is_refused(ada, uri)
    assert fault_at_registration("https://app.example@evil.example/") is not None


@pytest.mark.parametrize("tail", ["/..;/evil", "/../evil", "/%2e%2e/evil", "/..%2fevil", "/./", "\\evil"])
async def test_a02_paths_are_not_walked(ada, tail) -> None:
    """Dots, encoded dots, backslashes."""
    assert await is_refused(ada, CALLBACK + tail)


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1.evil.example/cb",
        "http://127.0.0.1@evil.example/cb",
        "http://127.0.0.1:80@evil.example/cb",
        "http://evil.example#@127.0.0.1/cb",
        "http://localhost@evil.example/cb",
        "http://0x7f.1/cb",
        "http://2130706433/cb",
        "http://127.1/cb",
        "http://[::ffff:127.0.0.1]/cb",
    ],
)
async def test_a03_a_host_that_looks_like_loopback_is_none(ada, server, uri) -> None:
    """The literal itself is compared, nothing derived from it."""
    await server.store.put_client(client(redirect_uris=(LOOPBACK,)))
    assert await is_refused(ada, uri)


async def test_a04_letters_of_another_case_are_another_address(ada) -> None:
    """In scheme, host and path."""
    for uri in ("HTTPS://app.example/callback", "https://App.example/callback", "https://app.example/Callback"):
        assert await is_refused(ada, uri)


@pytest.mark.parametrize(
    "uri", [LOOPBACK + "?x=1", "http://127.0.0.1:1/other", "http://localhost/cb", "http://[::1]/cb"]
)
async def test_a05_the_loopback_rule_frees_the_port_only(ada, server, uri) -> None:
    """Not path, query or name."""
    await server.store.put_client(client(redirect_uris=(LOOPBACK,)))
    assert await is_refused(ada, uri)


async def test_a06_a_dot_is_a_dot_and_nothing_registers_itself(ada, server) -> None:
    """No pattern, and a refused address stays refused."""
    await server.store.put_client(client(redirect_uris=()))
    assert await is_refused(ada, CALLBACK)
    await server.store.put_client(client())
    assert await is_refused(ada, "https://appXexample/callback")
    assert (await server.store.client("spa")).redirect_uris == (CALLBACK,)


@pytest.mark.parametrize("uri", ["https://app.example/", "https://app.example/callback/evil", "https://app.example"])
async def test_a07_the_path_counts(ada, uri) -> None:
    """The whole string does."""
    assert await is_refused(ada, uri)


async def test_a08_no_scheme_that_runs_is_ever_taken(ada, server) -> None:
    """Not at registration by the client API, not at a request, not at logout."""
    for uri in ("javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "blob:https://a/b"):
        assert fault_at_registration(uri) is not None
        assert await is_refused(ada, uri)
        page = await ada.http.get("/logout", params={"client_id": "spa", "post_logout_redirect_uri": uri})
        assert not page.is_redirect
        assert uri not in page.text


@pytest.mark.parametrize(
    "wrong", [{"response_type": "bogus"}, {"scope": "bogus"}, {"prompt": "bogus"}, {"request": "x"}]
)
async def test_a09_errors_do_not_go_to_an_unverified_address(ada, wrong) -> None:
    """Client and address are judged before anything else."""
    assert await is_refused(ada, "https://evil.example/")
    response = await ada.http.get(Attempt(authorize=wrong | {"redirect_uri": "https://evil.example/"}).url())
    assert (response.status_code, response.is_redirect) == (400, False)


@pytest.mark.parametrize("name", ["redirect_uri", "client_id", "state"])
async def test_a10_a_repeated_parameter_is_refused(ada, name) -> None:
    """Also where one is in the query and one in the body."""
    from urllib.parse import parse_qsl, urlencode, urlsplit

    query = urlsplit(Attempt().url()).query
    values = dict(parse_qsl(query))
    evil = urlencode({name: "https://evil.example/"})
    headers = {"content-type": "application/x-www-form-urlencoded"}
    for response in (
        await ada.http.get(f"/oauth/authorize?{query}&{evil}"),
        await ada.http.get(f"/oauth/authorize?{evil}&{query}"),
        await ada.http.post(f"/oauth/authorize?{evil}", content=urlencode(values), headers=headers),
    ):
        if name == "state":
            assert answer_of(response)["error"] == "invalid_request"
        else:
            assert (response.status_code, response.is_redirect) == (400, False)
    code = await ada.http.post("/oauth/token", content=f"code=a&code=b&{urlencode(values)}", headers=headers)
    assert code.json()["error"] == "invalid_request"


@pytest.mark.parametrize("parameter", ["returnTo", "next", "rd", "continue", "redirect", "target_link_uri"])
async def test_a11_no_parameter_of_the_pages_says_where_to_go(ada, parameter) -> None:
    """The waiting request is sealed; there is no other way on."""
    evil = {parameter: "//evil.example"}
    for path in ("/login", "/consent", "/logout", "/"):
        for response in (await ada.http.get(path, params=evil), await ada.http.post(path, data=evil)):
            assert "evil.example" not in response.headers.get("location", "") + response.text


@pytest.mark.parametrize("uri", ["https://evil-app.example/callback", "https://app.example.evil.example/callback"])
async def test_a12_a_host_that_ends_or_begins_alike_is_another(ada, uri) -> None:
    """No prefix or suffix is compared."""
    assert await is_refused(ada, uri)


async def test_a77_a_hostile_redirect_uri_costs_little(ada, server) -> None:
    """The nearest miss among 125 long addresses, in less time than a password takes."""
    registered = tuple(f"https://app.example/{'ab' * 250}{number}" for number in range(125))
    await server.store.put_client(client(redirect_uris=registered))
    for hostile in ("a" * 8000, "ab" * 4000, "https://app.example/" + "ba" * 4000, "http://127.0.0.1:" + "9" * 8000):
        started = time.process_time()
        assert nearest(hostile, registered) is not None
        assert await is_refused(ada, hostile)
        assert time.process_time() - started < 1.0
