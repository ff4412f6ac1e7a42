"""What client authentication, preflights and single parameters must not be taken for: one thing otherwise each."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest

from proofkey.doctor.transcript import CODE, STATE, VERIFIER, Changes, login
from tests.doctor.captures import entry
from tests.doctor.faults.judged import findings, words
from tests.doctor.faults.test_callbacks import asked, came, redeemed
from tests.doctor.faults.test_neighbours_at_start import Entry, rows, sure
from tests.doctor.faults.test_neighbours_at_token import BASIC, CLIENT, GRANT, certainty_of, told

SECRET: Changes = {"client_secret": "s3cr3t-0000-1111"}
SHOWN = {"Accept": "application/json", "User-Agent": "x"}


def client(method: str) -> str:
    """Write a registration."""
    return json.dumps(
        {"client_id": "app", "redirect_uris": ["https://app.example/cb"], "token_endpoint_auth_method": method}
    )


def refused(
    answer: dict[str, str], status: int = 401, token: Changes | None = None, headers: Mapping[str, str] | None = None
) -> str:
    """Write a login that is refused at the token endpoint."""
    return login(token=token, token_headers={**SHOWN, **(headers or {})}, status=status, answer=answer)


MISSING = told("invalid_client", "client secret is missing")
PUBLIC = told("invalid_client", "public client must not send a secret")
METHOD = told("invalid_client", "unsupported authentication method used")
NO_VERIFIER: Changes = {"code_verifier": None}
X_CLIENT = base64.urlsafe_b64encode(b"abcdefghijklmnopqrstuvwxyz:1:ci").decode().rstrip("=")
X_NATIVE = base64.urlsafe_b64encode(b"abcdefghijklmnopqrstuvwxyz:1:na").decode().rstrip("=")


def at_x(name: str, headers: Mapping[str, str] | None = None) -> str:
    """Write a login with a client of X."""
    return login(
        authorize={"client_id": name},
        token={"client_id": name},
        token_headers={**SHOWN, **(headers or {})},
        status=401,
        answer=told("unauthorized_client", "Missing valid authorization header"),
        authorize_url="https://x.com/i/oauth2/authorize",
        token_url="https://api.x.com/2/oauth2/token",
    )


def at_google(answer: dict[str, str]) -> str:
    """Write a login at Google."""
    return login(
        token_headers=SHOWN,
        answer=answer,
        authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
        token_url="https://oauth2.googleapis.com/token",
    )


AUTHENTICATION = [
    ("secret-missing", "likely", refused(MISSING), ""),
    ("secret-missing", "", refused(MISSING, token=SECRET), ""),
    ("secret-missing", "", refused(MISSING, headers=BASIC), ""),
    ("secret-missing", "likely", refused(CLIENT), ""),
    ("secret-missing", "", refused(GRANT, 400), ""),
    ("secret-missing", "likely", refused(CLIENT), client("client_secret_post")),
    ("secret-missing", "", refused(CLIENT), client("none")),
    ("secret-missing", "", refused(told("invalid_client", "client not found")), ""),
    ("secret-missing", "", refused(PUBLIC), ""),
    ("secret-in-public-client", "likely", refused(PUBLIC, token=SECRET), ""),
    ("secret-in-public-client", "proven", refused(CLIENT, token=SECRET), client("none")),
    ("secret-in-public-client", "", refused(CLIENT, token=SECRET), client("client_secret_post")),
    ("secret-in-public-client", "", refused(CLIENT, token=SECRET), ""),
    ("secret-in-public-client", "", refused(PUBLIC), client("none")),
    ("wrong-client-auth-method", "proven", refused(CLIENT, token=SECRET), client("client_secret_basic")),
    ("wrong-client-auth-method", "", refused(CLIENT, token=SECRET), client("client_secret_post")),
    ("wrong-client-auth-method", "proven", refused(CLIENT, headers=BASIC), client("client_secret_post")),
    ("wrong-client-auth-method", "", refused(CLIENT, headers=BASIC), client("tls_client_auth")),
    ("wrong-client-auth-method", "likely", refused(METHOD, headers=BASIC), ""),
    ("wrong-client-auth-method", "", refused(CLIENT, headers=BASIC), ""),
    ("wrong-client-auth-method", "", refused(CLIENT, token=SECRET, headers=BASIC), client("client_secret_post")),
    ("provider-requires-secret", "likely", at_x(X_CLIENT), ""),
    ("provider-requires-secret", "", at_x(X_NATIVE), ""),
    ("provider-requires-secret", "", at_x(X_CLIENT, headers=BASIC), ""),
    ("provider-requires-secret", "likely", at_google(told("invalid_request", "client_secret is missing.")), ""),
    ("provider-requires-secret", "", at_google(GRANT), ""),
    ("provider-requires-secret", "", at_google(told("invalid_client", "The OAuth client was not found.")), ""),
    ("provider-requires-secret", "", refused(MISSING), ""),
    ("client-id-missing", "proven", refused(CLIENT, token={"client_id": None}), ""),
    ("client-id-missing", "", refused(CLIENT, token={"client_id": None}, headers=BASIC), ""),
    (
        "resource-mismatch",
        "likely",
        login(authorize={"resource": "https://a.example"}, token={"resource": "https://b.example"}),
        "",
    ),
    (
        "resource-mismatch",
        "",
        login(authorize={"resource": "https://a.example"}, token={"resource": "https://a.example"}),
        "",
    ),
    (
        "resource-mismatch",
        "",
        login(authorize={"resource": "https://a.example"}, token={"resource": "https://b.example"}, answer={}),
        "",
    ),
    ("resource-mismatch", "possible", login(token={"resource": "https://b.example"}), ""),
    (
        "resource-mismatch",
        "likely",
        login(token={"resource": "https://b.example"}, answer={"error": "invalid_target"}),
        "",
    ),
    ("resource-mismatch", "", login(authorize={"resource": "https://a.example"}), ""),
    (
        "resource-mismatch",
        "likely",
        login(authorize={"resource": "https://a.example"}, answer={"error": "invalid_target"}),
        "",
    ),
    ("resource-mismatch", "likely", login(authorize={"audience": "a"}, token={"audience": "b"}), ""),
    ("server-ignored-body", "possible", login(answer=told("invalid_request", "Missing parameter: grant_type")), ""),
    (
        "server-ignored-body",
        "",
        login(token=NO_VERIFIER, answer=told("invalid_request", "Missing parameter: grant_type")),
        "",
    ),
    (
        "server-ignored-body",
        "",
        login(content_type="text/plain", answer=told("invalid_request", "Missing parameter: grant_type")),
        "",
    ),
    ("server-ignored-body", "possible", login(answer=told("invalid_grant", "code_verifier is required")), ""),
    ("server-ignored-body", "", login(), ""),
    ("error-hidden-in-200", "proven", login(status=200, answer=GRANT), ""),
    ("error-hidden-in-200", "", login(status=400, answer=GRANT), ""),
    ("error-hidden-in-200", "", login(status=200, answer={"message": "hello"}), ""),
    ("server-unavailable", "likely", login(status=503, answer="<html>busy</html>"), ""),
    ("server-unavailable", "", login(status=503, answer=GRANT), ""),
    ("server-unavailable", "", login(status=501, answer="<html>busy</html>"), ""),
    ("server-unavailable", "", login(status=499, answer="<html>busy</html>"), ""),
    (
        "server-unavailable",
        "",
        login(token_url="https://app.example/api/token", status=500, answer="<html>busy</html>"),
        "",
    ),
    (
        "redirect-uri-misnamed",
        "proven",
        login(token={"redirect_uri": None, "redirect_url": "https://app.example/cb"}),
        "",
    ),
    ("redirect-uri-misnamed", "proven", login(token={"redirect_uri": None, "back": "https://app.example/cb"}), ""),
    ("redirect-uri-misnamed", "proven", login(token={"redirect_uri": "", "redirectUri": "https://app.example/x"}), ""),
    ("redirect-uri-misnamed", "", login(token={"redirect_uri": None, "back": "https://app.example/x"}), ""),
    ("redirect-uri-misnamed", "", login(token={"redirect_url": "https://app.example/cb"}), ""),
    ("redirect-uri-misnamed", "", login(token={"redirect_uri": None, "redirect_url": ""}), ""),
    ("shell-mangled-parameters", "proven", login(token={"code": f"“{CODE}”"}), ""),
    ("shell-mangled-parameters", "", login(token={"code": f'"{CODE}"'}), ""),
    ("code-with-whitespace", "proven", login(token={"code": f"{CODE}\n"}), ""),
    ("code-with-whitespace", "proven", login(token={"code": f" {CODE}"}), ""),
    ("code-with-whitespace", "", login(token={"code": "another code of nobody"}), ""),
    ("code-is-other-value", "proven", login(token={"code": STATE}), ""),
    ("code-is-other-value", "proven", login(token={"code": "https://app.example/cb?code=1"}), ""),
    ("code-is-other-value", "proven", login(token={"code": ""}), ""),
    ("code-is-other-value", "proven", login(token={"code": "YOUR_CODE"}), ""),
    ("code-is-other-value", "", login(token={"code": CODE[:-4]}), ""),
    ("code-is-other-value", "", login(), ""),
    (
        "verifier-is-other-value",
        "proven",
        login(authorize={"state": "s" * 43}, callback={"state": "s" * 43}, token={"code_verifier": "s" * 43}),
        "",
    ),
    ("verifier-is-other-value", "proven", login(token={"code_verifier": CODE}), ""),
    ("verifier-is-other-value", "", login(), ""),
    ("verifier-is-other-value", "", login(authorize={"state": VERIFIER}, callback={"state": VERIFIER}), ""),
    ("verifier-is-other-value", "", login(token={"code_verifier": "null"}), ""),
]


@pytest.mark.parametrize("row", AUTHENTICATION, ids=lambda row: row[0])
def test_one_thing_otherwise(row: tuple[str, str, str, str]) -> None:
    """Each fault is found as surely as the capture allows, and not where one thing makes it another."""
    slug, certainty, text, registration = row
    assert certainty_of(slug, text, registration) == certainty


ASKS = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
WANTS = {**ASKS, "Access-Control-Request-Headers": "x-tenant"}


def preflight(status: int, headers: dict[str, str] = WANTS, **answer: str) -> Entry:
    """Write the browser's question."""
    named = {name.replace("_", "-"): value for name, value in answer.items()}
    return entry(
        "OPTIONS", "https://login.example/oauth/token", status=status, headers=headers, answer_headers=named, second=9.9
    )


