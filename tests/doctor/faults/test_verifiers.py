"""Faults of the verifier and their neighbours."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode

import pytest

from proofkey.doctor.diagnose import diagnose
from proofkey.doctor.pkce import s256
from proofkey.doctor.sources import read
from proofkey.doctor.transcript import CHALLENGE, CODE, STATE, VERIFIER, login, request, response
from tests.doctor.captures import authorize_url, capture_of, entry, token_body
from tests.doctor.faults.judged import (
    OTHER_CHALLENGE,
    STRANGE_VERIFIER,
    callback,
    faults,
    findings,
    findings_in,
    other_authorization,
    words,
)

BY_PROVIDER = ("verifier-character-refused-by-provider", "likely")
MISLEADING = {"error": "invalid_grant", "error_description": "The authorization code has expired or was already used."}


def with_verifier(verifier: str, **more: object) -> str:
    """Write a login whose challenge is the S256 of this verifier."""
    return login(authorize={"code_challenge": s256(verifier)}, token={"code_verifier": verifier}, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["null", "undefined", "", "None", "[object Object]", "NaN", "Undefined", '"null"', "nil"]
)
def test_the_text_of_a_missing_value_is_no_verifier(text: str) -> None:
    """Whatever a language prints for nothing is named as such and as nothing else, also where the words mislead."""
    assert findings(login(token={"code_verifier": text})) == [("verifier-is-null-text", "proven")]
    assert findings(login(token={"code_verifier": text}, answer=MISLEADING)) == [("verifier-is-null-text", "proven")]


def test_a_missing_value_without_a_challenge_is_still_a_missing_value() -> None:
    """The client that sends the word null has not sent a verifier."""
    transcript = login(
        authorize={"code_challenge": None, "code_challenge_method": None}, token={"code_verifier": "undefined"}
    )
    assert faults(transcript)[0] == "verifier-is-null-text"


@pytest.mark.parametrize(
    "name", ["codeVerifier", "verifier", "code-verifier", "pkce_verifier", "code_verifer", "anything"]
)
def test_a_verifier_that_fits_is_found_under_any_name(name: str) -> None:
    """The value fits the challenge, so its name is the fault, and not that there is none."""
    assert findings(login(token={"code_verifier": None, name: VERIFIER})) == [("verifier-misnamed", "proven")]


def test_an_empty_verifier_beside_the_misnamed_one() -> None:
    """A library adds the right name without a value."""
    assert faults(login(token={"code_verifier": "", "codeVerifier": VERIFIER}))[0] == "verifier-misnamed"


def test_a_stranger_under_another_name_does_not_fit() -> None:
    """A parameter that has nothing to do with the challenge leaves the verifier missing."""
    assert faults(login(token={"code_verifier": None, "device_id": STRANGE_VERIFIER}))[0] == "verifier-missing"


@pytest.mark.parametrize("length", [1, 21, 32, 36, 42])
def test_a_short_verifier_that_fits_is_only_short(length: int) -> None:
    """The pair fits, so nothing is said about the pair, whatever the server says."""
    verifier = (VERIFIER * 2)[:length]
    assert findings(with_verifier(verifier)) == [("verifier-too-short", "proven")]
    mismatch = {"error": "invalid_grant", "error_description": "PKCE verification failed: Code mismatch"}
    assert findings(with_verifier(verifier, answer=mismatch)) == [("verifier-too-short", "proven")]


@pytest.mark.parametrize("length", [129, 171, 500])
def test_a_long_verifier_that_fits_is_only_long(length: int) -> None:
    """More than 128 characters are too many."""
    assert findings(with_verifier((VERIFIER * 12)[:length])) == [("verifier-too-long", "proven")]


@pytest.mark.parametrize("length", [43, 44, 64, 128])
def test_a_legal_length_is_no_fault(length: int) -> None:
    """43 and 128 are legal themselves."""
    found = faults(with_verifier((VERIFIER * 3)[:length]))
    assert found == ["code-not-accepted"]


@pytest.mark.parametrize(
    "verifier", [b64encode(bytes(range(180, 212))).decode(), VERIFIER + "!", "é" * 43, VERIFIER + ":"]
)
def test_illegal_characters_are_named_even_where_the_pair_fits(verifier: str) -> None:
    """A pair over an illegal verifier is computed right and refused all the same."""
    assert findings(with_verifier(verifier)) == [("verifier-illegal-characters", "proven")]


def test_a_raw_plus_reads_as_a_space() -> None:
    """Standard base64, written into the form without encoding: the server hashes a space."""
    verifier = "rf6zjwTzTMqKxomz88MY+8+w3+fwj4BlL9XPk1BQvEcA"
    body = token_body(CODE).replace("v" * 43, verifier).replace("code_verifier=", "code_verifier=", 1)
    transcript = login(authorize={"code_challenge": s256(verifier)}, token_body=body)
    assert findings(transcript)[0] == ("verifier-illegal-characters", "proven")
    assert "raw '+'" in words(transcript)


@pytest.mark.parametrize("quoted", ['"{}"', "'{}'", "`{}`", '\\"{}\\"'])
def test_quotes_around_the_verifier_are_more_than_illegal_characters(quoted: str) -> None:
    """The quotes are named, and what they make illegal or unrelated is not."""
    assert findings(login(token={"code_verifier": quoted.format(VERIFIER)})) == [("verifier-quoted", "proven")]


def test_quotes_that_were_hashed_too() -> None:
    """The pair fits with the quotes in it; they are the fault all the same."""
    assert faults(with_verifier(f'"{VERIFIER}"')) == ["verifier-quoted"]


@pytest.mark.parametrize(
    "again",
    [
        urlsafe_b64encode(VERIFIER.encode()).decode().rstrip("="),
        urlsafe_b64encode(VERIFIER.encode()).decode(),
        b64encode(VERIFIER.encode()).decode(),
    ],
)
def test_a_verifier_that_was_encoded_once_more(again: str) -> None:
    """Decoded it is a legal verifier that fits, so the challenge is not to blame."""
    assert findings(login(token={"code_verifier": again}))[0] == ("verifier-encoded-again", "proven")
    assert "challenge-hash-of-decoded-bytes" not in faults(login(token={"code_verifier": again}))


def test_a_long_verifier_encoded_again_is_not_called_too_long() -> None:
    """128 characters become 171: the encoding is the cause."""
    verifier = (VERIFIER * 3)[:128]
    again = urlsafe_b64encode(verifier.encode()).decode().rstrip("=")
    transcript = login(authorize={"code_challenge": s256(verifier)}, token={"code_verifier": again})
    assert findings(transcript) == [("verifier-encoded-again", "proven")]


@pytest.mark.parametrize("name", ["state", "nonce"])
def test_another_value_of_the_login_as_verifier(name: str) -> None:
    """State and nonce are told from a stranger, short or long."""
    for value in ("af0ifjsldkjJ2fK3", STRANGE_VERIFIER):
        changes: dict[str, str | None] = {name: value}
        back = {"state": value} if name == "state" else None
        transcript = login(authorize=changes, callback=back, token={"code_verifier": value})
        assert findings(transcript) == [("verifier-is-other-value", "proven")]


@pytest.mark.parametrize("sent", [bytes(range(40, 72)).hex(), ",".join(map(str, range(40, 72)))])
def test_the_random_value_before_its_encoding(sent: str) -> None:
    """The bytes were sent in one spelling and hashed in another."""
    challenge = s256(urlsafe_b64encode(bytes(range(40, 72))).decode().rstrip("="))
    transcript = login(authorize={"code_challenge": challenge}, token={"code_verifier": sent})
    assert findings(transcript) == [("verifier-is-other-value", "proven")]


def test_the_code_as_verifier() -> None:
    """The code of the same request was put into both fields."""
    assert faults(login(token={"code_verifier": CODE}))[0] == "verifier-is-other-value"


def test_a_plain_pair_is_no_other_value() -> None:
    """Where one random value serves as state and as a plain verifier, the pair fits."""
    changes = {"code_challenge": STRANGE_VERIFIER, "code_challenge_method": "plain", "state": STRANGE_VERIFIER}
    transcript = login(
        authorize=changes, callback={"state": STRANGE_VERIFIER}, token={"code_verifier": STRANGE_VERIFIER}
    )
    assert "verifier-is-other-value" not in faults(transcript)


def test_two_tabs_that_share_one_slot() -> None:
    """The login of the first tab sends the verifier of the second."""
    transcript = (
        login(authorize={"code_challenge": OTHER_CHALLENGE}, steps=("authorize",))
        + "\n"
        + other_authorization(challenge=CHALLENGE)
        + callback(CODE, STATE)
        + "\n"
        + login(steps=("token",))
    )
    assert findings(transcript) == [("verifier-matches-other-request", "proven")]


def test_two_renewals_that_swap_their_verifiers() -> None:
    """Each login sends the verifier of the other: two findings, one for each."""
    one, two = VERIFIER, STRANGE_VERIFIER
    host = "https://login.example/oauth/token"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    refused = json.dumps({"error": "invalid_grant", "error_description": "Code not valid"})
    found = findings_in(
        capture_of(
            entry("GET", authorize_url("s1", s256(one), "shop"), status=302, second=1),
            entry("GET", authorize_url("s2", s256(two), "shop"), status=302, second=2),
            entry("GET", "https://app.example/cb?code=codeOfOne1&state=s1", second=3),
            entry("GET", "https://app.example/cb?code=codeOfTwo2&state=s2", second=4),
            entry(
                "POST",
                host,
                status=400,
                headers=form,
                body=token_body("codeOfOne1", two, "shop"),
                content=refused,
                second=5,
            ),
            entry(
                "POST",
                host,
                status=400,
                headers=form,
                body=token_body("codeOfTwo2", one, "shop"),
                content=refused,
                second=6,
            ),
        )
    )
    assert found == [("verifier-matches-other-request", "proven")] * 2


def test_an_other_login_that_fits_nothing_leaves_the_pair_unrelated() -> None:
    """Other logins in the capture are no reason by themselves."""
    transcript = other_authorization(challenge=OTHER_CHALLENGE) + login(token={"code_verifier": STRANGE_VERIFIER})
    assert faults(transcript)[0] == "verifier-unrelated"


def test_no_challenge_at_the_start() -> None:
    """A verifier without a challenge is proven, whatever the server says and whatever its form."""
    without = {"code_challenge": None, "code_challenge_method": None}
    assert findings(login(authorize=without))[0] == ("verifier-without-challenge", "proven")
    assert findings(login(authorize=without, answer=MISLEADING))[0] == ("verifier-without-challenge", "proven")
    assert faults(login(authorize=without, token={"code_verifier": "short"}))[0] == "verifier-without-challenge"


def test_a_login_page_that_drops_the_challenge() -> None:
    """The last hop is the one that the server acts on."""
    first = "https://login.example/oauth/authorize?response_type=code&client_id=shop&state=s1"
    rest = "&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&scope=openid"
    whole = f"{first}{rest}&code_challenge={CHALLENGE}&code_challenge_method=S256"
    page = f"https://login.example/signin?client_id=shop&state=s1{rest}"
    transcript = "\n".join(
        [
            request("GET", whole) + response(302, {"Location": page}),
            request("GET", page) + response(302, {"Location": first + rest}),
            request("GET", first + rest) + response(302, {"Location": f"https://app.example/cb?code={CODE}&state=s1"}),
            callback(CODE, "s1"),
            login(steps=("token",), token={"client_id": "shop"}),
        ]
    )
    assert findings(transcript)[0] == ("verifier-without-challenge", "proven")
    assert "dropped" in words(transcript)


def test_an_unresolved_request_uri_may_hide_the_challenge() -> None:
    """Parameters that were pushed out of sight are not absent."""
    hidden = dict.fromkeys(("code_challenge", "code_challenge_method", "redirect_uri", "scope", "state"))
    transcript = login(authorize={**hidden, "request_uri": "urn:ietf:params:oauth:request_uri:abc"})
    assert "verifier-without-challenge" not in faults(transcript)


@pytest.mark.parametrize(
    ("host", "path", "sentence", "expected"),
    [
        ("login.salesforce.com", "/services/oauth2", "invalid code verifier", BY_PROVIDER),
        ("acme.my.salesforce.com", "/services/oauth2", "invalid code verifier", BY_PROVIDER),
        ("login.acme.example", "/services/oauth2", "invalid code verifier", BY_PROVIDER),
        ("login.acme.example", "/oauth", "Unable to decode code_verifier", BY_PROVIDER),
        ("login.acme.example", "/oauth", "PKCE verification failed", ("server-refuses-correct-pair", "likely")),
    ],
)  # fmt: skip
def test_a_legal_tilde_that_a_provider_refuses(host: str, path: str, sentence: str, expected: tuple[str, str]) -> None:
    """The provider or its words must speak for it; elsewhere a right pair that is refused stays that."""
    answer = {"error": "invalid_grant", "error_description": sentence}
    urls = {"authorize_url": f"https://{host}{path}/authorize", "token_url": f"https://{host}{path}/token"}
    transcript = with_verifier("dBjftJeZ4CVP~mB92K27uhbUJU1p1r~wW1gFWFOEjXk", answer=answer, **urls)
    assert findings(transcript)[0] == expected


def test_a_tilde_that_was_accepted_is_no_fault() -> None:
    """Healthy logins may have any legal character."""
    assert faults(with_verifier("dBjftJeZ4CVP~mB92K27uhbUJU1p1r~wW1gFWFOEjXk", answer={})) == []


def test_a_right_pair_is_not_blamed_on_the_server_beside_another_fault() -> None:
    """A PKCE sentence about a request with another redirect_uri does not make the server wrong."""
    answer = {"error": "invalid_grant", "error_description": "PKCE verification failed"}
    found = faults(login(token={"redirect_uri": "https://app.example/elsewhere"}, answer=answer))
    assert found == ["redirect-uri-differs"]


def test_no_finding_shows_the_verifier() -> None:
    """Lengths and places are told, never the value."""
    for verifier in (f'"{VERIFIER}"', VERIFIER[:30], VERIFIER + "+/=", STRANGE_VERIFIER):
        assert verifier.strip('"') not in words(login(token={"code_verifier": verifier}))


def test_a_placeholder_of_an_example_is_not_judged() -> None:
    """A post that says YOUR_VERIFIER shows nothing about the verifier that was sent."""
    text = f"""
