"""What a fault of the token request must not be taken for: the same login with one thing otherwise."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from proofkey.doctor.transcript import CODE, ISSUED, ROTATED, TOKENS, VERIFIER, id_token, login, refresh, token_request
from tests.doctor.captures import capture_of, entry
from tests.doctor.faults.judged import findings, findings_in
from tests.doctor.faults.test_callbacks import ASKED, REFUSED, asked, came, redeemed
from tests.doctor.faults.test_neighbours_at_start import rows, sure

BASIC = {"Authorization": "Basic YXBwOnMzY3IzdC0wMDAwLTExMTE="}
GRANT = {"error": "invalid_grant"}
CLIENT = {"error": "invalid_client"}


def told(error: str, text: str) -> dict[str, str]:
    """Write a refusal."""
    return {"error": error, "error_description": text}


def keycloak(realm: str, other: str, **more: Any) -> str:
    """Write a login at one realm whose code goes to another."""
    place = "https://id.example/realms/{}/protocol/openid-connect/{}"
    return login(authorize_url=place.format(realm, "auth"), token_url=place.format(other, "token"), **more)


def hosts(one: str, other: str, path: str = "/oauth/{}", **more: Any) -> str:
    """Write a login at one host whose code goes to another."""
    first, second = "https://" + one + path.format("authorize"), "https://" + other + path.format("token")
    return login(authorize_url=first, token_url=second, **more)


ENTRA = "https://login.microsoftonline.com/{}/oauth2/v2.0/{}"
TENANT = "11111111-2222-4333-8444-555555555555"


def entra(one: str, other: str, **more: Any) -> str:
    """Write a login at one tenant whose code goes to another."""
    return login(authorize_url=ENTRA.format(one, "authorize"), token_url=ENTRA.format(other, "token"), **more)


ISSUERS = [
    ("two realms", "likely", keycloak("one", "two")),
    ("one realm", "", keycloak("one", "one")),
    ("two realms, and the code was taken", "", keycloak("one", "two", answer={})),
    ("two realms, and nobody was there", "", keycloak("one", "two", status=404, answer="not found")),
    (
        "two realms, and the server says so with 404",
        "likely",
        keycloak("one", "two", status=404, answer=told("invalid_grant", "no such code")),
    ),
    (
        "one realm under its old path",
        "",
        login(
            authorize_url="https://id.example/auth/realms/one/protocol/openid-connect/auth",
            token_url="https://id.example/realms/one/protocol/openid-connect/token",
        ),
    ),
    ("two regions", "likely", hosts("login.mypurecloud.ie", "login.mypurecloud.de")),
    ("one region", "", hosts("login.mypurecloud.ie", "login.mypurecloud.ie")),
    ("two tenants", "likely", entra(TENANT, TENANT.replace("1", "9"))),
    ("any tenant, then one", "possible", entra("common", TENANT)),
    (
        "any tenant, then one, and the server says so",
        "likely",
        entra("common", TENANT, answer=told("invalid_grant", "AADSTS700005: intended to use against other tenant")),
    ),
    (
        "the callback names the one",
        "",
        entra("common", TENANT, callback={"iss": f"https://login.microsoftonline.com/{TENANT}"}),
    ),
    ("two domains of tenants", "likely", hosts("one.eu.auth0.com", "two.eu.auth0.com")),
    (
        "two pools",
        "likely",
        hosts("one.auth.eu-west-1.amazoncognito.com", "two.auth.eu-west-1.amazoncognito.com", "/oauth2/{}"),
    ),
    (
        "two authorization servers of one house",
        "likely",
        hosts("a.okta.com", "a.okta.com/x", "/oauth2/default/v1/{}").replace(
            "a.okta.com/x/oauth2/default/v1/token", "a.okta.com/oauth2/aus1/v1/token"
        ),
    ),
    ("sandbox and live", "likely", hosts("test.salesforce.com", "login.salesforce.com", "/services/oauth2/{}")),
    ("the application's own host", "", hosts("login.example", "app.example")),
    ("an interface's host", "", hosts("login.example", "api.example")),
    (
        "two folders that may be tenants",
        "likely",
        login(
            authorize_url="https://id.example/acme/oauth/authorize", token_url="https://id.example/globex/oauth/token"
        ),
    ),
    (
        "two folders of the protocol",
        "",
        login(authorize_url="https://id.example/v1/oauth/authorize", token_url="https://id.example/v2/oauth/token"),
    ),
    ("twins", "likely", hosts("login.eu.example.com", "login.us.example.com")),
    ("a stranger", "", hosts("login.example.com", "pay.other.net")),
    (
        "twins with other paths",
        "",
        login(
            authorize_url="https://login.eu.example.com/a/authorize", token_url="https://login.us.example.com/b/token"
        ),
    ),
]


def certainty_of(slug: str, transcript: str, registration: str = "") -> str:
    """Say how sure a fault is found, "" where it is not."""
    return dict(findings(transcript, registration)).get(slug, "")


def texts_of(table: Sequence[tuple[str, str, str]]) -> list[tuple[str, str]]:
    """Judge each text of a table for its fault."""
    return [(slug, certainty_of(slug, text)) for slug, _, text in table]


def texts(table: Sequence[tuple[str, ...]]) -> pytest.MarkDecorator:
    """Run a test for each row: a name, the certainty, the transcript."""
    return pytest.mark.parametrize(("certainty", "text"), [row[1:] for row in table], ids=[row[0] for row in table])


@texts(ISSUERS)
def test_the_instance_of_a_provider(certainty: str, text: str) -> None:
    """It counts where both requests reached authorization servers that are known to be two."""
    assert certainty_of("code-of-other-issuer", text) == certainty


GOT = login(answer=ISSUED)
RENEWALS = [
    ("another client", "proven", GOT + refresh({"client_id": "other"})),
    ("the same client", "", GOT + refresh()),
    ("another client, and it works", "", GOT + refresh({"client_id": "other"}, status=200, answer=ROTATED)),
    ("no client", "", GOT + refresh({"client_id": None})),
    ("a client that is no value", "", GOT + refresh({"client_id": "undefined"})),
    ("another place", "likely", GOT + refresh(url="https://login.elsewhere.example/oauth/token")),
    ("the same place with a query", "", GOT + refresh(url="https://login.example/oauth/token?x=1")),
    (
        "a token of nobody, and the server says so",
        "likely",
        GOT
        + refresh(
            {"refresh_token": "unknown-refresh-token-1"},
            answer=told("invalid_grant", "refresh token was issued to another client"),
        ),
    ),
    ("a token of nobody", "", GOT + refresh({"refresh_token": "unknown-refresh-token-1", "client_id": "other"})),
    (
        "only renewals show, one of them another's",
        "proven",
        refresh(status=200, answer=ISSUED) + refresh({"client_id": "other"}),
    ),
    ("it was tried again and worked", "", GOT + refresh({"client_id": "other"}) + refresh(status=200, answer=ROTATED)),
]


@texts(RENEWALS)
def test_the_client_of_a_renewal(certainty: str, text: str) -> None:
    """A refresh token stays with the client and the server that it came from."""
    assert certainty_of("refresh-with-other-client", text) == certainty


UNNAMED = [
    ("no client", "proven", GOT + refresh({"client_id": None}, status=401, answer=CLIENT)),
    ("a Basic header", "", GOT + refresh({"client_id": None}, status=401, answer=CLIENT, headers=BASIC)),
    ("named", "", GOT + refresh(status=400)),
    ("no client, and it works", "", GOT + refresh({"client_id": None}, status=200, answer=ROTATED)),
    ("an empty name", "proven", GOT + refresh({"client_id": ""}, status=401, answer=CLIENT)),
]


@texts(UNNAMED)
def test_a_renewal_without_a_name(certainty: str, text: str) -> None:
    """A public client has no other way to say which it is."""
    assert certainty_of("refresh-client-unidentified", text) == certainty


NO_VERIFIER: dict[str, str | None] = {"code_verifier": None}
NAMES = [
    ("another name, the right value", "proven", login(token={**NO_VERIFIER, "codeVerifier": VERIFIER})),
    ("any name, the right value", "proven", login(token={**NO_VERIFIER, "secret": VERIFIER})),
    ("a like name, another value", "proven", login(token={**NO_VERIFIER, "code_verifer": "x" * 50})),
    ("another name, another value", "", login(token={**NO_VERIFIER, "device": "x" * 50})),
    ("a like name with nothing", "", login(token={**NO_VERIFIER, "codeVerifier": "undefined"})),
    ("both names", "", login(token={"codeVerifier": VERIFIER})),
    ("empty, and under another name", "proven", login(token={"code_verifier": "", "codeVerifier": VERIFIER})),
    (
        "the verifier as a plain challenge",
        "proven",
        login(
            authorize={"code_challenge": VERIFIER, "code_challenge_method": "plain"},
            token={**NO_VERIFIER, "verifier": VERIFIER},
        ),
    ),
    ("only the token request shows", "likely", token_request({**NO_VERIFIER, "codeVerifier": VERIFIER})),
    ("it worked", "", login(token={**NO_VERIFIER, "codeVerifier": VERIFIER}, answer={})),
]


@texts(NAMES)
def test_the_name_of_the_verifier(certainty: str, text: str) -> None:
    """A value that fits proves it under any name, a like name without code_verifier as well."""
    assert certainty_of("verifier-misnamed", text) == certainty


GRANTS = [
    ("a blank behind it", "proven", login(token={"grant_type": "authorization_code "})),
    ("a line break behind it", "proven", login(token={"grant_type": "authorization_code\n"})),
    ("upper case", "proven", login(token={"grant_type": "AUTHORIZATION_CODE"})),
    ("empty", "proven", login(token={"grant_type": ""})),
    ("another word", "proven", login(token={"grant_type": "code"})),
    ("an extension", "likely", login(token={"grant_type": "urn:example:code"})),
    ("none", "proven", login(token={"grant_type": None}, token_headers={"Accept": "*/*"})),
    (
        "another name",
        "proven",
        login(token={"grant_type": None, "grantType": "authorization_code"}, token_headers={"Accept": "*/*"}),
    ),
    (
        "in the query",
        "",
        login(token={"grant_type": None}, token_url="https://login.example/oauth/token?grant_type=authorization_code"),
    ),
    ("right", "", login()),
    ("another grant", "", login(token={"grant_type": "refresh_token", "code": None, "code_verifier": None})),
    ("none, in a body that nobody can read", "", login(token_body="code=" + CODE)),
]


@texts(GRANTS)
def test_the_grant_type(certainty: str, text: str) -> None:
    """It is compared octet by octet; that it is absent counts where the rest can be read."""
    assert certainty_of("grant-type-wrong", text) == certainty


TYPES = [
    ("text/plain", "proven", login(content_type="text/plain;charset=UTF-8")),
    ("a form", "", login()),
    ("a form with a character set", "", login(content_type="application/x-www-form-urlencoded; charset=UTF-8")),
    ("a form in capitals", "", login(content_type="Application/X-WWW-Form-Urlencoded")),
    ("nearly a form", "likely", login(content_type="application/x-www-form-urlencoded,application/json")),
    ("JSON, and the body is a form", "proven", login(content_type="application/json")),
    (
        "none, beside other headers",
        "proven",
        login(content_type=None, token_headers={"Accept": "*/*", "User-Agent": "x"}),
    ),
    ("none, and hardly a header shows", "possible", login(content_type=None, token_headers={"Accept": "*/*"})),
    (
        "none, and the server misses parameters",
        "proven",
        login(
            content_type=None,
            token_headers={"Accept": "*/*"},
            answer=told("invalid_request", "Missing parameter: grant_type"),
        ),
    ),
    (
        "none, and the server names the media type",
        "proven",
        login(content_type=None, token_headers={"Accept": "*/*"}, status=415, answer=GRANT),
    ),
    ("none, and no header shows", "possible", login(content_type=None)),
    (
        "in the query",
        "",
        login(
            content_type="text/plain",
            token_url="https://login.example/oauth/token?grant_type=authorization_code&code=" + CODE,
            token_body="",
        ),
    ),
    ("it worked", "", login(content_type="text/plain", answer={})),
]


@texts(TYPES)
def test_the_content_type(certainty: str, text: str) -> None:
    """The header is compared with the body; where few headers show, one may have been left out."""
    assert certainty_of("token-content-type-wrong", text) == certainty


def answered(
    issued: float, *, date: str = "Sun, 01 Mar 2026 10:00:10 GMT", second: float = 10, **claims: object
) -> Any:
    """Write a token answer with an ID token that was issued this many seconds after the capture's minute."""
    at = 1_772_359_200 + issued
    token = id_token({"iat": at, "exp": at + 3600, **claims})
    made = redeemed(json.dumps({**TOKENS, "id_token": token}), second)
    made["response"]["headers"] = [{"name": "Content-Type", "value": "application/json"}]
    if date:
        made["response"]["headers"].append({"name": "Date", "value": date})
    return made