def failed(error: str = "net::ERR_FAILED", **headers: str) -> Entry:
    """Write a token request that got no answer."""
    made: dict[str, Any] = redeemed()
    made["response"] = {"status": 0, "headers": [], "_error": error}
    named = {"Origin": "https://app.example", **{name.replace("_", "-"): value for name, value in headers.items()}}
    made["request"]["headers"] += [{"name": name, "value": value} for name, value in named.items()]
    return made


PREFLIGHTS = [
    ("refused, and the POST failed", "proven", asked(), came(), preflight(404), failed()),
    ("refused, and no POST shows", "proven", asked(), came(), preflight(403)),
    ("refused, and the POST was answered", "", asked(), came(), preflight(404), redeemed('{"error": "invalid_grant"}')),
    ("no origin is allowed", "proven", asked(), came(), preflight(204, Vary="Origin"), failed()),
    ("no origin is allowed, and no POST shows", "likely", asked(), came(), preflight(204, Vary="Origin")),
    ("no header is recorded, and no POST shows", "", asked(), came(), preflight(204)),
    (
        "another origin",
        "proven",
        asked(),
        came(),
        preflight(204, Access_Control_Allow_Origin="https://x.example"),
        failed(),
    ),
    (
        "a header is not allowed",
        "proven",
        asked(),
        came(),
        preflight(200, Access_Control_Allow_Origin="*"),
        failed(),
    ),
    (
        "all headers are allowed",
        "",
        asked(),
        came(),
        preflight(200, Access_Control_Allow_Origin="*", Access_Control_Allow_Headers="*"),
        failed(),
    ),
    (
        "all headers are allowed, save credentials",
        "proven",
        asked(),
        came(),
        preflight(
            200,
            {**ASKS, "Access-Control-Request-Headers": "authorization"},
            Access_Control_Allow_Origin="*",
            Access_Control_Allow_Headers="*",
        ),
        failed(),
    ),
    (
        "a header that needs no leave",
        "",
        asked(),
        came(),
        preflight(200, {**ASKS, "Access-Control-Request-Headers": "accept"}, Access_Control_Allow_Origin="*"),
        failed(),
    ),
    ("it got no answer itself", "possible", asked(), came(), preflight(0), failed()),
    ("it was redirected", "", asked(), came(), preflight(302, Location="https://login.example/x"), failed()),
    (
        "it was before the callback",
        "",
        asked(),
        {**preflight(404), "startedDateTime": "2026-03-01T10:00:00.500Z"},
        came(),
        failed(),
    ),
]


