"""Faults of the form of a token request: media type, place, method, grant type, client id."""

from __future__ import annotations

from typing import Any

import pytest

from proofkey.doctor.transcript import CODE, VERIFIER, login
from tests.doctor.captures import authorize_url, capture_of, entry, token_body
from tests.doctor.faults.judged import findings, findings_in

FORM = "application/x-www-form-urlencoded"
JSON = (
    f'{{"grant_type":"authorization_code","code":"{CODE}","redirect_uri":"https://app.example/cb",'
    f'"client_id":"shop","code_verifier":"{VERIFIER}"}}'
)
EXPIRED = {"error": "invalid_grant", "error_description": "The authorization code has expired or was already used."}


def recorded(**token: Any) -> list[tuple[str, str]]:
    """Judge a HAR file of a login whose token request is described."""
    url = authorize_url("s1", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "shop")
    token = {"content": '{"error": "invalid_grant"}', "status": 400, **token}
    return findings_in(
        capture_of(
            entry("GET", url, status=302, second=1),
            entry("GET", f"https://app.example/cb?code={CODE}&state=s1", second=2, headers={"Cookie": "a=b"}),
            entry(
                token.pop("method", "POST"), token.pop("url", "https://login.example/oauth/token"), second=3, **token
            ),
        )
    )


def body(**changes: str | None) -> str:
    """Write the form with some parameters changed (None: left out)."""
    fields = [field.partition("=") for field in token_body(CODE, VERIFIER, "shop").split("&")]
    kept = {name: value for name, _, value in fields} | changes
    return "&".join(f"{name}={value}" for name, value in kept.items() if value is not None)


@pytest.mark.parametrize("words", [EXPIRED, {"error": "invalid_client"}, {"error": "server_error"}])
def test_json_under_the_form_type_is_proven_whatever_the_server_says(words: dict[str, str]) -> None:
    """Header and body contradict each other; the words do not matter."""
    asked = {"client_id": "shop"}
    assert findings(login(authorize=asked, token_body=JSON, answer=words)) == [("token-body-json-as-form", "proven")]


def test_json_that_a_form_builder_took_for_a_name() -> None:
    """`new URLSearchParams(JSON.stringify(params))` makes one parameter of it."""
    escaped = JSON.replace("{", "%7B").replace('"', "%22").replace("}", "%7D").replace(":", "%3A").replace(",", "%2C")
    assert recorded(headers={"Content-Type": FORM}, body=f"{escaped}=") == [("token-body-json-as-form", "proven")]


def test_a_multipart_body_under_a_header_set_by_hand() -> None:
    """Parts stay parts."""
    parts = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in (("grant_type", "authorization_code"), ("code", CODE), ("client_id", "shop"))
    )
    assert recorded(headers={"Content-Type": FORM}, body=f"{parts}--x--")[0] == ("token-body-multipart", "proven")


def test_a_multipart_header_is_enough_where_the_body_was_not_recorded() -> None:
    """Chrome leaves multipart bodies out."""
    assert recorded(headers={"Content-Type": "multipart/form-data; boundary=x"}) == [("token-body-multipart", "proven")]


@pytest.mark.parametrize(
    "kind",
    ["text/plain;charset=UTF-8", "application/json", "application/x-www-form-urlencode", "", "multipart/form-data"],
)
def test_a_form_under_another_type(kind: str) -> None:
    """The body is right and the header is not."""
    assert recorded(headers={"Content-Type": kind, "Accept": "*/*"}, body=body()) == [
        ("token-content-type-wrong", "proven")
    ]


@pytest.mark.parametrize("kind", [FORM, f"{FORM};charset=UTF-8", "Application/X-WWW-Form-URLencoded; charset=utf-8"])
def test_the_form_type_in_any_spelling_is_right(kind: str) -> None:
    """Media types have no case and may have parameters."""
    assert "token-content-type-wrong" not in dict(recorded(headers={"Content-Type": kind}, body=body()))


def test_headers_that_were_not_recorded_prove_nothing() -> None:
    """No header at all is no missing Content-Type."""
    capture = recorded(body=body())
    assert "token-content-type-wrong" not in dict(capture) or dict(capture)["token-content-type-wrong"] != "proven"


