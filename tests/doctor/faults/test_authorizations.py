"""Faults of the authorization request and their neighbours."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from proofkey.doctor.sources import read
from proofkey.doctor.transcript import CHALLENGE, FORM, ISSUED, STATE, login, refresh, request, response
from tests.doctor.captures import capture_of, entry
from tests.doctor.faults.judged import STRANGE_VERIFIER, faults, findings, findings_in, words

PAGE = "<!doctype html><p>Invalid parameter: redirect_uri</p>"
BOTH = "<p>The OAuth client ID or redirect URI is invalid</p>"
AUTHORIZE = "https://login.example/oauth/authorize"
NOT_REGISTERED = "redirect-uri-not-registered"
NO_CHALLENGE: dict[str, str | None] = {"code_challenge": None, "code_challenge_method": None}


def authorize_url(**changes: str | None) -> str:
    """Write an authorization request's URL, with what differs."""
    usual = {
        "response_type": "code",
        "client_id": "0oa7x",
        "redirect_uri": "https://app.example/cb",
        "scope": "openid",
        "state": STATE,
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return f"{AUTHORIZE}?{urlencode({k: v for k, v in {**usual, **changes}.items() if v is not None})}"


def page(text: str = PAGE, status: int = 400, **changes: str | None) -> str:
    """Write an authorization request that the server answers with a page of its own."""
    return request("GET", authorize_url(**changes)) + response(status, {"Content-Type": "text/html"}, text)


def registered(*uris: str, client: str = "0oa7x", **more: object) -> str:
    """Write a registration."""
    return json.dumps({"client_id": client, "redirect_uris": uris, **more})


def refused(error: str, text: str | None = None, **authorize: str | None) -> str:
    """Write a login that ends with an error in the callback."""
    answer = {"code": None, "error": error, "error_description": text}
    return login(authorize=authorize, callback=answer, steps=("authorize", "callback"))


# redirect_uri


@pytest.mark.parametrize(
    "listed",
    ["https://app.example/cb/", "http://app.example/cb", "https://app.example/callback", "https://App.example/cb"],
)
@pytest.mark.parametrize("text", [PAGE, BOTH, "<p>We are sorry</p>"])
def test_the_registration_proves_what_the_page_only_hints_at(listed: str, text: str) -> None:
    """Whatever the page says, the list lacks the URI."""
    assert findings(page(text), registered(listed)) == [(NOT_REGISTERED, "proven")]


def test_the_nearest_registered_uri_is_named() -> None:
    """The reader sees what to change."""
    from proofkey.doctor.diagnose import diagnose
    from proofkey.doctor.registration import read_registrations

    capture = read("page", page().encode())
    registration = registered("https://other.example/", "https://app.example/cb/", web_origins=["https://app.example"])
    capture.registrations += read_registrations("registration", registration.encode())
    explanation = diagnose(capture).findings[0].finding.explanation
    assert "https://app.example/cb/: a slash at its end differs" in explanation
    assert "web_origins, which is another list" in explanation


@pytest.mark.parametrize(
    ("listed", "asked"),
    [
        ("http://127.0.0.1/cb", "http://127.0.0.1:45031/cb"),
        ("http://localhost", "http://localhost:8080/"),
        ("https://app.example/*", "https://app.example/cb"),
    ],
)
def test_a_loopback_port_or_a_wildcard_is_registered(listed: str, asked: str) -> None:
    """What the list admits is at most a possibility, where the server says otherwise."""
    assert findings(page(redirect_uri=asked), registered(listed)) == [(NOT_REGISTERED, "possible")]
    assert findings(page("<p>Sorry</p>", redirect_uri=asked), registered(listed)) == []


def test_a_slash_is_no_port() -> None:
    """Of a URI of this machine only the port may differ."""
    asked = page(redirect_uri="http://localhost:8080/")
    assert findings(asked, registered("http://localhost:8080")) == [(NOT_REGISTERED, "likely")]


def test_a_port_that_this_server_does_not_let_differ_is_named() -> None:
    """The reader sees how the registered one differs, not that it is registered."""
    from proofkey.doctor.diagnose import diagnose
    from proofkey.doctor.registration import read_registrations

    capture = read("page", page(redirect_uri="http://localhost:8080/").encode())
    capture.registrations += read_registrations("registration", registered("http://localhost").encode())
    explanation = diagnose(capture).findings[0].finding.explanation
    assert "The nearest registered one is http://localhost: the port differs" in explanation


def test_a_uri_that_the_server_went_to_is_registered() -> None:
    """An old registration file does not outweigh a code that came back."""
    assert NOT_REGISTERED not in faults(login(), json.dumps({"redirect_uris": ["https://old.example/"]}))


@pytest.mark.parametrize(
    "text",
    [
        PAGE,
        "Error 400: redirect_uri_mismatch",
        "INVALID_CLIENT: Invalid redirect URI",
        "Sorry, but we're having trouble signing you in. AADSTS50011: The redirect URI 'x' specified does not match",
        '{"error": "invalid_request", "error_description": "Mismatching redirect URI."}',
        BOTH,
    ],
)
@pytest.mark.parametrize("status", [400, 403])
def test_without_a_registration_the_page_makes_it_likely(text: str, status: int) -> None:
    """Every server has its own sentence."""
    assert findings(page(text, status)) == [(NOT_REGISTERED, "likely")]


def test_a_page_after_a_redirect_of_the_server_to_itself() -> None:
    """Google packs its word into the URL of an error page."""
    target = f"https://login.example/signin/error?authError=ChVyZWRpcmVjdF91cmlfbWlzbWF0Y2g{'A' * 5}"
    transcript = request("GET", authorize_url()) + response(302, {"Location": target}) + "\n"
    transcript += request("GET", target) + response(400, {"Content-Type": "text/html"}, "<!doctype html>")
    assert findings(transcript) == [(NOT_REGISTERED, "likely")]


def test_an_error_at_another_registered_place() -> None:
    """GitHub goes to the registered URI to say that the asked one is another."""
    target = f"https://app.example/other?error=redirect_uri_mismatch&state={STATE}"
    transcript = request("GET", authorize_url()) + response(302, {"Location": target})
    assert findings(transcript) == [(NOT_REGISTERED, "likely")]


def test_a_fragment_wins_over_the_registration() -> None:
    """What must not be registered at all is not missing there."""
    uri = "https://app.example/#/cb"
    assert findings(page(redirect_uri=uri)) == [("redirect-uri-fragment", "proven")]
    assert findings(page(redirect_uri=uri), registered("https://app.example/")) == [("redirect-uri-fragment", "proven")]
    assert findings(page("<p>Sorry</p>", redirect_uri="https://app.example/%23/cb")) == [
        ("redirect-uri-fragment", "likely")
    ]


def test_a_fragment_that_did_no_harm_is_no_finding() -> None:
    """The code was found and redeemed; the pair is what failed."""
    uri = {"redirect_uri": "https://app.example/#/cb"}
    mismatch = {"error": "invalid_grant", "error_description": "PKCE verification failed"}
    assert faults(login(authorize=uri, token={**uri, "code_verifier": STRANGE_VERIFIER}, answer=mismatch)) == [
        "verifier-unrelated"
    ]
    assert faults(login(authorize=uri, token=uri, answer={})) == []


def test_a_fragment_in_one_step_only() -> None:
    """The two values differ by it."""
    uri = {"redirect_uri": "https://app.example/#/cb"}
    other = {"redirect_uri": "https://app.example/"}
    assert findings(login(authorize=uri, token=other)) == [("redirect-uri-fragment", "proven")]
    assert findings(login(authorize=other, token=uri)) == [("redirect-uri-fragment", "proven")]


def test_a_bare_number_sign_swallows_what_follows() -> None:
    """Behind it nothing reaches the server; a fragment of the authorization URL itself is another thing."""
    start = f"{AUTHORIZE}?response_type=code&client_id=0oa7x"
    challenge = f"&code_challenge={CHALLENGE}&code_challenge_method=S256"
    assert findings(f"{start}&redirect_uri=https://app.example/#/cb&state=x81{challenge}\n") == [
        ("redirect-uri-fragment", "proven")
    ]
    assert findings(f"{start}&state=x81{challenge}&redirect_uri=https://app.example/#/cb\n") == [
        ("redirect-uri-fragment", "likely")
    ]
    assert findings(f"{authorize_url()}#wechat_redirect\n") == []


CUT = "https://app.example/cb?tenant=a"


def test_a_query_is_cut_in_either_step() -> None:
    """The rest of the query is a parameter of the request that was cut."""
    whole = {"redirect_uri": f"{CUT}&step=2"}
    cut = {"redirect_uri": CUT, "step": "2"}
    assert findings(login(authorize=cut, token=whole)) == [("redirect-uri-query-cut", "proven")]
    assert findings(login(authorize=whole, token=cut)) == [("redirect-uri-query-cut", "proven")]
    assert faults(login(authorize={"redirect_uri": CUT}, token=whole)) == ["redirect-uri-differs"]
    assert faults(login(authorize=whole, token=whole, answer={})) == []


def test_a_cut_query_before_any_token_request() -> None:
    """The registration has the whole value, or the server's words fit."""
    assert findings(page(redirect_uri=CUT, step="2"), registered(f"{CUT}&step=2")) == [
        ("redirect-uri-query-cut", "proven")
    ]
    url = f"{authorize_url(redirect_uri=None)}&redirect_uri={CUT}"
    for name, found in (("step", "redirect-uri-query-cut"), ("audience", NOT_REGISTERED)):
        transcript = request("GET", f"{url}&{name}=2") + response(400, {"Content-Type": "text/html"}, PAGE)
        assert findings(transcript) == [(found, "likely")]


# scope, grant, client


@pytest.mark.parametrize(
    ("scope", "said"),
    [("openid,profile", "commas"), ("openid+profile", "plus signs"), ("openid%20profile", "escaped blank")],
)
def test_the_way_scopes_are_joined_is_told(scope: str, said: str) -> None:
    """Several names that arrive as one are the likeliest reason."""
    transcript = refused("invalid_scope", scope=scope)
    assert findings(transcript) == [("scope-refused", "likely")]
    assert said in words(transcript)


def test_an_unregistered_scope_is_named() -> None:
    """The registration lists what may be asked for."""
    transcript = refused("invalid_scope", scope="openid admin", client_id="0oa7x")
    assert findings(transcript, registered("https://app.example/cb", scope="openid profile")) == [
        ("scope-refused", "likely")
    ]


def test_a_refused_scope_at_other_places() -> None:
    """On a page, at the token endpoint, at a refresh, in a pasted callback; not beside a pair that is wrong."""
    error = '{"error": "invalid_scope"}'
    assert faults(page(error)) == ["scope-refused"]
    assert faults(f"{authorize_url()}\n\n{error}\n") == ["scope-refused"]
    assert faults("https://app.example/callback?error=invalid_scope&state=s1f\n") == ["scope-refused"]
    assert faults(login(answer={"error": "invalid_scope"})) == ["scope-refused"]
    assert (
        faults(login(token={"code_verifier": STRANGE_VERIFIER}, answer={"error": "invalid_scope"}))[0]
        != "scope-refused"
    )
    assert faults(login(answer=ISSUED, status=200) + refresh(answer={"error": "invalid_scope"})) == ["scope-refused"]


@pytest.mark.parametrize(
    ("error", "text"),
    [
        ("unauthorized_client", None),
        ("unsupported_response_type", None),
        ("unauthorized_client", "The client is not authorized to use the code flow"),
        ("invalid_request", "Standard flow is disabled for the client"),
    ],
)
def test_a_flow_that_is_not_enabled(error: str, text: str | None) -> None:
    """The callback says so."""
    assert findings(refused(error, text)) == [("grant-not-enabled", "likely")]


@pytest.mark.parametrize("text", ["Missing valid authorization header", "Client secret not provided in request"])
def test_unauthorized_client_may_be_about_a_secret(text: str) -> None:
    """Two servers say unauthorized_client where they mean invalid_client."""
    found = faults(login(status=401, answer={"error": "unauthorized_client", "error_description": text}))
    assert "grant-not-enabled" not in found


def test_unauthorized_client_beside_a_wrong_redirect_uri() -> None:
    """What can be compared comes first."""
    token: dict[str, str | None] = {"redirect_uri": "https://app.example/other"}
    assert faults(login(token=token, answer={"error": "unauthorized_client"})) == ["redirect-uri-differs"]


def test_another_grant_that_is_not_enabled() -> None:
    """A client_credentials request has no login around it."""
    headers = {"Content-Type": FORM, "Authorization": "Basic YWJjOmRlZg=="}
    error = '{"error": "unauthorized_client", "description": "client is not authorized to use this grant type"}'
    transcript = request("POST", "https://login.example/oauth/token", headers, "grant_type=client_credentials")
    assert findings(transcript + response(400, {"Content-Type": "application/json"}, error)) == [
        ("grant-not-enabled", "likely")
    ]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("<p>Client not found.</p>", 400),
        ("INVALID_CLIENT: Invalid client", 400),
        ("AADSTS700016: Application with identifier 'x' was not found in the directory 'y'.", 200),
        ("Error 401: deleted_client The OAuth client was deleted.", 401),
        ("<p>Invalid value for 'client_id' parameter.</p>", 400),
        ('{"error": "invalid_client"}', 401),
    ],
)
def test_a_page_that_knows_no_such_client(text: str, status: int) -> None:
    """No client authenticates itself at the authorization endpoint, so it is the id."""
    assert findings(page(text, status)) == [("client-unknown", "likely")]


