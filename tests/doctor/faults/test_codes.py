"""Faults of the code and of its second use, and their neighbours."""

from __future__ import annotations

import pytest

from proofkey.doctor import received_code
from proofkey.doctor.capture import Capture
from proofkey.doctor.sources import read
from proofkey.doctor.transcript import CHALLENGE, CODE, STATE, VERIFIER, login, token_request
from tests.doctor.captures import authorize_url, capture_of, entry, token_body
from tests.doctor.faults.judged import faults, findings, findings_in, words

LONG = "467284e5-f3a6-474e-a349-68720343d0d5.b6f81de1-03d1-4e31-ad61-b24ddbb93cec.d4ed278b-ea54-4c5e-afeb-1e2a0ac77043"
KEYCLOAK = "https://sso.example/realms/a/protocol/openid-connect"
GOOGLE = "4/0AWdvxISqILJJWfBo6hZoAnTB96ysw8xKTNYPSiD9dAa4SqCN4fcCoFA"

PAIRS = [
    (GOOGLE.replace("/", "%2F"), GOOGLE, "code-percent-encoded"),
    (GOOGLE.replace("/", "%252F"), GOOGLE, "code-percent-encoded"),
    ("a%7Cb%7Cddddddd", "a|b|ddddddd", "code-percent-encoded"),
    (f"{LONG}\n", LONG, "code-with-whitespace"),
    (f" {LONG}", LONG, "code-with-whitespace"),
    (f"{LONG[:30]} {LONG[30:]}", LONG, "code-with-whitespace"),
    (f"{LONG[:30]}\r\n{LONG[30:]}", LONG, "code-with-whitespace"),
    ("abc def ghi jkl", "abc+def+ghi+jkl", "code-with-whitespace"),
    (LONG[:-1], LONG, "code-truncated"),
    (LONG[:36], LONG, "code-truncated"),
    (LONG[2:], LONG, "code-truncated"),
    ("4", GOOGLE, "code-truncated"),
    (f"{LONG}#_=_", LONG, "code-truncated"),
    (f"{LONG}&state=abc", LONG, "code-truncated"),
    (f"{LONG}%0A", LONG, "code-truncated"),
    (f"{LONG}\0", LONG, "code-truncated"),
    (f'"{LONG}"', LONG, "code-truncated"),
    (f"{LONG[:60]}...", LONG, "code-truncated"),
    (f"https://app.example/cb?code={LONG}&state=1", LONG, "code-is-other-value"),
    ("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", LONG, "code-is-other-value"),
    ("AUTHORIZATION_CODE", LONG, "code-is-other-value"),
    ("Zk3vQ9sessionIdentifier77", LONG, "code-is-other-value"),
    (GOOGLE.lower(), GOOGLE, "code-is-other-value"),
]


def of_codes(sent: str, received: str, **more: object) -> Capture:
    """Read a HAR file of a login that got one code and sent another."""
    body = token_body("sent", VERIFIER, "shop").replace("code=sent", f"code={_form(sent)}")
    answer = more.get("answer", '{"error": "invalid_grant", "error_description": "Code not valid"}')
    return capture_of(
        entry("GET", authorize_url("s1", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "shop"), status=302, second=1),
        entry("GET", f"https://app.example/cb?code={_form(received)}&state=s1", second=2),
        entry(
            "POST",
            "https://login.example/oauth/token",
            status=200 if "access_token" in str(answer) else 400,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            body=body,
            content=str(answer),
            second=3,
        ),
    )


def _form(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="")


@pytest.mark.parametrize(("sent", "received", "slug"), PAIRS)
def test_what_happened_to_the_code_is_named(sent: str, received: str, slug: str) -> None:
    """One damage, one name, whatever the server says."""
    assert received_code.difference(sent, received) == slug
    for sentence in ("Code not valid", "PKCE verification failed", "redirect_uri does not match"):
        answer = f'{{"error": "invalid_grant", "error_description": "{sentence}"}}'
        assert findings_in(of_codes(sent, received, answer=answer)) == [(slug, "proven")]


@pytest.mark.parametrize(("sent", "received", "slug"), PAIRS)
def test_a_code_that_was_accepted_is_no_fault(sent: str, received: str, slug: str) -> None:
    """A server that took the code knows it."""
    assert findings_in(of_codes(sent, received, answer='{"access_token": "t"}')) == []


@pytest.mark.parametrize("code", [GOOGLE, LONG, "a|b+c==", "1.AAA~b-c_d", "%41bc%42def", "code-1234567"])
def test_odd_codes_that_are_sent_as_they_came(code: str) -> None:
    """Slashes, bars, plus and percent signs belong to some codes."""
    assert findings_in(of_codes(code, code)) == [("code-not-accepted", "possible")]


