"""Whatever is sent to whatever endpoint: a clear answer with a request id, never a 500, nothing stored."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from proofkey.server.routes import EXACT, PREFIXES
from tests.server.person import CALLBACK, Attempt, Person, client, open_test_server

PATHS = [*EXACT, *PREFIXES, "/nowhere", "/api/v2/oauth/token", "/faults/no-such-fault"]
NAMES = [
    "client_id", "client_secret", "code", "code_challenge", "code_challenge_method", "code_verifier", "decision",
    "grant_type", "max_age", "nonce", "password", "prompt", "redirect_uri", "refresh_token", "request", "request_uri",
    "resource", "response_mode", "response_type", "scope", "state", "username", "confirmation",
]  # fmt: skip
VALUES = st.sampled_from(
    ["", "spa", "code", "S256", "plain", "authorization_code", "refresh_token", CALLBACK, "null", "\0", "é", "a" * 3000]
) | st.text(max_size=60)
FORMS = st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=12)
RAW = st.binary(max_size=300) | st.sampled_from([b"&", b"=&=", b"a=%zz", b"%ff=%ff", b"{}", b"[1]", b"\xff\xfe"])


def encode(pairs: list[tuple[str, str]]) -> bytes:
    """Form-encode what can be encoded."""
    from urllib.parse import quote_plus

    return "&".join(f"{k}={quote_plus(v.encode('utf-8', 'surrogatepass'))}" for k, v in pairs).encode()


def check(response, path: str) -> None:
    """A clear answer: known status, request id, readable body."""
    assert response.status_code < 500, (path, response.text[:300])
    assert response.headers["x-request-id"]
    if response.headers.get("content-type", "").startswith("application/json") and response.content:
        document = response.json()
        if response.status_code >= 400:
            assert "error" in document or "code" in document, document


@pytest.mark.shows("A79", "A80", "A83")
@pytest.mark.parametrize("path", PATHS)
async def test_any_form_to_any_endpoint(tmp_path, path) -> None:
    """Random parameters, raw bytes and wrong methods."""
    server = await open_test_server(tmp_path)
    async with Person(server) as person:

        async def send(body: bytes, method: str, content_type: str) -> None:
            if method == "GET":
                text = body.decode("latin-1")
                query = "".join(c for c in text if 33 <= ord(c) < 127 and c != "#")
                check(await person.http.get(f"{path}?{query}"), path)
            else:
                headers = {"content-type": content_type}
                check(await person.http.request(method, path, content=body, headers=headers), path)

        @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(
            FORMS.map(encode) | RAW,
            st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"]),
            st.sampled_from(["application/x-www-form-urlencoded", "application/json", "multipart/form-data", ""]),
        )
        def examples(body: bytes, method: str, content_type: str) -> None:
            cases.append((body, method, content_type))

        cases: list[tuple[bytes, str, str]] = []
        examples()
        for case in cases:
            await send(*case)
    counts = rows(tmp_path)
    await server.close()
    assert counts == {"grants": 0, "sessions": 0, "consents": 0}


def rows(folder) -> dict[str, int]:
    """Count what a login would have stored."""
    with closing(sqlite3.connect(folder / "proofkey.db")) as connection:
        return {
            name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608
            for name in ("grants", "sessions", "consents")
        }


@pytest.mark.parametrize(
    ("content_type", "body", "fault"),
    [
        ("application/json", json.dumps({"grant_type": "authorization_code"}), "token-body-json"),
        (
            "application/x-www-form-urlencoded",
            json.dumps({"grant_type": "authorization_code"}),
            "token-body-json-as-form",
        ),
        ("multipart/form-data; boundary=x", "--x--", "token-body-multipart"),
        ("text/plain", "grant_type=authorization_code", "token-content-type-wrong"),
    ],
)
async def test_a_body_that_is_no_form_is_named(ada, content_type, body, fault) -> None:
    """Seeds 002 and 003: JSON at the token endpoint."""
    response = await ada.http.post("/oauth/token", content=body, headers={"content-type": content_type})
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")
    entries = await ada.server.store.journal_of_request(response.headers["x-request-id"])
    assert entries[-1].fault == fault


async def test_parameters_in_the_url_are_refused(ada) -> None:
    """Logs keep URLs; the token endpoint reads bodies."""
    response = await ada.http.post("/oauth/token?grant_type=authorization_code&code=x")
    assert response.json()["error"] == "invalid_request"
    entries = await ada.server.store.journal_of_request(response.headers["x-request-id"])
    assert entries[-1].fault == "token-params-in-query"


async def test_a_get_to_the_token_endpoint_is_405(ada) -> None:
    """RFC 6749 3.2; the preflight of a browser is answered."""
    response = await ada.http.get("/oauth/token")
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert response.headers["access-control-allow-origin"] == "*"
    preflight = await ada.http.options("/oauth/token", headers={"access-control-request-headers": "content-type"})
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-headers"] == "content-type"


@pytest.mark.parametrize("path", ["/oauth/authorize", "/login", "/consent"])
async def test_pages_for_people_have_no_cors(ada, path) -> None:
    """RFC 9700 2.6."""
    response = await ada.http.get(path, headers={"origin": "https://app.example"})
    assert "access-control-allow-origin" not in response.headers


async def test_a_body_over_the_bound_is_413(ada) -> None:
    """Refused before it is parsed."""
    response = await ada.http.post("/oauth/token", content=b"a=" + b"x" * 200_000)
    assert response.status_code == 413


@pytest.mark.parametrize("count", [2, 3])
async def test_a_parameter_sent_twice_is_refused(ada, count) -> None:
    """RFC 6749 3.2."""
    body = "&".join(["grant_type=authorization_code", "client_id=spa", *(["code=x"] * count)])
    headers = {"content-type": "application/x-www-form-urlencoded"}
    response = await ada.http.post("/oauth/token", content=body, headers=headers)
    assert response.json()["error"] == "invalid_request"


@pytest.mark.shows("S14")
async def test_state_comes_back_byte_for_byte(ada, server) -> None:
    """Whatever a client puts into state, it gets back (RFC 6749 4.1.2)."""
    from tests.server.person import answer_of

    await server.store.put_client(client(trusted=True))
    for state in ("a b&c=d%20+/\"'<>", "ünïcödé ✓", "x" * 2000, "\t\n"):
        answer = answer_of(await ada.visit(Attempt(authorize={"state": state}).url()))
        assert answer["state"] == state


LONG = ["x" * 14_000, "/" * 6_000, "é" * 9_000]


@pytest.mark.parametrize("state", LONG, ids=["plain", "longer when encoded", "of two bytes each"])
async def test_a_request_too_long_to_wait_is_refused_at_once(ada, state) -> None:
    """Not after the person has typed a password, when the consent page's address turns out to be too long."""
    from tests.server.person import answer_of

    attempt = Attempt(authorize={"state": state})
    headers = {"content-type": "application/x-www-form-urlencoded"}
    sent = attempt.url().partition("?")[2]
    answer = answer_of(await ada.http.post("/oauth/authorize", content=sent, headers=headers))
    assert answer["error"] == "invalid_request"
    pushed = await ada.http.post("/oauth/par", content=sent, headers=headers)
    assert (pushed.status_code, pushed.json()["error"]) == (413, "invalid_request")


async def test_the_longest_request_that_may_wait_comes_to_its_end(ada) -> None:
    """By way of the login form, the consent page and a pushed request."""
    from tests.server.person import answer_of

    attempt = Attempt(authorize={"state": "x" * 9_700})
    assert len(answer_of(await ada.visit(attempt.url()))["state"]) == 9_700
    headers = {"content-type": "application/x-www-form-urlencoded"}
    pushed = await ada.http.post("/oauth/par", content=attempt.url().partition("?")[2], headers=headers)
    ada.http.cookies.clear()
    url = "/oauth/authorize?" + encode([("client_id", "spa"), ("request_uri", pushed.json()["request_uri"])]).decode()
    assert "code" in answer_of(await ada.visit(url))


async def test_a_port_in_other_digits_is_no_port(ada, server) -> None:
    """A redirect URI with them is not registered, and cannot stand in a header either."""
    await server.store.put_client(client(redirect_uris=("http://127.0.0.1/cb",)))
    elsewhere = {"redirect_uri": "http://127.0.0.1:\N{ARABIC-INDIC DIGIT FIVE}000/cb"}
    response = await ada.http.get(Attempt(authorize=elsewhere, without=frozenset({"code_challenge"})).url())
    assert response.status_code == 400