LATE_DATE = "Sun, 01 Mar 2026 09:50:10 GMT"
EARLY_DATE = "Sun, 01 Mar 2026 10:20:10 GMT"
CLOCKS = [
    ("all clocks agree", "", asked(), came(), answered(10)),
    ("a minute ahead", "", asked(), came(), answered(70, date="Sun, 01 Mar 2026 10:01:10 GMT")),
    ("twenty minutes ahead", "likely", asked(), came(), answered(1210, date=EARLY_DATE)),
    ("twenty minutes ahead, by nbf only", "likely", asked(), came(), answered(10, date="", nbf=1_772_359_200 + 1210)),
    ("ten minutes behind", "likely", asked(), came(), answered(-590, date=LATE_DATE)),
    ("four minutes behind", "", asked(), came(), answered(-230, date="Sun, 01 Mar 2026 09:56:10 GMT")),
    ("an old token by a right clock", "", asked(), came(), answered(-3000)),
    ("two days ahead", "", asked(), came(), answered(172_810, date="")),
    (
        "twenty minutes ahead, and the token is used",
        "",
        asked(),
        came(),
        answered(1210, date=EARLY_DATE),
        entry(
            "GET",
            "https://api.example/me",
            headers={"Authorization": f"Bearer {TOKENS['access_token']}"},
            content="{}",
            second=12,
        ),
    ),
    ("no ID token", "", asked(), came(), redeemed()),
    ("the token has no time", "", asked(), came(), answered(1210, date=EARLY_DATE, iat="now")),
]