curl -X POST https://login.example/oauth/token -d 'grant_type=authorization_code' -d 'code={CODE}' \\
  -d 'client_id=shop' -d 'redirect_uri=https://app.example/cb' -d 'code_verifier=YOUR_CODE_VERIFIER'
"""
    assert "verifier-is-null-text" not in [slug for slug, _ in findings_in(read("post.txt", text.encode()))]


def test_a_server_that_asks_for_the_verifier_shows_that_there_was_a_challenge() -> None:
    """The authorization request is not in the capture; request and answer together make it likely."""
    asked = {"error": "invalid_grant", "error_description": "PKCE code verifier not specified"}
    whole = login(token={"code_verifier": None}, answer=asked)
    alone = whole[whole.index("POST ") :]
    assert findings(alone) == [("verifier-missing", "likely")]
    assert findings(alone.replace("PKCE code verifier not specified", "Code not valid"))[0][0] != "verifier-missing"


CURL = (
    "curl -X POST https://login.example/oauth/token -d grant_type=authorization_code -d code=SplxlOBeZQQYbYS6WxSbIA"
    " -d client_id=spa -d redirect_uri=https://app.example/cb"
)


@pytest.mark.parametrize("answer", ["", '\n{"error":"invalid_grant"}', "\n\n400\n", '\n{"error":"invalid_request"}'])
def test_a_lone_token_request_without_a_verifier_is_told_what_decides(answer: str) -> None:
    """No more than possible: the login may have begun without a challenge. The report says what to give next."""
    assert findings(CURL + answer)[0] == ("verifier-missing", "possible")
    told = diagnose(read("", (CURL + answer).encode())).findings[0].finding
    assert "/authorize" in told.fix
    assert ("what the server answered" in told.fix) is (not answer)


@pytest.mark.parametrize(
    "text",
    [
        f"{CURL} -d client_secret=s3cr3t-of-the-app",
        f"{CURL} -u spa:s3cr3t-of-the-app",
        f"{CURL} -d code_verifier={VERIFIER}",
        CURL.replace("authorization_code", "refresh_token"),
        f'{CURL}\n{{"error":"invalid_grant","error_description":"Code not valid"}}',
        f'{CURL}\n{{"error":"invalid_client"}}',
        f'{CURL}\n{{"access_token":"2YotnFZFEjr1zCsicMWpAA","token_type":"Bearer"}}',
    ],
)
def test_a_lone_token_request_that_needs_none_is_not_suspected(text: str) -> None:
    """A client with a secret may go without PKCE, and a server that names another reason is believed."""
    assert "verifier-missing" not in [slug for slug, _ in findings(text)]


def alone(description: str, verifier: str = VERIFIER) -> str:
    """Write a token request by itself, with the server's answer."""
    refused = {"error": "invalid_grant", "error_description": description}
    return login(steps=("token",), token={"code_verifier": verifier}, answer=refused)


