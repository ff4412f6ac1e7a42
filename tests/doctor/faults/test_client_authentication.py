"""Faults of client authentication, and what they must not be taken for."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from proofkey.doctor.transcript import login
from tests.doctor.faults.judged import findings, words

ID = "0oaRFvv2B0n6cKQQfMjr"
SECRET = "kJ8sdf87sdfJHsdf2Lw"
FAILED = {"error": "invalid_client", "error_description": "Client authentication failed"}
AUTH0 = {"error": "access_denied", "error_description": "Unauthorized"}


def of_client(secret: str | None = None, basic: str | None = None, **more: Any) -> str:
    """Write a refused login of a client that sends these credentials."""
    token = {"client_id": ID, **({"client_secret": secret} if secret is not None else {}), **more.pop("token", {})}
    headers = {"Authorization": f"Basic {b64encode(basic.encode()).decode()}"} if basic is not None else {}
    return login(
        authorize={"client_id": ID, **more.pop("authorize", {})},
        token=token,
        token_headers={**headers, **more.pop("token_headers", {})},
        **{"status": 401, "answer": FAILED, **more},
    )


def registered(method: str) -> str:
    """Write a registration."""
    return f'{{"client_id": "{ID}", "token_endpoint_auth_method": "{method}"}}'


@pytest.mark.parametrize("answer", [FAILED, AUTH0, {"error": "invalid_client"}])
def test_no_credentials_or_wrong_ones(answer: dict[str, str]) -> None:
    """The same answer means a missing secret or a wrong one; the request tells which."""
    assert findings(of_client(answer=answer)) == [("secret-missing", "likely")]
    assert findings(of_client(SECRET, answer=answer)) == [("client-secret-wrong", "likely")]
    assert findings(of_client(None, f"{ID}:{SECRET}", answer=answer)) == [("client-secret-wrong", "likely")]


def test_words_about_the_code_accuse_no_secret() -> None:
    """An invalid_grant comes after client authentication."""
    refused = {"error": "invalid_grant", "error_description": "Code not valid"}
    assert findings(of_client(SECRET, status=400, answer=refused)) == [("code-not-accepted", "possible")]


def test_a_registered_secret_that_is_not_sent_outweighs_the_words() -> None:
    """Servers that use one sentence for everything."""
    refused = {"error": "invalid_grant", "error_description": "grant request is invalid"}
    found = findings(of_client(status=400, answer=refused), registered("client_secret_basic"))
    assert found == [("secret-missing", "likely")]


def test_an_unknown_client_is_no_wrong_secret() -> None:
    """The server does not get as far as the secret."""
    answer = {"error": "invalid_client", "error_description": "client not found"}
    assert "client-secret-wrong" not in dict(findings(of_client(SECRET, answer=answer)))


def test_without_pkce_the_same_answer_may_mean_that_pkce_is_wanted() -> None:
    """Spring refuses a public client without a challenge like this."""
    plain: dict[str, Any] = {"code_challenge": None, "code_challenge_method": None}
    found = dict(findings(of_client(authorize=plain, token={"code_verifier": None})))
    assert found.get("secret-missing") != "likely"


@pytest.mark.parametrize(
    ("secret", "basic"), [("", None), ("undefined", None), (None, f"{ID}:"), (None, f"{ID}:null"), ("None", None)]
)
def test_an_empty_secret(secret: str | None, basic: str | None) -> None:
    """In the body or in the header, empty or the text of a missing value."""
    assert findings(of_client(secret, basic)) == [("secret-empty", "proven")]


def test_an_empty_secret_that_the_server_took_is_no_fault() -> None:
    """A public client with a Basic header of its id alone: odd, and it works."""
    assert findings(of_client(None, f"{ID}:", status=200, answer={})) == []


def test_two_methods_at_once() -> None:
    """Header and body; whatever the server calls it."""
    assert findings(of_client(SECRET, f"{ID}:{SECRET}")) == [("two-client-authentications", "proven")]
    assert findings(of_client("", f"{ID}:{SECRET}")) == [("two-client-authentications", "proven")]


@pytest.mark.parametrize(
    ("method", "secret", "basic", "expected"),
    [
        ("client_secret_post", None, f"{ID}:{SECRET}", "wrong-client-auth-method"),
        ("client_secret_basic", SECRET, None, "wrong-client-auth-method"),
        ("private_key_jwt", SECRET, None, "wrong-client-auth-method"),
        ("client_secret_basic", None, f"{ID}:{SECRET}", "client-secret-wrong"),
        ("client_secret_post", SECRET, None, "client-secret-wrong"),
        ("none", SECRET, None, "secret-in-public-client"),
        ("none", None, f"{ID}:{SECRET}", "secret-in-public-client"),
    ],
)
def test_the_method_against_the_registration(method: str, secret: str | None, basic: str | None, expected: str) -> None:
    """What is registered decides what the same request is called."""
    assert findings(of_client(secret, basic), registered(method))[0][0] == expected


@pytest.mark.parametrize("secret", ["q4KV+b", "q4%2FK", "a b c d", "pass%wort", "gr\u00fc\u00dfe123"])
def test_reserved_characters_in_a_basic_header(secret: str) -> None:
    """With these the two readings differ."""
    assert findings(of_client(None, f"{ID}:{secret}")) == [("basic-credentials-badly-encoded", "likely")]


@pytest.mark.parametrize("secret", ["abc/def=", "a:b:c-d", "a~b!c"])
def test_characters_that_decode_to_themselves(secret: str) -> None:
    """Form decoding leaves them alone, so the secret itself is in doubt."""
    assert findings(of_client(None, f"{ID}:{secret}")) == [("client-secret-wrong", "likely")]


def test_a_header_that_is_no_base64() -> None:
    """Id and secret were written into the header as they are."""
    found = findings(of_client(token_headers={"Authorization": f"Basic {ID}:{SECRET}"}, token={"client_id": None}))
    assert found == [("basic-credentials-badly-encoded", "likely")]


@pytest.mark.parametrize(
    "value", [f" {SECRET}", f"{SECRET}\n", f'"{SECRET}"', f"('{SECRET}',)", f"['{SECRET}']", f"\ufeff{SECRET}"]
)
def test_something_around_the_secret(value: str) -> None:
    """Blank, line break, quotes, a printed tuple or list, a byte order mark."""
    assert findings(of_client(value)) == [("client-credentials-malformed", "proven")]


def test_a_line_break_inside_the_basic_header() -> None:
    """`echo` without -n before base64."""
    assert findings(of_client(None, f"{ID}:{SECRET}\n")) == [("client-credentials-malformed", "proven")]


def test_a_bare_plus_in_the_body() -> None:
    """The form decoder makes a space of it; percent-encoded it stays a plus."""
    text = of_client("a+b4567890")
    assert findings(text.replace("a%2Bb4567890", "a+b4567890")) == [("secret-plus-became-space", "proven")]
    assert findings(text) == [("client-secret-wrong", "likely")]


def test_an_x_client_that_calls_itself_confidential() -> None:
    """The id decodes to a text that ends in ':ci'."""
    client = b64encode(b"VGhpc0lzQW5FeGFtcGxl:1:ci").decode()
    text = login(
        authorize_url="https://x.com/i/oauth2/authorize",
        token_url="https://api.x.com/2/oauth2/token",
        authorize={"client_id": client},
        token={"client_id": client},
        status=401,
        answer={"error": "unauthorized_client", "error_description": "Missing valid authorization header"},
    )
    assert findings(text) == [("provider-requires-secret", "likely")]


@pytest.mark.parametrize(
    "text",
    [
        of_client(SECRET),
        of_client(SECRET, f"{ID}:{SECRET}"),
        of_client(None, f"{ID}:{SECRET}\n"),
        of_client(f'"{SECRET}"'),
        of_client(f"{SECRET[:8]}+{SECRET[8:]}").replace("%2B", "+"),
    ],
)
def test_no_secret_is_shown(text: str) -> None:
    """Lengths and places, never the value."""
    assert SECRET[:8] not in words(text)


@pytest.mark.parametrize(
    "odd", [of_client, lambda **more: of_client("", **more), lambda **more: of_client(SECRET, f"{ID}:{SECRET}", **more)]
)
def test_a_server_that_took_the_client_refuses_something_else(odd: Any) -> None:
    """A refused code with a flaw that shows is not blamed on how the client authenticates (RFC 6749 5.2)."""
    refused = {"status": 400, "answer": {"error": "invalid_grant"}}
    assert findings(odd(token={"redirect_uri": "https://app.example/cb/"}, **refused)) == [
        ("redirect-uri-trailing-slash", "proven")
    ]


def test_a_token_endpoint_on_another_host_of_the_provider() -> None:
    """X asks at x.com and redeems at api.x.com."""
    transcript = login(
        authorize_url="https://x.com/i/oauth2/authorize",
        token_url="https://api.x.com/2/oauth2/token",
        answer={"error": "invalid_request"},
    )
    assert "wrong-host" not in [slug for slug, _ in findings(transcript)]