@rows(CLOCKS)
def test_the_clocks(certainty: str, entries: tuple[Any, ...]) -> None:
    """Two minutes are forgiven, and a token that the client used was no reason to stop."""
    assert sure("clock-skew", *entries) == certainty


EXPIRED = json.dumps(told("invalid_grant", "The authorization code has expired"))
KEYCLOAK = ASKED.replace("login.example/oauth/authorize", "id.example/realms/a/protocol/openid-connect/auth")


def at_keycloak(second: float, answer: str = REFUSED) -> Any:
    """Write a token request at a realm."""
    made = redeemed(answer, second)
    made["request"]["url"] = "https://id.example/realms/a/protocol/openid-connect/token"
    return made


def an_hour_later(made: Any) -> Any:
    """Move an entry on by an hour."""
    return {**made, "startedDateTime": made["startedDateTime"].replace("T10:", "T11:")}


WAITS = [
    ("at once", "", asked(), came(), redeemed(REFUSED)),
    ("at once, whatever the server says", "", asked(), came(), redeemed(EXPIRED)),
    ("an hour later", "likely", asked(), came(), an_hour_later(redeemed(REFUSED))),
    ("an hour later, and it works", "", asked(), came(), an_hour_later(redeemed())),
    (
        "an hour later, another code",
        "",
        asked(),
        came(),
        an_hour_later(redeemed(REFUSED, code="another-code-of-this-login")),
    ),
    ("an hour later, and the client is refused", "", asked(), came(), an_hour_later(redeemed(json.dumps(CLIENT)))),
    ("an hour later at a realm", "likely", asked(url=KEYCLOAK), came(), an_hour_later(at_keycloak(10))),
    ("at once at a realm", "", asked(url=KEYCLOAK), came(), at_keycloak(10)),
]