def test_a_raw_plus_in_the_callback_may_be_sent_as_a_plus() -> None:
    """The server wrote its code into the URL without encoding; the client read it as the server meant it."""
    capture = of_codes("ab+cdefghijkl", "RAW")
    for message in capture.messages:
        message.url = message.url.replace("code=RAW", "code=ab+cdefghijkl")
    assert findings_in(capture) == [("code-not-accepted", "possible")]


def test_no_code_and_an_empty_code() -> None:
    """The callback brought one, the request has none."""
    assert findings(login(token={"code": None})) == [("code-is-other-value", "proven")]
    assert findings(login(token={"code": ""})) == [("code-is-other-value", "proven")]
    assert findings(login(token={"code": "undefined"})) == [("code-is-other-value", "proven")]


def test_an_authorization_error_is_no_wrong_code() -> None:
    """Where the callback brought an error, the missing code is its echo."""
    transcript = login(callback={"code": None, "error": "access_denied"}, token={"code": "undefined"})
    assert "code-is-other-value" not in faults(transcript)


def test_another_value_of_the_login_as_code() -> None:
    """The finding says which value it is."""
    assert "the state was sent as the code" in words(login(token={"code": STATE}))


def test_a_placeholder_that_was_sent_from_a_text() -> None:
    """Everything else in the post is real, so the placeholder was sent as it stands."""
    assert findings(login(token={"code": "AUTHORIZATION_CODE"})) == [("code-is-other-value", "proven")]


def test_an_example_full_of_placeholders_proves_nothing() -> None:
    """Where the verifier is a placeholder too, nothing is known of the code."""
    found = findings(login(token={"code": "AUTHORIZATION_CODE", "code_verifier": "YOUR_CODE_VERIFIER"}))
    assert ("code-is-other-value", "proven") not in found


def test_encoded_text_without_the_callback_is_only_likely() -> None:
    """A code may have percent signs of its own."""
    assert findings(login(token={"code": "4%2F0AbCdEfGhIjKl"}, steps=("token",)))[0] == (
        "code-percent-encoded",
        "likely",
    )


def test_two_clients() -> None:
    """The id in the Basic header counts as well, and how it is encoded does not."""
    other = {"client_id": "shop-web"}
    assert findings(login(authorize=other, token={"client_id": "shop-api"}))[0] == ("code-of-other-client", "proven")
    basic = {"Authorization": "Basic c2hvcC1hcGk6czNjcjN0"}  # shop-api
    transcript = login(authorize=other, token={"client_id": None}, token_headers=basic)
    assert findings(transcript)[0] == ("code-of-other-client", "proven")
    right = {"Authorization": "Basic c2hvcCUyRHdlYjpzM2NyM3Q="}  # shop%2Dweb
    assert "code-of-other-client" not in faults(login(authorize=other, token={"client_id": None}, token_headers=right))


def test_a_malformed_client_id_is_no_other_client() -> None:
    """Blanks and quotes around the id are a fault of their own."""
    for text in ("shop-web ", '"shop-web"', "('shop-web',)"):
        transcript = login(authorize={"client_id": "shop-web"}, token={"client_id": text})
        assert "code-of-other-client" not in faults(transcript)


ISSUERS = [
    ("https://login.mypurecloud.de/oauth/authorize", "https://login.apse1.pure.cloud/oauth/token"),
    ("https://sso.example/realms/a/protocol/openid-connect/auth", "https://sso.example/realms/b/protocol/openid-connect/token"),
    ("https://sso.one.example/realms/a/protocol/openid-connect/auth", "https://sso.two.example/realms/a/protocol/openid-connect/token"),
    ("https://login.microsoftonline.com/6f1b/oauth2/v2.0/authorize", "https://login.microsoftonline.com/9c2d/oauth2/v2.0/token"),
    ("https://a.okta.com/oauth2/default/v1/authorize", "https://a.okta.com/oauth2/aus12/v1/token"),
    ("https://a.okta.com/oauth2/default/v1/authorize", "https://a.oktapreview.com/oauth2/default/v1/token"),
    ("https://a.eu.auth0.com/authorize", "https://a.us.auth0.com/oauth/token"),
    ("https://a.auth.eu-west-1.amazoncognito.com/oauth2/authorize", "https://a.auth.us-east-1.amazoncognito.com/oauth2/token"),
    ("https://login.eu.acme.example/oauth/authorize", "https://login.us.acme.example/oauth/token"),
    ("https://login.acme.example/tenant-a/oauth/authorize", "https://login.acme.example/tenant-b/oauth/token"),
    ("https://login.salesforce.com/services/oauth2/authorize", "https://test.salesforce.com/services/oauth2/token"),
]  # fmt: skip


