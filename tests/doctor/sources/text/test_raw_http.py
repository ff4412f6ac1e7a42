"""HTTP as it is written down becomes messages with their answers."""

from __future__ import annotations

from proofkey.doctor.sources.text import read_text
from proofkey.doctor.steps import TokenRequest

DUMP = """GET /authorize?response_type=code&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fcb&client_id=spa-7 HTTP/1.1
Host: login.example
User-Agent: Mozilla/5.0

HTTP/1.1 302 Found
Location: http://localhost:3000/cb?code=SplxlOBeZQQ&state=s1


GET /cb?code=SplxlOBeZQQ&state=s1 HTTP/1.1
Host: localhost:3000

POST /token HTTP/1.1
Host: login.example
Content-Type: application/x-www-form-urlencoded
Content-Length: 69

grant_type=authorization_code&code=SplxlOBeZQQ&client_id=spa-7

HTTP/1.1 400 Bad Request
Content-Type: application/json

{
  "error": "invalid_grant"
}
"""


def test_a_dump_is_read_message_by_message() -> None:
    """Requests take the answers behind them; the callback has none; paths get their host and scheme."""
    first, callback, token = read_text(DUMP).messages
    assert first.url.startswith("https://login.example/authorize?")
    assert first.redirect_target == "http://localhost:3000/cb?code=SplxlOBeZQQ&state=s1"
    assert callback.url == "http://localhost:3000/cb?code=SplxlOBeZQQ&state=s1"
    assert callback.status is None
    assert TokenRequest(token).value("client_id") == "spa-7"
    assert token.status == 400
    assert token.response_body == '{\n  "error": "invalid_grant"\n}'
    assert [message.where for message in (first, callback, token)] == ["line 1", "line 9", "line 12"]


def test_the_short_form_needs_no_headers() -> None:
    """A request line with a URL, a body, a number and an object are a request and its answer."""
    body = "grant_type=authorization_code&code=SplxlOBeZQQ"
    text = f'POST https://login.example/token\n\n{body}\n\n401\n{{"error":"invalid_client"}}'
    (message,) = read_text(text).messages
    assert message.request_headers is None
    assert message.body == body
    assert (message.status, message.response_body) == (401, '{"error":"invalid_client"}')


def test_a_status_behind_the_request_line_is_its_answer() -> None:
    """Consoles and logs write the status into the line of the request."""
    (message,) = read_text("POST https://login.example/oauth/token 400 (Bad Request)").messages
    assert (message.method, message.url, message.status) == ("POST", "https://login.example/oauth/token", 400)
    (logged,) = read_text('10.0.0.1 - - [21/Nov/2026] "POST /oauth/token HTTP/1.1" 401 45 "-" "curl/8"').messages
    assert (logged.method, logged.url, logged.status) == ("POST", "/oauth/token", 401)


def test_a_body_in_several_lines_is_put_together() -> None:
    """A form that was broken at its ampersands is one form."""
    form = "grant_type=authorization_code\n&code=SplxlOBeZQQ\n&client_id=spa-7\n"
    text = f"POST https://login.example/token HTTP/1.1\n\n{form}"
    assert read_text(text).messages[0].body == "grant_type=authorization_code&code=SplxlOBeZQQ&client_id=spa-7"


def test_a_web_page_is_an_answer() -> None:
    """HTML behind a status line is its body, and ends with the page."""
    answer = "HTTP/1.1 200 OK\nContent-Type: text/html\n\n<html>\n<p>Hi\n</html>\nEnd"
    text = f"POST https://login.example/token\n\ngrant_type=x\n\n{answer}"
    (message,) = read_text(text).messages
    assert message.response_body == "<html>\n<p>Hi\n</html>"


def test_the_network_panel_is_read() -> None:
    """What a browser's tools copy is one request with its form and its answer."""
    text = (
        "General\nRequest URL: https://login.example/token\nRequest Method: POST\nStatus Code: 400 Bad Request\n"
        "Response Headers\ncontent-type: application/json\nRequest Headers\norigin: https://app.example\n"
        "content-type:\napplication/x-www-form-urlencoded\n"
        "Form Data\ngrant_type: authorization_code\ncode: SplxlOBeZQQ\n"
        'redirect_uri: https://app.example/cb\n\nResponse\n{"error": "invalid_grant"}\n'
    )
    (message,) = read_text(text).messages
    step = TokenRequest(message)
    assert (message.method, message.status, step.syntax) == ("POST", 400, "form")
    assert step.value("redirect_uri") == "https://app.example/cb"
    assert message.request_header("content-type") == "application/x-www-form-urlencoded"
    assert message.response_header("content-type") == "application/json"
    assert message.response_body == '{"error": "invalid_grant"}'
