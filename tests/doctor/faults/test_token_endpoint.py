"""Faults of where the token request went and of who answered it."""

from __future__ import annotations

from typing import Any

import pytest

from proofkey.doctor.transcript import login, request, response
from tests.doctor.captures import authorize_url, capture_of, entry, token_body
from tests.doctor.faults.judged import findings, findings_in

CLIENT = {"client_id": "0oaRFvv2B0n6cKQQfMjr"}
PAGE = "<html><body>Not here</body></html>"
GENESYS = "https://login.mypurecloud.de/oauth"
KEYCLOAK = "https://sso.example/realms/a/protocol/openid-connect"


def answered(status: int, answer: Any, token_url: str = "https://login.example/oauth/token", **more: Any) -> str:
    """Write a login whose token request got this answer."""
    return login(authorize=CLIENT, token=CLIENT, status=status, answer=answer, token_url=token_url, **more)


@pytest.mark.parametrize(
    ("authorize", "token", "status", "answer", "expected"),
    [
        (None, "https://login.example/api/access", 404, PAGE, "wrong-token-path"),
        (None, "https://login.example/oauth/token", 404, {"message": "no route"}, "wrong-token-path"),
        (None, "https://login.example/oauth/authorize", 400, PAGE, "wrong-token-path"),
        (f"{GENESYS}/authorize", "https://login.mypurecloud.de/api/v2/token", 401, {"code": "x"}, "wrong-token-path"),
        (f"{KEYCLOAK}/auth", f"{KEYCLOAK}/tokens", 404, {"error": "HTTP 404 Not Found"}, "wrong-token-path"),
        (f"{KEYCLOAK}/auth", f"{KEYCLOAK.replace('/realms', '/auth/realms')}/token", 404, PAGE, "wrong-token-path"),
        (f"{GENESYS}/authorize", "https://api.mypurecloud.de/oauth/token", 401, {"code": "x"}, "wrong-host"),
        (f"{GENESYS}/authorize", "https://apps.mypurecloud.de/oauth/token", 404, {"message": "no"}, "wrong-host"),
        (None, "https://api.other.example/oauth/token", 404, PAGE, "wrong-host"),
        (None, "https://app.example/oauth/token", 404, PAGE, "wrong-host"),
        (None, "https://app.example/oauth/token", 200, "<!doctype html><html></html>", "token-answer-html"),
        (None, "https://login.example/oauth/token", 200, PAGE, "token-answer-html"),
        (None, "https://app.example/api/token", 502, PAGE, "server-unavailable"),
        (None, "https://login.example/oauth/token", 503, {"message": "busy"}, "server-unavailable"),
        (None, "https://login.example/oauth/token", 403, {"message": "Forbidden"}, "blocked-by-firewall"),
        (None, "https://login.example/oauth/token", 406, PAGE, "blocked-by-firewall"),
        (None, "https://login.example/oauth/token", 429, PAGE, "rate-limited"),
    ],
)
def test_who_answered(authorize: str | None, token: str, status: int, answer: Any, expected: str) -> None:
    """Host, path and the kind of answer together name the fault, and nothing else is accused."""
    more = {"authorize_url": authorize} if authorize else {}
    assert [slug for slug, _ in findings(answered(status, answer, token, **more))] == [expected]


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (403, {"error": "invalid_grant", "error_description": "Invalid authorization code"}),
        (400, {"error": "invalid_grant"}),
    ],
)
def test_an_oauth_error_comes_from_a_token_endpoint(status: int, answer: dict[str, str]) -> None:
    """Auth0 answers an invalid grant with 403; no filter, no wrong path."""
    assert findings(answered(status, answer)) == [("code-not-accepted", "possible")]


def test_providers_with_two_hosts_are_right() -> None:
    """Google's token endpoint is on another host than its login."""
    found = findings(
        answered(
            400,
            {"error": "invalid_grant", "error_description": "Bad Request"},
            "https://oauth2.googleapis.com/token",
            authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
        )
    )
    assert found == [("code-not-accepted", "possible")]