@rows(PREFLIGHTS)
def test_a_preflight(certainty: str, entries: tuple[Entry, ...]) -> None:
    """It counts where it gives no leave and nothing shows that the POST got through."""
    assert sure("cors-preflight-refused", *entries) == certainty


WITHHELD = [
    ("the browser's own error", "likely", asked(), came(), failed()),
    ("no error is told", "possible", asked(), came(), failed("")),
    ("an error of the network", "", asked(), came(), failed("net::ERR_CONNECTION_RESET")),
    ("a request that needs leave", "", asked(), came(), failed(DPoP="x")),
    ("a page of the server's own origin", "", asked(), came(), failed(Origin="https://login.example")),
    (
        "a preflight that was answered",
        "",
        asked(),
        came(),
        preflight(200, Access_Control_Allow_Origin="*", Access_Control_Allow_Headers="*"),
        failed(),
    ),
    ("it was sent again", "", asked(), came(), failed(), redeemed('{"error": "invalid_grant"}', 12)),
]


@rows(WITHHELD)
def test_an_answer_that_is_kept_back(certainty: str, entries: tuple[Entry, ...]) -> None:
    """A request that fails without a failure of the network was answered without leave for the page."""
    assert sure("cors-answer-unreadable", *entries) == certainty


PANEL = f"""Request URL: https://login.example/oauth/token
Request Method: POST
Status Code: 401 Unauthorized

Form Data
grant_type: authorization_code
code: {CODE}
redirect_uri: https://app.example/cb
code_verifier: {VERIFIER}
"""