@pytest.mark.parametrize(("authorize_url", "token_url"), ISSUERS)
def test_a_code_that_goes_to_another_instance(authorize_url: str, token_url: str) -> None:
    """Region, realm, tenant, domain or environment differ."""
    found = findings(login(authorize_url=authorize_url, token_url=token_url))
    assert found[0] == ("code-of-other-issuer", "likely")


HOMES = [
    ("https://accounts.google.com/o/oauth2/v2/auth", "https://oauth2.googleapis.com/token"),
    ("https://twitter.com/i/oauth2/authorize", "https://api.twitter.com/2/oauth2/token"),
    ("https://www.fitbit.com/oauth2/authorize", "https://api.fitbit.com/oauth2/token"),
    ("https://account.box.com/api/oauth2/authorize", "https://api.box.com/oauth2/token"),
    ("https://login.microsoftonline.com/common/oauth2/v2.0/authorize", "https://login.microsoftonline.com/9c2d/oauth2/v2.0/token"),
    ("https://login.salesforce.com/services/oauth2/authorize", "https://acme.my.salesforce.com/services/oauth2/token"),
    ("https://login.mypurecloud.de/oauth/authorize", "https://api.mypurecloud.de/oauth/token"),
    ("https://login.acme.example/oauth2/default/v1/authorize", "https://app.example/oauth2/default/v1/token"),
    ("https://auth.acme.example/oauth/authorize", "https://token.acme.example/oauth/token"),
    ("https://www.facebook.com/v19.0/dialog/oauth", "https://graph.facebook.com/v19.0/oauth/access_token"),
]  # fmt: skip


@pytest.mark.parametrize(("authorize_url", "token_url"), HOMES)
def test_two_hosts_of_one_server_are_no_other_issuer(authorize_url: str, token_url: str) -> None:
    """Many providers have the two endpoints on two hosts, and an api host is no authorization server."""
    found = findings(login(authorize_url=authorize_url, token_url=token_url))
    assert ("code-of-other-issuer", "likely") not in found


def test_the_first_refusal_is_the_one_to_mend() -> None:
    """The second answer is about the code, which the first attempt spent."""
    first = login(
        token={"redirect_uri": "https://app.example/cb/"},
        answer={"error": "invalid_grant", "error_description": "invalid redirect_uri"},
    )
    second = token_request(answer={"error": "invalid_grant", "error_description": "The code was already used"})
    found = findings(first + "\n" + second)
    assert {slug for slug, _ in found} == {"code-burned-by-failed-attempt", "redirect-uri-trailing-slash"}
    assert found[0][1] == "proven"


def test_a_mended_request_with_a_bare_answer_is_burned_too() -> None:
    """Some servers say invalid_grant to everything; the requests differ, so the second is not the same failure."""
    found = faults(login(token={"code_verifier": None}) + "\n" + token_request())
    assert found[0] in ("code-burned-by-failed-attempt", "verifier-missing")
    assert "code-burned-by-failed-attempt" in found


def test_the_same_request_with_the_same_answer_says_nothing_new() -> None:
    """A double call of a broken request has the fault of the request."""
    one = {"error": "invalid_grant", "error_description": "invalid redirect_uri"}
    changes: dict[str, str | None] = {"redirect_uri": "https://app.example/cb/"}
    assert faults(login(token=changes, answer=one) + "\n" + token_request(changes, answer=one)) == [
        "redirect-uri-trailing-slash"
    ]


def test_an_answer_that_asks_for_a_nonce_burns_nothing() -> None:
    """The code is still good after use_dpop_nonce."""
    transcript = login(answer={"error": "use_dpop_nonce"}) + "\n" + token_request()
    assert "code-burned-by-failed-attempt" not in faults(transcript)


def test_a_retry_after_a_lost_answer() -> None:
    """The lost answer is the cause, not the second use and not the gateway."""
    for status, body in ((504, {"message": "upstream timed out"}), (502, {"message": "bad gateway"})):
        found = findings(login(status=status, answer=body) + "\n" + token_request())
        assert found == [("token-request-retried", "likely")]


def test_another_request_after_a_lost_answer_is_no_retry() -> None:
    """A mended request is not the same request."""
    transcript = login(status=504, answer={"message": "x"}, token={"client_id": "shop"}) + "\n" + token_request()
    assert "token-request-retried" not in faults(transcript)