def test_the_metadata_names_the_endpoint() -> None:
    """A request elsewhere is called wrong, and the fix names the endpoint."""
    metadata = (
        '{"issuer": "https://login.example", "authorization_endpoint": "https://login.example/oauth/authorize",'
        ' "token_endpoint": "https://login.example/v2/token"}'
    )
    found = findings_in(
        capture_of(
            entry("GET", "https://login.example/.well-known/openid-configuration", content=metadata, second=0),
            entry("GET", authorize_url("s1"), status=302, second=1),
            entry("GET", "https://app.example/cb?code=c0de&state=s1", second=2),
            entry(
                "POST",
                "https://login.example/oauth/token",
                status=401,
                headers={"Content-Type": "application/x-www-form-urlencoded"},
                body=token_body("c0de"),
                content='{"message": "who are you"}',
                second=3,
            ),
        )
    )
    assert ("wrong-token-path", "likely") in found


def test_a_back_end_with_a_general_error_leaves_it_open() -> None:
    """What the authorization server said is not in the capture."""
    assert findings(answered(500, {"message": "Internal Server Error"}, "https://app.example/api/session")) == [
        ("gateway-hides-error", "possible")
    ]


def test_a_failed_server_does_not_hide_a_wrong_pair() -> None:
    """The pair can be computed all the same, and comes first."""
    text = answered(500, {"error": "server_error"}, content_type="application/x-www-form-urlencoded")
    strange = text.replace("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "kLr4vD0aWn2uYt7mQe9sXc3bHf6gJz1pVo5iTq8yRwA")
    assert findings(strange)[0][0] == "verifier-unrelated"


def test_a_body_that_a_right_request_lost() -> None:
    """Everything is there; the server misses it."""
    missed = {"error": "invalid_request", "error_description": "Missing form parameter: grant_type"}
    assert findings(answered(400, missed)) == [("server-ignored-body", "possible")]


def test_a_form_answer_with_a_token_is_a_success() -> None:
    """GitHub answers with a form unless asked for JSON."""
    assert findings(answered(200, "access_token=gho_16C7e42F292c69&scope=&token_type=bearer")) == []


def test_a_form_answer_with_an_error_is_none() -> None:
    """The same for errors, under status 200."""
    found = findings(answered(200, "error=bad_verification_code&error_description=The+code+has+expired."))
    assert found[0] == ("error-hidden-in-200", "proven")


def preflight(status: int, **headers: str) -> str:
    """Write a login that ends with an OPTIONS and this answer."""
    asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
    asked["Access-Control-Request-Headers"] = "x-app,content-type"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return (
        login(authorize=CLIENT, steps=("authorize", "callback"))
        + "\n"
        + request("OPTIONS", "https://login.example/oauth/token", asked)
        + response(status, named)
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (preflight(404), ("cors-preflight-refused", "proven")),
        (preflight(401, Access_Control_Allow_Origin="*"), ("cors-preflight-refused", "proven")),
        (preflight(204, Access_Control_Allow_Origin="https://www.app.example"), ("cors-preflight-refused", "likely")),
        (preflight(204, Access_Control_Allow_Origin="*"), ("cors-preflight-refused", "likely")),
        (preflight(308, Location="https://login.example/v2/token"), ("preflight-redirected", "proven")),
    ],
)
def test_a_preflight_that_got_no_permission(text: str, expected: tuple[str, str]) -> None:
    """Status, origin, headers, redirect."""
    assert findings(text)[0] == expected


def test_a_preflight_with_permission_is_no_fault() -> None:
    """Origin and headers are allowed; header names have no case."""
    granted = preflight(204, Access_Control_Allow_Origin="*", Access_Control_Allow_Headers="X-App, Content-Type")
    assert "cors-preflight-refused" not in dict(findings(granted))


def test_a_request_that_was_answered_got_through() -> None:
    """What the preflight lacked did not matter to this client."""
    assert "cors-preflight-refused" not in dict(findings(preflight(404) + "\n" + login(steps=("token",), token=CLIENT)))


@pytest.mark.parametrize("origin", ["https://app.example", None])
def test_okta_wants_pkce_from_browsers_only(origin: str | None) -> None:
    """Without an Origin header the same answer is about the secret."""
    text = login(
        authorize={**CLIENT, "code_challenge": None, "code_challenge_method": None},
        token={**CLIENT, "code_verifier": None},
        authorize_url="https://a.okta.com/oauth2/default/v1/authorize",
        token_url="https://a.okta.com/oauth2/default/v1/token",
        token_headers={"Origin": origin} if origin else {"Accept": "*/*"},
        status=401,
        answer={"error": "invalid_client", "error_description": "Client authentication failed"},
    )
    assert ("origin-header-without-pkce" in dict(findings(text))) == (origin is not None)