def test_a_registration_of_another_client_settles_the_ambiguous_page() -> None:
    """One sentence for both: the id differs from the registered one."""
    other = registered("https://app.example/cb", client="zzz1")
    assert findings(page(BOTH), other) == [("client-unknown", "likely")]


@pytest.mark.parametrize(
    ("authorize", "token", "found"),
    [
        ("0oa7", "0oa8", "code-of-other-client"),
        ("0oa7", "0oa7\n", "client-credentials-malformed"),
        ("0oa7", None, "client-id-missing"),
        ("0oa7", "0oa7", "client-unknown"),
    ],
)
def test_what_the_requests_show_wins_over_client_not_found(authorize: str, token: str | None, found: str) -> None:
    """The server's sentence is the same for all of them."""
    error = {"error": "invalid_client", "error_description": "client not found"}
    transcript = login(authorize={"client_id": authorize}, token={"client_id": token}, status=401, answer=error)
    assert faults(transcript)[0] == found


# Pushed requests

REFERENCE = "urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c"
BY_REFERENCE = f"{AUTHORIZE}?client_id=shop-0815&request_uri={quote(REFERENCE, safe='')}"


def pushed(lifetime: int = 30) -> dict[str, Any]:
    """Write the request that gets a request_uri."""
    parameters = {
        "response_type": "code",
        "client_id": "shop-0815",
        "redirect_uri": "https://app.example/cb",
        "state": "s8dk2",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    answer = json.dumps({"request_uri": REFERENCE, "expires_in": lifetime})
    return entry("POST", "https://login.example/oauth/par", status=201, params=parameters, content=answer)


def referring(second: float, content: str | None = None) -> dict[str, Any]:
    """Write a visit of the authorization endpoint with the reference."""
    answer = {} if content else {"Location": "https://login.example/signin?x=1"}
    status = 400 if content else 302
    return entry("GET", BY_REFERENCE, status=status, answer_headers=answer, content=content, second=second)


def returned(error: str, second: float) -> dict[str, Any]:
    """Write the callback with an error."""
    return entry("GET", f"https://app.example/cb?state=s8dk2&error={error}", second=second)


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        ([pushed(), referring(1), returned("invalid_request_uri", 45)], "par-request-uri-unusable"),
        ([pushed(), referring(1), returned("invalid_request", 45)], "par-request-uri-unusable"),
        ([pushed(), referring(1), returned("access_denied", 45)], "user-denied-access"),
        ([pushed(), referring(1), referring(4, '{"error": "invalid_request"}')], "par-request-uri-unusable"),
        ([pushed(), referring(40, '{"error": "invalid_request"}')], "par-request-uri-unusable"),
        ([pushed(), referring(1, '{"error": "invalid_request_uri"}')], "par-request-uri-unusable"),
    ],
)
def test_a_pushed_request_that_is_too_old_or_used_up(entries: list[dict[str, Any]], found: str) -> None:
    """Age and second use count where the server refuses for no other reason."""
    assert [slug for slug, _ in findings_in(capture_of(*entries))] == [found]


