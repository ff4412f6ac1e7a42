"""Commands become the requests that they would send."""

from __future__ import annotations

from base64 import b64encode

import pytest

from proofkey.doctor.message import Message
from proofkey.doctor.sources.text import read_text
from proofkey.doctor.steps import TokenRequest

URL = "https://login.example/oauth/token"


def only(text: str) -> Message:
    """Read a text that holds one request."""
    (message,) = read_text(text).messages
    return message


FORM = "grant_type=authorization_code&code=SplxlOBeZQQ&client_id=app"
TABLE = "grant_type = 'authorization_code'; code = 'SplxlOBeZQQ'; client_id = 'app'"
SAME = [
    f"curl -X POST {URL} -d 'grant_type=authorization_code' -d 'code=SplxlOBeZQQ' --data 'client_id=app'",
    f"curl {URL} --data-urlencode grant_type=authorization_code --data-urlencode 'code=SplxlOBeZQQ' -d client_id=app",
    f"curl -sSX POST --url {URL} -dgrant_type=authorization_code -dcode=SplxlOBeZQQ -dclient_id=app",
    f"curl --request=POST {URL} --data-raw '{FORM}' -o /dev/null",
    f'curl "{URL}" ^\n  -H "Accept: */*" ^\n  --data "{FORM}"',
    f'curl.exe `\n  -d "{FORM}" `\n  {URL}',
    f"wget --post-data='{FORM}' {URL}",
    f"http --form POST {URL} grant_type=authorization_code code=SplxlOBeZQQ client_id=app",
    f"Invoke-RestMethod -Method Post -Uri {URL} -Body @{{ {TABLE} }}",
    f"$body = @{{\n  {TABLE.replace('; ', chr(10))}\n}}\n$r = Invoke-RestMethod -Uri '{URL}' -Method POST -Body $body",
    f"$p = @{{ Uri = '{URL}'; Method = 'Post'; Body = '{FORM}' }}\nInvoke-WebRequest @p",
]


@pytest.mark.parametrize("text", SAME)
def test_one_request_in_many_spellings(text: str) -> None:
    """Every tool's spelling of one request gives one request."""
    message = only(text)
    step = TokenRequest(message)
    assert (message.method, message.url) == ("POST", URL)
    assert [step.value(name) for name in ("grant_type", "code", "client_id")] == [
        "authorization_code",
        "SplxlOBeZQQ",
        "app",
    ]
    assert step.syntax == "form"
    assert message.request_header("content-type") == "application/x-www-form-urlencoded"


def test_what_curl_encodes_is_encoded() -> None:
    """--data-urlencode encodes the content and not the name."""
    assert only(f"curl {URL} --data-urlencode 'redirect_uri=https://a.example/cb?x=1'").body == (
        "redirect_uri=https%3A%2F%2Fa.example%2Fcb%3Fx%3D1"
    )


def test_get_puts_the_data_into_the_query() -> None:
    """-G makes a GET whose query is the data."""
    message = only(f"curl -G {URL} -d grant_type=authorization_code -d code=SplxlOBeZQQ")
    assert message.method == "GET"
    assert message.url == f"{URL}?grant_type=authorization_code&code=SplxlOBeZQQ"


def test_multipart_and_json_are_told_by_their_options() -> None:
    """-F sends multipart, --json sends JSON."""
    assert TokenRequest(only(f"curl {URL} -F grant_type=authorization_code -F code=SplxlOBeZQQ")).syntax == "multipart"
    sent = only(f'curl --json \'{{"grant_type": "authorization_code"}}\' {URL}')
    assert sent.request_header("content-type") == "application/json"


def test_user_becomes_a_basic_header() -> None:
    """-u is the Authorization header that curl sends; without a colon the secret is empty."""
    header = only(f"curl -u app:geheim {URL} -d grant_type=authorization_code").request_header("authorization")
    assert header == "Basic " + b64encode(b"app:geheim").decode()
    message = only(f"curl -u '$CLIENT_ID:$SECRET' {URL} -d grant_type=authorization_code")
    assert {"client_id", "client_secret"} <= message.placeholders


def test_powershell_sends_json_under_the_form_type() -> None:
    """ConvertTo-Json without -ContentType is JSON text under the default type of a form."""
    text = (
        f"Invoke-RestMethod -Method Post -Uri {URL} `\n  -Body (@{{ grant_type = 'authorization_code'; code = $code }} "
        "| ConvertTo-Json)"
    )
    message = only(text)
    assert TokenRequest(message).syntax == "json"
    assert message.request_header("content-type") == "application/x-www-form-urlencoded"
    assert message.placeholders == {"code"}


def test_httpie_sends_json_by_default() -> None:
    """Without --form the fields of HTTPie are JSON."""
    message = only(f"https POST {URL} grant_type=authorization_code code=SplxlOBeZQQ Accept:application/json")
    assert TokenRequest(message).syntax == "json"
    assert message.request_header("content-type") == "application/json"


@pytest.mark.parametrize(
    "text",
    [
        f"curl -X POST {URL} -d grant_type=authorization_code&code=SplxlOBeZQQ&client_id=app",
        f"curl -X POST {URL} -d “grant_type=authorization_code&code=SplxlOBeZQQ”",
        f"C:\\Users\\me> curl -X POST {URL} -d 'grant_type=authorization_code code=SplxlOBeZQQ'",
    ],
)
def test_what_the_shell_spoils_is_told(text: str) -> None:
    """Unquoted ampersands, typographic quotes and single quotes in cmd.exe are facts of their own."""
    assert [fact.slug for fact in read_text(text).code_facts] == ["shell-mangled-parameters"]


def test_a_word_of_prose_is_no_command() -> None:
    """Only a command line with options or a URL is one."""
    assert read_text("I tried curl but curl doesn't help.\n\nInvoke-RestMethod neither.").messages == []


def test_a_trace_adds_to_its_command() -> None:
    """The request that `curl -v` prints is the command's own, and its answer is the command's."""
    text = (
        f"curl -v {URL} -d 'grant_type=authorization_code&code=SplxlOBeZQQ'\n* Connected to login.example\n"
        "> POST /oauth/token HTTP/1.1\n> Host: login.example\n>\n< HTTP/1.1 400 Bad Request\n"
        '< Content-Type: application/json\n<\n{"error": "invalid_grant"}\n* Closing connection\n'
    )
    message = only(text)
    assert message.status == 400
    assert message.response_body == '{"error": "invalid_grant"}'
    assert message.body == "grant_type=authorization_code&code=SplxlOBeZQQ"


@pytest.mark.parametrize("body", ["...", "$BODY", "code=<the code>&grant_type=authorization_code"])
def test_a_trace_completes_a_shortened_command(body: str) -> None:
    """Who shortens the command and shows what left has shown what left."""
    message = only(
        f"$ curl -v {URL} -d '{body}'\n*   Trying 203.0.113.7:443...\n> POST /oauth/token HTTP/1.1\n"
        "> Host: login.example\n> Content-Type: application/x-www-form-urlencoded\n>\n"
        f'{FORM}\n\n< HTTP/1.1 400 Bad Request\n< Content-Type: application/json\n<\n{{"error": "invalid_grant"}}\n'
    )
    assert (message.body, message.status, message.placeholders) == (FORM, 400, frozenset())