@rows(WAITS)
def test_the_age_of_a_code(certainty: str, entries: tuple[Any, ...]) -> None:
    """It is measured from the callback; words without a wait say nothing."""
    assert sure("code-expired", *entries) == certainty


LOST_ANSWER = {**redeemed(REFUSED), "response": {"status": 0, "headers": [], "_error": "net::ERR_TIMED_OUT"}}
GATEWAY = redeemed("<html>504</html>")
GATEWAY["response"]["status"] = 504
REPEATS = [
    ("after no answer", "likely", asked(), came(), LOST_ANSWER, redeemed(REFUSED, 20)),
    ("after a gateway's page", "likely", asked(), came(), GATEWAY, redeemed(REFUSED, 20)),
    ("after no answer, and it works", "", asked(), came(), LOST_ANSWER, redeemed(second=20)),
    ("after a refusal", "", asked(), came(), redeemed(REFUSED), redeemed(REFUSED, 20)),
    ("after tokens", "", asked(), came(), redeemed(), redeemed(REFUSED, 20)),
    (
        "another code",
        "",
        asked(),
        came(),
        LOST_ANSWER,
        came("code=second-code-of-login&state=s9", second=18),
        redeemed(REFUSED, 20, code="second-code-of-login"),
    ),
    ("once", "", asked(), came(), redeemed(REFUSED)),
]