def test_a_copied_panel_without_client_id_suspects_that() -> None:
    """Without the header fields it is possible only, and the report says what to look for."""
    assert findings(PANEL) == [("client-id-missing", "possible")]
    assert "Authorization header" in words(PANEL)
    assert findings(PANEL + '\nResponse\n{"error": "invalid_client"}') == [("client-id-missing", "possible")]
    spoken = PANEL + '\nResponse\n{"error": "invalid_client", "error_description": "Invalid client secret"}'
    assert "client-id-missing" not in [slug for slug, _ in findings(spoken)]
    named = PANEL.replace("grant_type:", "client_id: app\ngrant_type:")
    assert "client-id-missing" not in [slug for slug, _ in findings(named)]


@pytest.mark.parametrize(
    ("headers", "certainty"),
    [
        ({"Origin": "https://app.example", "Sec-Fetch-Mode": "cors"}, "proven"),
        ({"Origin": "https://app.example"}, "likely"),
        ({"Origin": "chrome-extension://abcdefgh", "Sec-Fetch-Mode": "cors"}, "likely"),
    ],
)
def test_an_answer_without_leave_is_proven_where_a_page_asked(headers: Mapping[str, str], certainty: str) -> None:
    """Sec-Fetch-Mode is written by browsers alone; a program may send an Origin and read what it likes."""
    assert ("cors-answer-unreadable", certainty) in findings(login(token_headers=headers, answer={}))


def test_an_answer_with_leave_is_readable() -> None:
    """The header that allows the origin ends the matter, whoever asked."""
    headers = {"Origin": "https://app.example", "Sec-Fetch-Mode": "cors"}
    allowed = login(token_headers=headers, answer={}).replace(
        "Content-Type: application/json", "Access-Control-Allow-Origin: *\nContent-Type: application/json"
    )
    assert findings(allowed) == []