def test_parameters_in_the_url_of_a_post_without_a_recorded_body() -> None:
    """The tool wrote no body down, and all parameters are in the URL."""
    found = recorded(url=f"https://login.example/oauth/token?{body()}", headers={"Accept": "*/*"})
    assert found == [("token-params-in-query", "proven")]


def test_one_parameter_in_the_url_and_the_rest_in_the_body() -> None:
    """The server finds no grant_type in the body."""
    url = "https://login.example/oauth/token?grant_type=authorization_code"
    assert recorded(url=url, headers={"Content-Type": FORM}, body=body(grant_type=None)) == [
        ("token-params-in-query", "proven")
    ]


def test_a_policy_in_the_token_url_is_legal() -> None:
    """Azure AD B2C names its policy in the query."""
    url = "https://login.example/oauth/token?p=b2c_1_signin"
    assert recorded(url=url, headers={"Content-Type": FORM}, body=body()) == [("code-not-accepted", "possible")]


def test_a_get_is_not_called_parameters_in_the_query() -> None:
    """The method is the cause."""
    assert recorded(method="GET", url=f"https://login.example/oauth/token?{body()}", status=405) == [
        ("token-request-get", "proven")
    ]


def test_a_get_that_a_redirect_made_is_the_redirects_fault() -> None:
    """A 301 turns the POST into a GET."""
    url = authorize_url("s1", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "shop")
    found = findings_in(
        capture_of(
            entry("GET", url, status=302, second=1),
            entry("GET", f"https://app.example/cb?code={CODE}&state=s1", second=2),
            entry(
                "POST",
                "https://login.example/oauth/token/",
                status=301,
                headers={"Content-Type": FORM},
                answer_headers={"Location": "/oauth/token"},
                body=body(),
                second=3,
            ),
            entry("GET", "https://login.example/oauth/token", status=405, second=4),
        )
    )
    assert found == [("token-request-redirected", "proven")]


def test_a_redirect_that_keeps_the_method_is_no_fault() -> None:
    """308 repeats the POST; the second request is the one to judge."""
    url = authorize_url("s1", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "shop")
    target = "https://login.example/oauth/token"
    post: dict[str, Any] = {"headers": {"Content-Type": FORM}, "body": body()}
    found = findings_in(
        capture_of(
            entry("GET", url, status=302, second=1),
            entry("GET", f"https://app.example/cb?code={CODE}&state=s1", second=2),
            entry("POST", f"{target}/", status=308, answer_headers={"Location": target}, second=3, **post),
            entry("POST", target, content='{"access_token": "a1b2c3", "token_type": "Bearer"}', second=4, **post),
        )
    )
    assert found == []


@pytest.mark.parametrize(
    "grant", ["authorization_code%0D%0A", "authorization_code+", "authorization-code", "code", "", "client_credentials"]
)
def test_a_grant_type_is_compared_to_the_letter(grant: str) -> None:
    """Invisible characters count."""
    assert recorded(headers={"Content-Type": FORM}, body=body(grant_type=grant)) == [("grant-type-wrong", "proven")]


def test_a_misnamed_grant_type_is_a_missing_one() -> None:
    """The name that was used is said."""
    changed = body(grant_type=None, grantType="authorization_code")
    assert recorded(headers={"Content-Type": FORM}, body=changed) == [("grant-type-wrong", "proven")]


@pytest.mark.parametrize("value", [None, "", "undefined"])
def test_a_client_id_that_says_nothing(value: str | None) -> None:
    """Left out, empty, or the text of a missing value: the server cannot tell whose code it is."""
    sent = body(client_id=value)
    assert recorded(headers={"Content-Type": FORM}, body=sent, status=401) == [("client-id-missing", "proven")]


def test_a_basic_header_names_the_client() -> None:
    """A confidential client may leave client_id out of the body."""
    headers = {"Content-Type": FORM, "Authorization": "Basic c2hvcDpzM2NyM3RzM2NyM3Q="}
    assert recorded(headers=headers, body=body(client_id=None)) == [("code-not-accepted", "possible")]


def test_an_assertion_names_the_client() -> None:
    """So does private_key_jwt (RFC 7523 3)."""
    sent = body(client_id=None) + "&client_assertion=a.b.c&client_assertion_type=urn%3Aietf"
    assert recorded(headers={"Content-Type": FORM}, body=sent) == [("code-not-accepted", "possible")]