@rows(REPEATS)
def test_a_repeated_token_request(certainty: str, entries: tuple[Any, ...]) -> None:
    """The first had no usable answer, and the second was refused."""
    assert sure("token-request-retried", *entries) == certainty


def test_a_request_that_was_recorded_twice() -> None:
    """A service worker's copy is answered as the page's own: the code was not used twice by that."""
    wrong = redeemed(REFUSED, verifier="k" * 50)
    copy = {**wrong, "startedDateTime": "2026-03-01T10:00:10.003Z"}
    assert findings_in(capture_of(asked(), came(), wrong, copy))[0] == ("verifier-unrelated", "likely")
    assert sure("code-redeemed-twice", asked(), came(), redeemed(REFUSED), redeemed(REFUSED, 10.003)) == "possible"
    assert sure("code-redeemed-twice", asked(), came(), redeemed(), redeemed(REFUSED, 10.003)) == "proven"


def test_a_request_that_was_called_off() -> None:
    """What was sent again at once is judged by its answer; the first attempt says nothing."""
    off = {
        **redeemed(REFUSED, 9.99, verifier="k" * 50),
        "response": {"status": 0, "headers": [], "_error": "net::ERR_ABORTED"},
    }
    again = redeemed(REFUSED, verifier="k" * 50)
    assert findings_in(capture_of(asked(), came(), off, again))[0] == ("verifier-unrelated", "likely")


def test_a_page_with_success_is_no_token() -> None:
    """A web page of which the body is left out was no answer of a token endpoint."""
    page = redeemed("x")
    page["response"] = {"status": 200, "headers": [{"name": "Content-Type", "value": "text/html"}]}
    page["request"]["url"] = "https://app.example/oauth/token"
    assert findings_in(capture_of(asked(), came(), page)) != []
