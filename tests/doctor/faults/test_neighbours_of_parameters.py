"""What a parameter's fault must not be taken for: the same login with one value otherwise."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from proofkey.doctor.pkce import s256
from proofkey.doctor.transcript import (
    CHALLENGE,
    CODE,
    ISSUED,
    STATE,
    TOKENS,
    VERIFIER,
    Changes,
    id_token,
    login,
    refresh,
    request,
    response,
)
from tests.doctor.faults.judged import STRANGE_VERIFIER, other_authorization
from tests.doctor.faults.test_neighbours_at_token import CLIENT, GOT, GRANT, certainty_of, told
from tests.doctor.faults.test_neighbours_of_answers import METADATA

OTHER_VERIFIER = "M25iVXpKU3puUjFaYWg3T1NDTDQtcW1ROUY5YXlwalNoc0hhakxifmZHag"
IN_OTHER_TAB = other_authorization("s2", s256(OTHER_VERIFIER))
FORM = f"grant_type=authorization_code&code={CODE}&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&client_id=app"
WHOLE = f"{FORM}&code_verifier={VERIFIER}"
AS_JSON = json.dumps(
    {
        "grant_type": "authorization_code",
        "code": CODE,
        "redirect_uri": "https://app.example/cb",
        "client_id": "app",
        "code_verifier": VERIFIER,
    }
)
TOKEN_URL = "https://login.example/oauth/token"
NO_PKCE: Changes = {"code_challenge": None, "code_challenge_method": None}
NO_VERIFIER: Changes = {"code_verifier": None}
PAGE = {"Origin": "https://app.example", "Accept": "*/*"}
BARE = {"Accept": "*/*", "User-Agent": "x"}
MUST = told("invalid_client", "Browser requests must use PKCE")
OKTA = "https://acme.okta.com/oauth2/default/v1/"


def with_token(**claims: object) -> str:
    """Write a login with a nonce that got an ID token."""
    return login(authorize={"nonce": "n-0S6_WzA2Mj"}, status=200, answer={**TOKENS, "id_token": id_token(claims)})


def ended(query: str, status: int = 400, page: str = "<p>x</p>", state: str | None = STATE) -> str:
    """Write a login that the application refused at the callback."""
    return (
        login(authorize={"state": state}, steps=("authorize",))
        + "\n"
        + request("GET", f"https://app.example/cb?code={CODE}{query}")
        + response(status, {"Content-Type": "text/html"}, page)
    )


def came_back(error: str, code: str | None = None, **more: str | None) -> str:
    """Write a login that failed at the callback and went on to the token endpoint."""
    return login(callback={"code": None, "error": error, **more}, token={"code": code})


ROWS: list[tuple[str, str, str]] = [
    (
        "verifier-matches-other-request",
        "proven",
        IN_OTHER_TAB + login(token={"code_verifier": OTHER_VERIFIER}),
    ),
    (
        "verifier-matches-other-request",
        "",
        IN_OTHER_TAB + login(token={"code_verifier": STRANGE_VERIFIER}),
    ),
    ("verifier-matches-other-request", "", IN_OTHER_TAB + login()),
    ("verifier-matches-other-request", "", other_authorization("s2", CHALLENGE) + login()),
    (
        "verifier-matches-other-request",
        "",
        other_authorization("s2", CHALLENGE) + login(authorize={"code_challenge": CHALLENGE + "="}),
    ),
    (
        "origin-header-without-pkce",
        "likely",
        login(authorize=NO_PKCE, token=NO_VERIFIER, token_headers=PAGE, answer=MUST),
    ),
    ("origin-header-without-pkce", "", login(authorize=NO_PKCE, token=NO_VERIFIER, token_headers=BARE, answer=MUST)),
    ("origin-header-without-pkce", "", login(token=NO_VERIFIER, token_headers=PAGE, answer=MUST)),
    ("origin-header-without-pkce", "", login(token_headers=PAGE, answer=MUST)),
    ("origin-header-without-pkce", "", login(authorize=NO_PKCE, token=NO_VERIFIER, token_headers=PAGE, answer=CLIENT)),
    (
        "origin-header-without-pkce",
        "likely",
        login(
            authorize=NO_PKCE,
            token=NO_VERIFIER,
            token_headers=PAGE,
            answer=CLIENT,
            authorize_url=OKTA + "authorize",
            token_url=OKTA + "token",
        ),
    ),
    ("refresh-token-absent", "proven", GOT + refresh({"refresh_token": None})),
    ("refresh-token-absent", "proven", GOT + refresh({"refresh_token": ""})),
    ("refresh-token-absent", "proven", GOT + refresh({"refresh_token": "undefined"})),
    ("refresh-token-absent", "", GOT + refresh({"refresh_token": None}, headers={"Cookie": "refresh=1"})),
    ("refresh-token-absent", "", GOT + refresh()),
    ("refresh-token-absent", "", GOT + refresh({"refresh_token": None}, answer={})),
    ("refresh-token-absent", "proven", login(answer={}) + refresh({"refresh_token": str(TOKENS["access_token"])})),
    (
        "refresh-token-absent",
        "",
        login(answer=ISSUED, status=200) + refresh({"refresh_token": str(TOKENS["access_token"])}),
    ),
    ("parameter-repeated", "proven", login(token_body=f"{WHOLE}&client_id=app")),
    ("parameter-repeated", "proven", login(token_body=f"{WHOLE}&code=other")),
    ("parameter-repeated", "", login(token_body=f"{WHOLE}&x=1&x=2")),
    ("parameter-repeated", "likely", login(token_url=f"{TOKEN_URL}?client_id=app")),
    ("parameter-repeated", "", login(token_url=f"{TOKEN_URL}?x=app")),
    ("error-callback-ignored", "proven", came_back("access_denied")),
    ("error-callback-ignored", "proven", came_back("access_denied", "undefined")),
    ("error-callback-ignored", "proven", came_back("access_denied", "")),
    ("error-callback-ignored", "likely", came_back("access_denied", "a-code-of-another-login")),
    ("error-callback-ignored", "", login(callback={"error": "access_denied"})),
    (
        "secret-plus-became-space",
        "proven",
        login(token_body=f"{WHOLE}&client_secret=abc+def-0000", status=401, answer=CLIENT),
    ),
    ("secret-plus-became-space", "likely", login(token_body=f"{WHOLE}&client_secret=abc+def-0000")),
    (
        "secret-plus-became-space",
        "",
        login(token_body=f"{WHOLE}&client_secret=abc%2Bdef-0000", status=401, answer=CLIENT),
    ),
    (
        "secret-plus-became-space",
        "",
        login(token_body=f"{WHOLE}&client_secret=abc%20def-0000", status=401, answer=CLIENT),
    ),
    (
        "secret-plus-became-space",
        "likely",
        login(token_body=f"{WHOLE}&client_secret=abc&def0000", status=401, answer=CLIENT),
    ),
    ("secret-plus-became-space", "", login(token_body=f"{WHOLE}&client_secret=abc&scope=", status=401, answer=CLIENT)),
    ("state-altered", "proven", ended(f"&state={STATE[:10]}")),
    ("state-altered", "proven", ended(f"&state={quote(quote('a b/c==', safe=''))}", state="a b/c==")),
    ("state-altered", "likely", ended("")),
    ("state-altered", "", ended(f"&state={STATE}")),
    ("state-altered", "", ended("&state=quite-another-value")),
    ("state-altered", "", ended("", state=None)),
    ("token-params-in-query", "proven", login(token_url=f"{TOKEN_URL}?{WHOLE}", token_body="")),
    ("token-params-in-query", "proven", login(token_url=f"{TOKEN_URL}?code={CODE}", token={"code": None})),
    ("token-params-in-query", "", login(token_url=f"{TOKEN_URL}?client_id=app", token={"client_id": None})),
    ("token-params-in-query", "", login(token_url=f"{TOKEN_URL}?code={CODE}")),
    ("token-params-in-query", "", login(token_url=f"{TOKEN_URL}?{WHOLE}", token_body="", answer={})),
    ("token-body-json", "proven", login(token_body=AS_JSON, content_type="application/json")),
    ("token-body-json", "", login(token_body=AS_JSON)),
    ("token-body-json", "", login(token_body=AS_JSON, content_type="application/json", answer={})),
    (
        "token-body-json",
        "",
        login(
            token_body=AS_JSON,
            content_type="application/json",
            authorize_url="https://acme.auth0.com/authorize",
            token_url="https://acme.auth0.com/oauth/token",
        ),
    ),
    (
        "token-body-json",
        "proven",
        login(
            token_body=AS_JSON,
            content_type="application/json",
            authorize_url="https://acme.auth0.com/authorize",
            token_url="https://acme.auth0.com/oauth/token",
            answer=told("invalid_request", "Missing parameter: grant_type"),
        ),
    ),
    ("token-body-json-as-form", "proven", login(token_body=AS_JSON)),
    ("redirect-uri-double-encoded", "proven", login(token={"redirect_uri": quote("https://app.example/cb", safe="")})),
    (
        "redirect-uri-double-encoded",
        "proven",
        login(authorize={"redirect_uri": quote("https://app.example/cb", safe="")}),
    ),
    ("redirect-uri-double-encoded", "", login(token={"redirect_uri": "https://app.example/other%20cb"})),
    ("nonce-mismatch", "proven", with_token(nonce="another-nonce")),
    ("nonce-mismatch", "likely", with_token()),
    ("nonce-mismatch", "", with_token(nonce="n-0S6_WzA2Mj")),
    ("nonce-mismatch", "", login(status=200, answer={**TOKENS, "id_token": id_token({"nonce": "x"})})),
    ("code-of-other-client", "proven", login(token={"client_id": "other"})),
    ("code-of-other-client", "", login(token={"client_id": "undefined"})),
    ("code-of-other-client", "", login(token={"client_id": "app "})),
    ("code-of-other-client", "", login(token={"client_id": "app"})),
    (
        "code-of-other-client",
        "proven",
        login(token={"client_id": None}, token_headers={"Authorization": "Basic b3RoZXI6czNjcjN0LTAwMDA="}),
    ),
    (
        "code-of-other-client",
        "",
        login(token={"client_id": "other"}, token_headers={"Authorization": "Basic YXBwOnMzY3IzdC0wMDAw"}),
    ),
    ("client-secret-wrong", "likely", login(token={"client_secret": "s3cr3t-0000"}, status=401, answer=CLIENT)),
    (
        "client-secret-wrong",
        "",
        login(token={"client_secret": "s3cr3t-0000"}, status=401, answer=told("invalid_client", "client not found")),
    ),
    ("client-secret-wrong", "", login(token={"client_secret": "s3cr3t-0000"})),
    ("client-secret-wrong", "", login(token_headers=BARE, status=401, answer=CLIENT)),
    ("client-secret-wrong", "", login(token={"client_secret": ""}, status=401, answer=CLIENT)),
    ("redirect-uri-altered-by-server", "likely", login(answer=told("invalid_grant", "redirect_uri mismatch"))),
    (
        "redirect-uri-altered-by-server",
        "possible",
        login(answer=told("invalid_grant", "Invalid authorization code, or redirect_uri mismatch")),
    ),
    (
        "redirect-uri-altered-by-server",
        "",
        login(token={"redirect_uri": "https://app.example/x"}, answer=told("invalid_grant", "redirect_uri mismatch")),
    ),
    (
        "redirect-uri-altered-by-server",
        "",
        login(token=NO_VERIFIER, answer=told("invalid_grant", "redirect_uri mismatch")),
    ),
    (
        "redirect-uri-altered-by-server",
        "",
        login(answer=told("invalid_grant", "code has expired or redirect_uri mismatch")),
    ),
    ("redirect-uri-altered-by-server", "", login(answer=GRANT)),
    (
        "challenge-method-s256-unsupported",
        "likely",
        METADATA.replace('"token_endpoint"', '"code_challenge_methods_supported": ["plain"], "token_endpoint"')
        + login(),
    ),
    (
        "challenge-method-s256-unsupported",
        "",
        METADATA.replace('"token_endpoint"', '"code_challenge_methods_supported": ["S256"], "token_endpoint"')
        + login(),
    ),
    (
        "challenge-method-s256-unsupported",
        "",
        METADATA.replace('"token_endpoint"', '"code_challenge_methods_supported": ["plain"], "token_endpoint"')
        + login(authorize={"code_challenge": CHALLENGE + "="}),
    ),
    ("challenge-method-s256-unsupported", "likely", login(answer=told("invalid_request", "S256 is not supported"))),
    ("challenge-method-s256-unsupported", "", login(answer=told("invalid_request", "code challenge method is wrong"))),
    (
        "challenge-method-s256-unsupported",
        "",
        login(
            authorize={"code_challenge": VERIFIER, "code_challenge_method": "plain"},
            answer=told("invalid_request", "S256 is not supported"),
        ),
    ),
    ("rate-limited", "proven", login(status=429, answer="")),
    ("rate-limited", "likely", login(answer=told("invalid_request", "Too many requests"))),
    ("rate-limited", "", login(answer=GRANT)),
    ("rate-limited", "proven", GOT + refresh(status=429)),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_one_value_otherwise(row: tuple[str, str, str]) -> None:
    """Each fault is found as surely as the capture allows, and not where one value makes it another."""
    slug, certainty, text = row
    assert certainty_of(slug, text) == certainty