def test_a_slow_login_that_was_not_refused() -> None:
    """Nothing is said about a reference that the server still took."""
    assert findings_in(capture_of(pushed(), referring(1), referring(2))) == []


# Challenge


@pytest.mark.parametrize(
    ("error", "text"),
    [
        ("invalid_request", "Missing parameter: code_challenge_method"),
        ("invalid_request", "PKCE is required for this client"),
        ("invalid_pkce_package", None),
        ("invalid_request", "code challenge required"),
    ],
)
def test_a_server_that_misses_the_challenge(error: str, text: str | None) -> None:
    """It may name the challenge, its method or PKCE as a whole."""
    assert findings(refused(error, text, **NO_CHALLENGE)) == [("challenge-missing", "likely")]


def test_a_missing_challenge_is_not_blamed_for_everything() -> None:
    """Without words about PKCE a login without PKCE may be as it should be."""
    expired = {"error": "invalid_grant", "error_description": "code expired"}
    without = {"authorize": NO_CHALLENGE, "token": {"code_verifier": None}}
    assert "challenge-missing" not in faults(login(**without, answer=expired))  # type: ignore[arg-type]
    assert faults(login(**without, answer={})) == []  # type: ignore[arg-type]
    assert faults(login(authorize=NO_CHALLENGE))[0] == "verifier-without-challenge"