@pytest.mark.parametrize(
    ("token_url", "waited", "sentence", "expected"),
    [
        ("https://login.example/oauth/token", 700, "Code not valid", ("code-expired", "likely")),
        ("https://login.example/oauth/token", 700, "PKCE verification failed", ("code-expired", "likely")),
        ("https://login.example/oauth/token", 90, "The code has expired", ("code-expired", "likely")),
        ("https://login.example/oauth/token", 90, "Code not valid", ("code-not-accepted", "possible")),
        ("https://login.example/oauth/token", 1, "The code has expired", ("code-not-accepted", "possible")),
        ("https://api.twitter.com/2/oauth2/token", 45, "Code not valid", ("code-expired", "likely")),
        ("https://api.box.com/oauth2/token", 45, "Code not valid", ("code-expired", "likely")),
        (f"{KEYCLOAK}/token", 75, "Code not valid", ("code-expired", "likely")),
        (f"{KEYCLOAK}/token", 20, "Code not valid", ("code-not-accepted", "possible")),
        ("https://a.auth.eu-west-1.amazoncognito.com/oauth2/token", 320, "", ("code-expired", "likely")),
    ],
)  # fmt: skip
def test_a_code_that_waited(token_url: str, waited: int, sentence: str, expected: tuple[str, str]) -> None:
    """Longer than the provider gives it, or longer than the server that says so could mean."""
    capture = of_codes(LONG, LONG, answer=f'{{"error": "invalid_grant", "error_description": "{sentence}"}}')
    authorize, _, token = capture.messages
    authorize.url = authorize.url.replace("https://login.example/", token_url.partition("/oauth2")[0] + "/")
    token.url = token_url
    assert token.started is not None
    token.started += waited
    found = [each for each in findings_in(capture) if each[0] not in ("wrong-host", "wrong-token-path")]
    assert found[0] == expected


def test_expiry_without_times_is_possible_at_most() -> None:
    """Words alone prove nothing, and a sentence with two reasons says neither."""
    expired = {"error": "invalid_grant", "error_description": "The code has expired"}
    assert findings(login(answer=expired))[0] == ("code-expired", "possible")
    either = {"error": "invalid_grant", "error_description": "The authorization code has expired or is invalid"}
    assert "code-expired" not in faults(login(answer=either))


def test_no_finding_shows_the_code() -> None:
    """Lengths and places are told, never the value."""
    for sent in (CODE[:-2], f"{CODE}#_=_", f" {CODE}"):
        assert CODE[:-2] not in words(login(token={"code": sent}))


def test_a_code_pasted_before_the_callback_is_compared_all_the_same() -> None:
    """A post need not keep the order of the requests."""
    text = login(steps=("token",), token={"code": CODE[:-3]}) + "\n" + login(steps=("authorize", "callback"))
    assert "code-truncated" in [slug for slug, _ in findings_in(read("post.txt", text.encode()))]


def test_of_two_requests_at_once_either_may_win() -> None:
    """The second request came through and the first, which was still under way, found the code spent."""
    url, form = "https://login.example/oauth/token", {"Content-Type": "application/x-www-form-urlencoded"}
    body = token_body("code-one-11", VERIFIER)
    capture = capture_of(
        entry("GET", authorize_url("state-one-1", CHALLENGE), status=302, second=1),
        entry("GET", "https://app.example/cb?code=code-one-11&state=state-one-1", second=2),
        entry(
            "POST", url, headers=form, body=body, status=400, content='{"error": "invalid_grant"}', second=3, time=200
        ),
        entry("POST", url, headers=form, body=body, content='{"access_token": "at-0123456789"}', second=3.02, time=200),
    )
    assert findings_in(capture)[:1] == [("code-redeemed-twice", "proven")]


def test_a_second_redemption_after_a_hidden_success_is_likely() -> None:
    """The body of the first answer is not in the file; its status and the refusal of the second are."""
    form, url = {"Content-Type": "application/x-www-form-urlencoded"}, "https://login.example/oauth/token"
    body, refusal = token_body(CODE, VERIFIER, "shop"), '{"error": "invalid_grant"}'
    first = entry("POST", url, status=200, headers=form, body=body, second=3)
    second = entry("POST", url, status=400, headers=form, body=body, content=refusal, second=9)
    asked = entry("GET", authorize_url("s1", CHALLENGE, "shop"), status=302, second=1)
    came = entry("GET", f"https://app.example/cb?code={CODE}&state=s1", second=2)
    assert findings_in(capture_of(asked, came, first, second)) == [("code-redeemed-twice", "likely")]
    assert findings_in(capture_of(asked, came, first)) == []
