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
    "oauth4webapi": f"ResponseBodyError: server responded with an error in the response body\n    at checkOAuthBodyError (file:///app/oauth4webapi/build/index.js:1039:19)\n    at async processAuthorizationCodeOAuth2Response {{\n  code: 'OAUTH_RESPONSE_BODY_ERROR',\n  error: 'invalid_grant',\n  status: 400,\n  error_description: '{SAID}',\n  [cause]: {{ error: 'invalid_grant' }}\n}}",
    "ky": f"HTTPError: Request failed with status code 400 Bad Request: POST {URL}\n    at fn (./node_modules/ky/distribution/core/Ky.js:33:27)\n\nawait error.response.json() -> {{ error: 'invalid_grant', error_description: '{SAID}' }}",
    "WebClient": f"WebClientResponseException$BadRequest: 400 Bad Request from POST {URL}\n\tat org.springframework.web.reactive.function.client.WebClientResponseException.create(WebClientResponseException.java:307)\n\nex.getResponseBodyAsString() = {BODY}",
    "Feign": f"feign.FeignException$BadRequest: [400 Bad Request] during [POST] to [{URL}] [TokenClient#token(Map)]: [{BODY}]",
    "dump of Symfony": f'array:2 [▼\n  "error" => "invalid_grant"\n  "error_description" => "{SAID}"\n]',
    "Rust": f'Error: ServerResponse(StandardErrorResponse {{ error: invalid_grant, error_description: Some("{SAID}"), error_uri: None }})',
    "flutter_appauth": f"PlatformException(token_failed, Failed to get token: [error: invalid_grant, description: {SAID}], null, null)",
    "httpx in a console": f"response.json() -> {{'error': 'invalid_grant', 'error_description': '{SAID}'}}",
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


HEAD = ["POST /oauth/token HTTP/1.1", "Host: id.example.com", "Content-Type: application/json", ""]
SENT = '{"grant_type":"authorization_code","code":"hYT8-ab93Kd0_2jdkQwe8","client_id":"abcapp123"}'


def test_a_wire_log_of_apache_is_http() -> None:
    """Arrows, quotation marks and the marks of line ends are no part of the messages."""
    tag = "2024-05-05 10:00:00 DEBUG org.apache.http.wire : http-outgoing-0"
    lines = [f'{tag} >> "{line}[\\r][\\n]"' for line in HEAD] + [f'{tag} >> "{SENT}"']
    lines += [
        f'{tag} << "{line}[\\r][\\n]"' for line in ("HTTP/1.1 400 Bad Request", "Content-Type: application/json", "")
    ]
    lines += [f'{tag} << "{BODY}"']
    (message,) = read_text("\n".join(lines)).messages
    assert (message.method, message.url, message.status) == ("POST", URL, 400)
    assert (message.body, message.response_body) == (SENT, BODY)


def test_the_log_of_http_client_is_http() -> None:
    """What Python prints with a debug level is one request with the head of its answer."""
    head = "\r\n".join([*HEAD, ""])
    lines = [
        f"send: {head.encode()!r}",
        f"send: {SENT.encode()!r}",
        "reply: 'HTTP/1.1 400 Bad Request\\r\\n'",
        "header: Content-Type: application/json",
        "header: X-Request-Id: 17",
    ]
    (message,) = read_text("\n".join(["import http.client", "", *lines, "", "Why?"])).messages
    assert (message.method, message.url, message.status) == ("POST", URL, 400)
    assert message.body == SENT
    assert message.response_header("x-request-id") == "17"


def test_a_host_that_does_not_exist_is_named() -> None:
    """The reason of a failed fetch stands in its cause."""
    text = (
        "TypeError: fetch failed\n    at async redeem (file:///app/login.js:20:13) {\n"
        "  [cause]: Error: getaddrinfo ENOTFOUND login.mypurecloud.xx\n"
        "      at GetAddrInfoReqWrap.onlookupall [as oncomplete] (node:dns:118:26) {\n    errno: -3008,\n"
        "    code: 'ENOTFOUND',\n    syscall: 'getaddrinfo',\n    hostname: 'login.mypurecloud.xx'\n  }\n}"
    )
    assert [each.fault.slug for each in diagnose(read("", text.encode())).findings] == ["wrong-host"]


@pytest.mark.parametrize(
    "line",
    [
        "send: b'POST /token HTTP/1.1\\r\\n",
        "send: b'\\xff\\xfe'",
        "reply: 'HTTP/1.1 400'",
        "array:2 [▼",
        "Array\n(\n [a] => $b\n)",
        "StatusCode: 400, ReasonPhrase: 'x', Version: 1.1, Content: x, Headers:\n{\n  no field\n",
        "Method: POST, RequestUri: 'x', Version: 1.1, Content: x",
        "--> POST https://x.example/token",
    ],
)
def test_a_log_that_breaks_off_is_read_as_far_as_it_goes(line: str) -> None:
    """Half of a print is no reason to fail."""
    assert diagnose(read("", line.encode())).failures == []
