"""Faults of the token request as a whole: repetition, resource, shells, nonces, and a server in the wrong."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from proofkey.doctor.sources import read
from proofkey.doctor.transcript import CHALLENGE, CODE, VERIFIER, login, token_request
from tests.doctor.captures import authorize_url, capture_of, entry
from tests.doctor.faults.judged import faults, findings, findings_in, words

RIGHT = [
    ("grant_type", "authorization_code"),
    ("code", CODE),
    ("redirect_uri", "https://app.example/cb"),
    ("client_id", "shop"),
    ("code_verifier", VERIFIER),
]
MISMATCH = {"error": "invalid_grant", "error_description": "PKCE verification failed: Code mismatch"}


def with_form(pairs: list[tuple[str, str]], answer: dict[str, str] | None = None) -> str:
    """Write a login of the client `shop` with this token form."""
    return login(authorize={"client_id": "shop"}, token_body=urlencode(pairs), answer=answer)


@pytest.mark.parametrize("name", [name for name, _ in RIGHT])
@pytest.mark.parametrize("value", ["", "same", "Other-value_1234567890"])
def test_a_parameter_that_is_there_twice(name: str, value: str) -> None:
    """Equal or not, and whichever it is: the repetition is the fault, not what the second value would do."""
    again = (name, dict(RIGHT)[name] if value == "same" else value)
    for answer in (None, MISMATCH):
        assert findings(with_form([*RIGHT, again], answer)) == [("parameter-repeated", "proven")]


def test_resources_may_be_many() -> None:
    """RFC 8707 lets a client name several resources."""
    resources = [("resource", "https://one.example"), ("resource", "https://two.example")]
    assert "parameter-repeated" not in faults(with_form([*RIGHT, *resources]))


def test_a_parameter_in_the_url_and_in_the_body() -> None:
    """The server may count both."""
    transcript = login(token_url="https://login.example/oauth/token?client_id=app")
    assert ("parameter-repeated", "likely") in findings(transcript)


def test_a_repetition_at_the_start_that_was_refused() -> None:
    """Without a callback the authorization request decides."""
    url = authorize_url("s1", CHALLENGE, "shop") + "&client_id=shop"
    assert findings_in(capture_of(entry("GET", url, status=400)))[0] == ("parameter-repeated", "proven")


@pytest.mark.parametrize(
    ("asked", "wanted", "error", "expected"),
    [
        ("https://mcp.example/mcp", "https://mcp.example", "invalid_target", "likely"),
        ("https://mcp.example/mcp", "https://mcp.example/mcp/", "invalid_grant", "likely"),
        ("https://mcp.example/mcp", None, "invalid_target", "likely"),
        (None, "https://mcp.example/mcp", "invalid_target", "likely"),
        ("https://mcp.example/mcp", "https://mcp.example/mcp", "invalid_target", None),
        ("https://mcp.example/mcp", None, "invalid_grant", None),
    ],
)
def test_the_resource_of_both_steps(asked: str | None, wanted: str | None, error: str, expected: str | None) -> None:
    """Another resource is likely the cause; one that is left out only where the server says so."""
    changes: dict[str, str | None] = {"resource": asked}
    transcript = login(authorize=changes, token={"resource": wanted}, answer={"error": error})
    found = dict(findings(transcript))
    assert found.get("resource-mismatch") == expected


def test_an_audience_at_the_start_only_is_usual() -> None:
    """Auth0 takes it there; the token request need not repeat it."""
    assert "resource-mismatch" not in faults(login(authorize={"audience": "https://api.example"}))


def test_a_resource_is_not_blamed_on_the_server() -> None:
    """A PKCE sentence about a request for another resource does not come first."""
    transcript = login(
        authorize={"resource": "https://mcp.example/mcp"}, token={"resource": "https://mcp.example"}, answer=MISMATCH
    )
    assert faults(transcript)[0] == "resource-mismatch"


@pytest.mark.parametrize("left", ["\u2018", "\u201c", "\u2019"])
def test_typographic_quotes_in_a_value(left: str) -> None:
    """They come from an editor or a chat, and hide nothing from the server."""
    pairs = [(name, f"{left}{value}\u2019" if name == "code_verifier" else value) for name, value in RIGHT]
    assert findings(with_form(pairs))[0] == ("shell-mangled-parameters", "proven")


@pytest.mark.parametrize("value", ["$CODE", "${CODE}", "%CODE%"])
def test_a_variable_that_was_never_replaced(value: str) -> None:
    """In a capture the text was sent as it stands; in a post it only stands for the value."""
    form = urlencode([(name, value if name == "code" else text) for name, text in RIGHT])
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    refused = json.dumps({"error": "invalid_grant"})
    capture = capture_of(
        entry("GET", authorize_url("s1", CHALLENGE, "shop"), status=302, second=1),
        entry("GET", f"https://app.example/cb?code={CODE}&state=s1", second=2),
        entry(
            "POST",
            "https://login.example/oauth/token",
            status=400,
            headers=headers,
            body=form,
            content=refused,
            second=3,
        ),
    )
    assert findings_in(capture)[0] == ("shell-mangled-parameters", "proven")
    assert "shell-mangled-parameters" not in faults(
        f"curl https://login.example/oauth/token -d 'grant_type=authorization_code' -d 'code={value}' -d client_id=shop"
    )


def test_a_command_that_ends_at_the_ampersand() -> None:
    """Only the first parameter left; what the others would be is not missed one by one."""
    text = (
        f"curl -X POST https://login.example/oauth/token -d grant_type=authorization_code&code={CODE}&client_id=shop"
        f"&redirect_uri=https://app.example/cb&code_verifier={VERIFIER}\n\n"
        '{"error":"invalid_request","error_description":"code is missing"}\n'
    )
    found = findings(text)
    assert found[0][0] == "shell-mangled-parameters"
    assert {slug for slug, certainty in found if certainty != "possible"} == {"shell-mangled-parameters"}


def test_a_request_with_one_parameter_from_a_browser_is_no_shell() -> None:
    """A page has no shell."""
    transcript = login(token_body="grant_type=authorization_code", token_headers={"User-Agent": "Mozilla/5.0"})
    assert "shell-mangled-parameters" not in faults(transcript)


NONCE = {"error": "use_dpop_nonce", "error_description": "Authorization server requires nonce in DPoP proof"}


def test_a_nonce_that_was_answered_is_no_fault() -> None:
    """The first answer is a step of the protocol."""
    assert faults(login(answer=NONCE) + "\n" + token_request(answer={})) == []


def test_a_nonce_that_was_never_answered() -> None:
    """Once, or again and again without the nonce."""
    assert findings(login(answer=NONCE)) == [("dpop-nonce-not-retried", "proven")]
    twice = login(answer=NONCE) + "\n" + token_request(answer=NONCE)
    assert findings(twice) == [("dpop-nonce-not-retried", "proven")]
    assert "without the nonce" in words(twice)


def test_a_refusal_after_the_nonce_is_judged_for_itself() -> None:
    """The second request has a fault of its own."""
    changes: dict[str, str | None] = {"redirect_uri": "https://app.example/cb/"}
    found = faults(login(token=changes, answer=NONCE) + "\n" + token_request(changes))
    assert found == ["redirect-uri-trailing-slash"]


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": VERIFIER[:42]},
        {"redirect_uri": "https://app.example/cb/"},
        {"client_id": "another"},
        {"code": CODE[:-1]},
        {"redirect_uri": None},
    ],
)
def test_a_server_is_blamed_for_a_right_pair_only_where_nothing_else_is_wrong(changes: dict[str, str | None]) -> None:
    """The words are about PKCE in each of these."""
    assert "server-refuses-correct-pair" in faults(login(answer=MISMATCH))
    assert "server-refuses-correct-pair" not in faults(
        login(authorize={"client_id": "shop"}, token=changes, answer=MISMATCH)
    )


def test_a_right_plain_pair_that_is_refused() -> None:
    """With the method plain the two are equal, and that is right."""
    plain: dict[str, str | None] = {"code_challenge": VERIFIER, "code_challenge_method": "plain"}
    assert findings(login(authorize=plain, answer=MISMATCH))[0] == ("server-refuses-correct-pair", "likely")


def test_a_pushed_request_counts_as_the_authorization_request() -> None:
    """The challenge of a pushed request is compared like any other."""
    pushed = urlencode(
        {
            "response_type": "code",
            "client_id": "shop",
            "redirect_uri": "https://app.example/cb",
            "state": "s1",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
    )
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    reference = "urn:ietf:params:oauth:request_uri:abc"
    form = urlencode([(name, f"{value}/" if name == "redirect_uri" else value) for name, value in RIGHT])
    created = json.dumps({"request_uri": reference, "expires_in": 60})
    capture = capture_of(
        entry("POST", "https://login.example/par", status=201, headers=headers, body=pushed, content=created, second=1),
        entry("GET", f"https://login.example/authorize?client_id=shop&request_uri={reference}", status=302, second=2),
        entry("GET", f"https://app.example/cb?code={CODE}&state=s1", second=3),
        entry(
            "POST",
            "https://login.example/token",
            status=400,
            headers=headers,
            body=form,
            content='{"error": "invalid_grant"}',
            second=4,
        ),
    )
    assert findings_in(capture) == [("redirect-uri-trailing-slash", "proven")]


def test_nothing_is_said_of_a_text_that_shows_no_request() -> None:
    """A post with an error alone gives no finding of these."""
    found = findings_in(read("post.txt", b"My login fails with invalid_grant: PKCE verification failed. Help!"))
    assert [slug for slug, certainty in found if certainty == "proven"] == []
