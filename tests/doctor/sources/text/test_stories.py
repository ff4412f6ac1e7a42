"""What the asker did names the cause, where an error that it leads to is told of as well."""

# ruff: noqa: E501  (what people write stays in one line)

from __future__ import annotations

import pytest

from proofkey.doctor.sources.text import read_text
from tests.doctor.asking import first_finding

TOLD = {
    "In dev the callback component calls exchange in useEffect; first response 200, then second with same code -> "
    '{"error":"invalid_grant","error_description":"Code not valid"}. Is Keycloak slow?': "code-redeemed-twice",
    "After login I land at /callback?code=... and all works; when the user presses refresh (F5) on that page I get "
    "invalid_grant: authorization code has been used.": "callback-replayed",
    "Rotation is on. Two tabs at the same time POST grant_type=refresh_token with the same refresh_token; first 200 and "
    'next 403 {"error":"invalid_grant","error_description":"Unknown or invalid refresh token."}': "refresh-token-reused",
    "automaticSilentRenew in an iframe. In Safari we get login_required at every renew although the user is "
    "logged in.": "third-party-cookies-blocked",
    "TypeError: State cookie was missing. Apple sends response_mode=form_post to our callback.": (
        "callback-cookie-not-sent"
    ),
    "mismatching_state: CSRF Warning! State not equal in request and response. I open http://127.0.0.1:5000/login and "
    "the redirect is http://localhost:5000/auth": "start-and-callback-origins-differ",
    "Authorize redirect_uri = https://portal.example/cb\nToken redirect_uri = https://portal.example/cb/\n"
    '{"error":"invalid_grant","error_description":"redirect_uri mismatch"}': "redirect-uri-trailing-slash",
    "authorize: https://login.example/authorize?response_type=code&client_id=a&redirect_uri=https%3A%2F%2Fui.example%2Fcb&state=x\n"
    'token: redirect_uri=http://ui.example/cb\n{"error":"invalid_grant"}': "redirect-uri-scheme-differs",
}


@pytest.mark.parametrize("question", TOLD)
def test_a_story_names_its_cause(question: str) -> None:
    """The sentence and the error beside it are enough for what is likely."""
    assert first_finding(question) == TOLD[question]


@pytest.mark.parametrize(
    "text",
    [
        "I reloaded the page and cleared the cache, nothing changed: invalid_client at the token endpoint.",
        "We never send the same code a second time, and still invalid_grant.",
        "How long does a refresh token live? We open many tabs a day and our users never saw an error.",
        "In Safari the login page looks odd; silent renew works, login_required never came up in an error. We use no frames.",
        "Authorize redirect_uri = https://portal.example/cb\nToken redirect_uri = https://portal.example/cb\ninvalid_grant",
        "session cookie missing after logout, response_mode=query",
    ],
)
def test_words_alone_are_no_story(text: str) -> None:
    """What is denied, or stands there without the error that it leads to, names nothing."""
    told = [fact.slug for fact in read_text(text).code_facts]
    assert told == [] or told == ["third-party-cookies-blocked"]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("GitHub answers error=bad_verification_code", "code-not-accepted"),
        ("Origin http://localhost:5173 is not allowed by Access-Control-Allow-Origin. Status code: 200", "cors-answer-unreadable"),
        ("Preflight response is not successful. Status code: 404", "cors-preflight-refused"),
        ("JSON.parse: unexpected character at line 1 column 1 of the JSON data, when the code is exchanged", "token-answer-html"),
        ("AADSTS54005: OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.", "code-redeemed-twice"),
        ("https://x.auth.eu-west-1.amazoncognito.com/error?error=redirect_mismatch&client_id=3k2j1h", "redirect-uri-not-registered"),
        ("error=invalid_request_uri&error_description=request_uri+is+invalid+or+expired . We do PAR.", "par-request-uri-unusable"),
        ("Body: grant_type=authorisation_code&code=****&client_id=a&redirect_uri=app%3A%2F%2Fcb&code_verifier=****\n" + '{"error":"unsupported_grant_type"}', "grant-type-wrong"),
        ("Login at login.mypurecloud.de works. POST https://api.mypurecloud.de/oauth/token gives\n" + '{"message":"HTTP 404 Not Found","code":"not found","status":404}', "wrong-host"),
    ],
)  # fmt: skip
def test_an_error_that_is_quoted_alone(question: str, first: str) -> None:
    """Browsers, vendors and blotted requests in the words in which people pass them on."""
    assert first_finding(question) == first


def test_a_form_with_tabs_between_name_and_value() -> None:
    """The browser's tools copy a form's parameters with tabs."""
    text = (
        "https://login.example/authorize?response_type=code&client_id=a&redirect_uri=https%3A%2F%2Fui.example%2Fcb&state=x1\n\n"
        "grant_type\tauthorization_code\ncode\tSplxlOBeZQQYbYS6WxSbIA\nredirect_uri\thttp://ui.example/cb\nclient_id\ta\n\n"
        "HTTP 400 invalid_grant"
    )
    assert first_finding(text) == "redirect-uri-scheme-differs"


def test_a_mismatch_between_the_steps_says_nothing_of_the_registration() -> None:
    """invalid_grant comes from the token endpoint, which compares the two requests (RFC 6749 5.2)."""
    text = (
        "https://login.example/authorize?response_type=code&client_id=a&redirect_uri=https%3A%2F%2Fui.example%2Fcb&state=x1\n\n"
        '{"error":"invalid_grant","error_description":"The redirect_uri does not match the one of the authorization request."}'
    )
    assert first_finding(text) == "redirect-uri-differs"


def test_a_story_yields_to_a_redemption_that_is_shown() -> None:
    """Where request and answer stand in the text, they are judged and not what is told beside them."""
    told = "I press F5 on the callback page and get invalid_grant again: code is already used."
    curl = "curl https://login.example/token -d grant_type=authorization_code -d code=SplxlOBeZQQYbYS6WxSbIA -d client_id=a"
    assert [fact.slug for fact in read_text(told).code_facts] == ["callback-replayed"]
    assert read_text(f'{curl}\n{{"error":"invalid_grant"}}\n\n{told}').code_facts == []


def test_an_authorization_request_to_an_organisation_of_genesys() -> None:
    """Genesys Cloud logs in at login.{region} only, so no answer is needed to see it."""
    url = "https://myorg.mypurecloud.ie/oauth/authorize?response_type=code&client_id=1&redirect_uri=https%3A%2F%2Fp.example%2Fcb"
    assert first_finding(f"{url} gives a 404 page") == "wrong-host"