def test_a_public_client_that_is_asked_to_authenticate() -> None:
    """Spring Authorization Server says invalid_client where PKCE is missing; only a registration makes that likely."""
    transcript = login(
        authorize={**NO_CHALLENGE, "client_id": "0oa7x"},
        token={"code_verifier": None, "client_id": "0oa7x"},
        status=401,
        answer={"error": "invalid_client"},
    )
    public = registered("https://app.example/cb", token_endpoint_auth_method="none")
    assert findings(transcript, public) == [("challenge-missing", "likely")]
    assert ("challenge-missing", "likely") not in findings(transcript)


SECOND: dict[str, Any] = {
    "authorize": {"state": "another-9Qk"},
    "callback": {"state": "another-9Qk", "code": "another-code-Zz81kP"},
}
ITS_CODE = {"code": "another-code-Zz81kP"}


def test_one_challenge_in_two_logins() -> None:
    """It is the cause only where the verifier does not fit it."""
    fresh = login(**SECOND, token={**ITS_CODE, "code_verifier": STRANGE_VERIFIER})
    assert findings(login(answer={}) + fresh) == [("challenge-reused", "likely")]
    assert faults(login(answer={}) + login(**SECOND, token=ITS_CODE, answer={})) == []
    assert faults(login(steps=("authorize",)) + login(**SECOND, token=ITS_CODE, answer={})) == []
    used = {"error": "invalid_grant", "error_description": "code already used"}
    assert "challenge-reused" not in faults(login(answer=used) + login(**SECOND, token=ITS_CODE, answer=used))


