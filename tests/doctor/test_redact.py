"""No secret of the capture leaves in a report, in whatever spelling."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofkey.doctor.assemble import assemble
from proofkey.doctor.diagnose import diagnose
from proofkey.doctor.redact import Redactor, redactor_of
from proofkey.doctor.sources import read
from tests.doctor.captures import authorize_url, capture_of, entry, token_body

SECRET = "s3cr3t/Value+With=Signs"


@pytest.mark.parametrize(
    "spelling",
    [
        SECRET,
        quote(SECRET, safe=""),
        base64.b64encode(SECRET.encode()).decode().rstrip("="),
        base64.urlsafe_b64encode(SECRET.encode()).decode().rstrip("="),
    ],
    ids=["itself", "percent-encoded", "base64", "base64url"],
)
def test_a_secret_goes_in_every_spelling(spelling: str) -> None:
    """The value itself, percent-encoded and in both alphabets of base64."""
    assert Redactor([SECRET]).clean(f"The server said {spelling}.") == "The server said [redacted]."


@given(st.text("abcdefXYZ0189_-", min_size=16, max_size=60), st.integers(0, 40), st.integers(12, 30))
def test_no_long_piece_of_a_secret_stays(secret: str, start: int, length: int) -> None:
    """Twelve characters of a secret in a row do not survive, whatever stands around them."""
    piece = secret[start : start + length]
    cleaned = Redactor([secret]).clean(f"before <{piece}> after")
    assert all(piece[at : at + 12] not in cleaned for at in range(max(0, len(piece) - 11)))


@given(st.text(max_size=200))
def test_what_is_no_secret_stays(text: str) -> None:
    """Without secrets a text of words is left as it is."""
    words = " ".join(text.split())[:39]
    assert Redactor([]).clean(words) == words


def test_short_secrets_go_only_as_whole_words() -> None:
    """A password of four letters is taken out where it stands alone, not out of the middle of a word."""
    assert Redactor(["over"]).clean("over the cover, over") == "[redacted] the cover, [redacted]"


def test_placeholders_and_words_of_the_protocol_stay() -> None:
    """A report must be able to say that the verifier is the text 'undefined'."""
    assert Redactor(["undefined", "null", "code"]).clean("'undefined' is no code") == "'undefined' is no code"


def test_the_name_of_a_parameter_stays_though_a_value_holds_it() -> None:
    """Posts are full of values such as original_code_verifier_string; the value goes, the name is no piece of it."""
    redactor = Redactor(["original_code_verifier_string"])
    assert redactor.clean("members: client_id, code_verifier") == "members: client_id, code_verifier"
    assert redactor.clean("code_verifier=original_code_verifier_string") == "code_verifier=[redacted]"


def test_the_name_where_a_value_should_be_stays() -> None:
    """Code shows `code_challenge=${challenge}`, and the fix must be able to say code_challenge."""
    fix = "Send it as code_challenge and the verifier itself as code_verifier."
    assert Redactor(["{code_challenge}", "<code_verifier>"]).clean(fix) == fix


def test_addresses_stay_legible() -> None:
    """A cookie that holds a URL does not take the URL out of the report."""
    public = "https://app.example/callback/page"
    cleaned = Redactor(["x" * 10 + public], public=[public]).clean(f"redirect_uri is {public}")
    assert cleaned == f"redirect_uri is {public}"


def test_random_runs_and_tokens_go_even_if_nobody_collected_them() -> None:
    """A token in a place that nobody thought of is still hidden."""
    jwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhYmMifQ.c2lnbmF0dXJl"
    assert Redactor([]).clean(f"token {jwt}") == "token [token]"
    assert Redactor([]).clean("value A1b2C3d4E5f6G7h8I9j0A1b2C3d4E5f6G7h8I9j0") == "value [40 characters]"


def test_every_place_of_a_capture_is_searched() -> None:
    """Query, body, JSON, cookies, Authorization and redirects give up their secrets."""
    capture = capture_of(
        entry("GET", authorize_url("state-one-1", "challenge-that-equals-it"), status=302, second=1),
        entry(
            "GET",
            "https://app.example/cb?code=code-in-query&state=state-one-1",
            headers={"Cookie": "sid=cookie-in-request"},
            answer_headers={"Set-Cookie": "sid=cookie-in-answer; Path=/"},
            second=2,
        ),
        entry(
            "POST",
            "https://login.example/oauth/token",
            headers={"Authorization": "Basic " + base64.b64encode(b"app:secret-in-header").decode()},
            body=token_body("code-in-query", "verifier-in-body"),
            content='{"access_token": "token-in-answer", "nested": {"refresh_token": "refresh-in-answer"}}',
            second=3,
        ),
        entry(
            "POST",
            "https://login.example/signin",
            body="username=u&password=password-in-form",
            status=302,
            answer_headers={"Location": "https://app.example/cb?code=code-in-location&state=state-one-1"},
            second=4,
        ),
    )
    clean = redactor_of(capture, assemble(capture))
    for secret in (
        *("challenge-that-equals-it", "code-in-query", "cookie-in-request", "cookie-in-answer", "secret-in-header"),
        *("verifier-in-body", "token-in-answer", "refresh-in-answer", "password-in-form", "code-in-location"),
    ):
        assert secret not in clean.clean(f"seen: {secret} here")
    assert clean.clean("client app at https://app.example/cb") == "client app at https://app.example/cb"


def answered(members: object) -> Redactor:
    """Give the redactor of a capture whose only secrets may be in the JSON of this answer."""
    capture = capture_of(entry("GET", "https://api.example/v2/users/me", status=404, content=json.dumps(members)))
    return redactor_of(capture, assemble(capture))


@pytest.mark.parametrize(
    ("code", "members"),
    [
        ("not.found", {"message": "not found", "status": 404}),
        ("authentication.invalid.grant", {"message": "no", "status": 400, "contextId": "1f"}),
        ("UNAUTHENTICATED", {"error": "unauthorized"}),
        ("InvalidAuthenticationToken", {"message": "Access token has expired."}),
        ("AADSTS70008", {"error_description": "expired"}),
    ],
)
def test_the_error_code_of_an_api_stays(code: str, members: dict[str, object]) -> None:
    """A member `code` beside the words of an error names the error, and the reader needs it."""
    assert answered({"code": code, **members}).clean(f"status 404 {code}") == f"status 404 {code}"
    assert answered({"error": {"code": code}}).clean(code) == code


def test_the_number_of_an_error_stays() -> None:
    """A number is no authorization code."""
    assert answered({"code": 404, "message": "Not Found"}).clean("404 Not Found, 4040") == "404 Not Found, 4040"


@pytest.mark.parametrize(
    ("code", "members"),
    [
        ("SplxlOBeZQQYbYS6WxSbIA", {"error": "invalid_grant"}),
        ("SplxlOBeZQQYbYSWxSbIA", {"message": "not found", "status": 404}),
        ("4/0AX4XfWhQ9zTt", {"error": {"message": "Malformed auth code."}}),
        ("redeem-me-once", {"state": "abcdef", "status": "ok"}),
        ("redeem-me-once", {"grant_type": "authorization_code", "error": "invalid_grant"}),
        ("redeem-me-once", {}),
        ("401927", {"message": "We sent you a number."}),
    ],
)
def test_an_authorization_code_in_an_answer_goes(code: str, members: dict[str, object]) -> None:
    """Random characters, and whatever stands beside a state or in no error at all, are taken for a code."""
    assert code not in answered({"code": code, **members}).clean(f"answered with {code}.")


def test_an_error_code_that_is_an_authorization_code_elsewhere_goes() -> None:
    """What came back from the server as a code is one, however much it looks like words."""
    capture = capture_of(
        entry("GET", authorize_url("state-one-1", "c" * 43), status=302, second=1),
        entry("GET", "https://app.example/cb?code=redeem.me.once&state=state-one-1", second=2),
        entry("GET", "https://api.example/", status=404, content='{"message":"no","code":"redeem.me.once"}', second=3),
    )
    assert "redeem.me" not in redactor_of(capture, assemble(capture)).clean("no: redeem.me.once")


@pytest.mark.parametrize(("code", "shown"), [("not.found", "not.found"), ("SplxlOBeZQQYbYS6WxSbIA", "[redacted]")])
def test_a_pasted_error_body_is_judged_alike(code: str, shown: str) -> None:
    """A text shows the same as a recording."""
    capture = read("", json.dumps({"message": "not here", "code": code, "status": 404}).encode())
    assert redactor_of(capture, diagnose(capture).logins).clean(f"said {code}") == f"said {shown}"
