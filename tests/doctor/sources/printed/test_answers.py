"""Answers as the libraries of many languages print them are read with their status and error."""

# ruff: noqa: E501 (what people paste stays in one piece)

from __future__ import annotations

import pytest

from proofkey.doctor.diagnose import diagnose
from proofkey.doctor.sources import read
from proofkey.doctor.sources.text import read_text

SAID = "PKCE code verifier not specified"
BODY = f'{{"error":"invalid_grant","error_description":"{SAID}"}}'
URL = "https://id.example.com/oauth/token"
PRINTS = {
    "console.log(err.response.data)": f"{{ error: 'invalid_grant', error_description: '{SAID}' }}",
    "in a sentence": f"err.response.data is {{ error: 'invalid_grant', error_description: '{SAID}' }} every time.",
    "requests": f"requests.exceptions.HTTPError: 400 Client Error: Bad Request for url: {URL}\n>>> r.text\n'{BODY}'",
    "httpx": f"httpx.HTTPStatusError: Client error '400 Bad Request' for url '{URL}'\n\nresponse.text: {BODY}",
    "Spring": f'HttpClientErrorException$BadRequest: 400 Bad Request: "{BODY}"',
    "Spring Security": f"org.springframework.security.oauth2.core.OAuth2AuthorizationException: [invalid_grant] {SAID}",
    "Guzzle": f"GuzzleHttp\\Exception\\ClientException: Client error: `POST {URL}` resulted in a `400 Bad Request` response:\n{BODY}",
    "print_r": f"Array\n(\n    [error] => invalid_grant\n    [error_description] => {SAID}\n)\n",
    "var_dump": f'array(2) {{\n  ["error"]=>\n  string(13) "invalid_grant"\n  ["error_description"]=>\n  string({len(SAID)}) "{SAID}"\n}}\n',
    "var_export": f"array (\n  'error' => 'invalid_grant',\n  'error_description' => '{SAID}',\n)",
    "Go": f"oauth2: cannot fetch token: 400 Bad Request\nResponse: {BODY}",
    ".NET": f"StatusCode: 400, ReasonPhrase: 'Bad Request', Version: 1.1, Content: System.Net.Http.HttpConnectionResponseContent, Headers:\n{{\n  Cache-Control: no-store\n  Content-Type: application/json\n}}\n{BODY}",
    "OpenIdConnectProtocolException": f"Message contains error: 'invalid_grant', error_description: '{SAID}', error_uri: 'error_uri is null'.",
    "Dart": f"I/flutter ( 1234): {{error: invalid_grant, error_description: {SAID}}}",
    "Swift": f'Error Domain=org.openid.appauth.oauth_token Code=-10 "invalid_grant: {SAID}" UserInfo={{NSLocalizedDescription=invalid_grant: {SAID}}}',
    "Kotlin": f'AuthorizationException: {{"type":2,"code":2002,"error":"invalid_grant","errorDescription":"{SAID}"}}',
    "openid-client": f"OPError: invalid_grant ({SAID})\n    at processResponse (/app/openid-client/lib/process_response.js:38:13) {{\n  error: 'invalid_grant',\n  error_description: '{SAID}',\n  response: <ref *1> IncomingMessage {{\n    statusCode: 400\n  }}\n}}",
    "Angular": f"HttpErrorResponse {{headers: HttpHeaders, status: 400, statusText: 'Bad Request', url: '{URL}', ok: false, …}}\nerror: {{error: 'invalid_grant', error_description: '{SAID}'}}\nheaders: HttpHeaders {{normalizedNames: Map(0), lazyUpdate: null, lazyInit: ƒ}}\nok: false\nstatus: 400",
}


@pytest.mark.parametrize("name", PRINTS)
def test_a_printed_answer_names_its_fault(name: str) -> None:
    """The server's words are found in every dress."""
    diagnosis = diagnose(read("", f"The login ends with this:\n\n{PRINTS[name]}\n\nWhat can I do?".encode()))
    assert [each.fault.slug for each in diagnosis.findings] == ["verifier-missing"]
    assert diagnosis.verdict == "fault"


def test_a_printed_response_of_fetch_has_a_status() -> None:
    """The Response object names URL and status, and its body is not shown."""
    text = (
        "Response {\n  status: 401,\n  statusText: 'Unauthorized',\n  headers: Headers {\n    date: 'x'\n  },\n"
        "  body: ReadableStream { locked: false, state: 'readable', supportsBYOB: true },\n  bodyUsed: false,\n"
        f"  ok: false,\n  type: 'basic',\n  url: '{URL}'\n}}"
    )
    (message,) = read_text(text).messages
    assert (message.method, message.url, message.status, message.response_body) == ("POST", URL, 401, None)


def test_a_log_of_okhttp_is_http() -> None:
    """Arrows, byte counts and Android's tags are no part of the messages."""
    lines = [
        f"--> POST {URL}",
        "Content-Type: application/x-www-form-urlencoded",
        "Content-Length: 200",
        "",
        "grant_type=authorization_code&code=hYT8-ab93Kd0_2jdkQwe8&client_id=abcapp123",
        "--> END POST (200-byte body)",
        f"<-- 400 {URL} (210ms)",
        "content-type: application/json",
        "",
        BODY,
        "<-- END HTTP (81-byte body)",
    ]
    for tag in ("", "2024-06-04 09:00:00.123 1234-5678 okhttp.OkHttpClient  D  "):
        (message,) = read_text("\n".join(tag + line for line in lines)).messages
        assert (message.method, message.url, message.status) == ("POST", URL, 400)
        assert message.response_body == BODY
        assert message.body is not None
        assert message.body.startswith("grant_type=")


def test_a_request_of_dotnet_is_read() -> None:
    """HttpRequestMessage prints method, address and fields."""
    text = (
        f"Method: POST, RequestUri: '{URL}', Version: 1.1, Content: System.Net.Http.StringContent, Headers:\n{{\n"
        "  Content-Type: application/json; charset=utf-8\n  Content-Length: 310\n}"
    )
    (message,) = read_text(text).messages
    assert (message.method, message.url) == ("POST", URL)
    assert message.request_header("content-type") == "application/json; charset=utf-8"