@pytest.mark.parametrize(
    "text",
    [
        *("", "undefined", "null", "None", "NaN", "[object Promise]", "[object ArrayBuffer]", "[object Object]"),
        *("Promise { <pending> }", "<coroutine object s256 at 0x7f1>", "System.Byte[]", "[B@6d06d69c"),
        *("W29iamVjdCBQcm9taXNlXQ", "dW5kZWZpbmVk", '"undefined"', "[Function: s256]", "Symbol()"),
        "<built-in method digest of _hashlib.HASH object at 0x7f3>",
    ],
)
def test_a_printed_object_is_no_challenge(text: str) -> None:
    """In a text as in a HAR file the printed name is the value that was sent, whatever the server says."""
    misleading = {"error": "invalid_grant", "error_description": "The code has expired or was already used."}
    assert findings(login(authorize={"code_challenge": text}, answer=misleading)) == [
        ("challenge-placeholder-text", "proven")
    ]
    found = findings_in(capture_of(entry("GET", authorize_url(code_challenge=text), status=302)))
    assert found == [("challenge-placeholder-text", "proven")]


def test_a_placeholder_of_an_example_is_no_value() -> None:
    """Nobody sent YOUR_CODE_CHALLENGE."""
    assert "challenge-placeholder-text" not in faults(login(authorize={"code_challenge": "YOUR_CODE_CHALLENGE"}))