@pytest.mark.parametrize(
    "description", ["Invalid code verifier", "PKCE verification failed: Code mismatch", "code_verifier was incorrect"]
)
def test_words_about_a_verifier_beside_a_lone_request_put_it_first(description: str) -> None:
    """Its form is right and its challenge is not shown: the pair is suspected, and age is not spoken of."""
    assert findings(alone(description)) == [("verifier-unrelated", "possible")]
    assert "too old" not in words(alone(description))
    assert "address with which the login began" in words(alone(description))


def test_a_lone_verifier_of_a_wrong_form_needs_no_suspicion() -> None:
    """What can be proven is proven."""
    assert faults(alone("Invalid code verifier", "short"))[0] == "verifier-too-short"


def test_other_words_beside_a_lone_request_suspect_no_verifier() -> None:
    """A sentence that lists all reasons is about none; the report says what could not be compared."""
    every = "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI"
    for description in ("Code not valid", every):
        assert findings(alone(description)) == [("code-not-accepted", "possible")]
        assert "could not be compared" in words(alone(description))


def test_words_about_a_redirect_uri_beside_a_lone_request_suspect_it() -> None:
    """The value that was sent is shown, and what it has to equal is asked for."""
    assert findings(alone("Incorrect redirect_uri")) == [("redirect-uri-differs", "possible")]
    assert "https://app.example/cb" in words(alone("Incorrect redirect_uri"))
