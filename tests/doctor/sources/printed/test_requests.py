"""A printed error is read as the token request that it describes, with its answer."""

# ruff: noqa: E501 (prints stay as they are)

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable

import pytest

from proofkey.doctor.diagnose import Diagnosis, diagnose
from proofkey.doctor.fault import PROVEN
from proofkey.doctor.message import Message
from proofkey.doctor.reports import json as report
from proofkey.doctor.sources import read
from tests.doctor.sources.printed.prints import URL, Sent, axios_error

FORM = "application/x-www-form-urlencoded"
REFUSED = "{ error: 'invalid_grant', error_description: 'PKCE verification failed' }"


def only_message(text: str) -> Message:
    """Read a text that tells of one request."""
    (message,) = read("", text.encode()).messages
    return message


def judged(text: str) -> Diagnosis:
    """Read and judge a text."""
    return diagnose(read("", text.encode()))


def coloured(text: str) -> str:
    """Colour strings and symbols as Node does in a terminal."""
    return re.sub(r"'[^'\n]*'", lambda match: f"\x1b[32m{match.group()}\x1b[39m", text)


def fenced(text: str) -> str:
    """Put a fence around."""
    return f"```\n{text}\n```"


def cut_short(text: str) -> str:
    """End in the middle of the request object."""
    return text[: text.index("res: ")]


@pytest.mark.parametrize("dress", [str, coloured, fenced, cut_short])
def test_an_axios_error_is_a_request_with_its_answer(dress: Callable[[str], str]) -> None:
    """Method, URL, header fields and form are those of `config`, in colours, in a fence and cut short."""
    sent = Sent()
    text = dress(axios_error(f"'{sent.form}'", FORM, REFUSED))
    message = only_message(f"My call fails in Node:\n\n{text}\n\nWhat is wrong?")
    assert (message.method, message.url, message.body) == ("POST", URL, sent.form)
    assert message.request_header("content-type") == FORM
    if "response:" in text:
        assert message.status == 400
        assert json.loads(message.response_body or "")["error_description"] == "PKCE verification failed"
        assert message.response_header("content-type") == "application/json"


def test_a_json_body_in_an_axios_error_is_named() -> None:
    """The print is evidence as good as a capture: the body is JSON, proven."""
    sent = Sent()
    answer = "{ error: 'invalid_request', error_description: 'grant_type is missing' }"
    text = axios_error(f"'{json.dumps(sent.pairs)}'", "application/json", answer)
    diagnosis = judged(f"Token call fails\n\n{text}")
    assert [(each.fault.slug, each.finding.certainty) for each in diagnosis.findings] == [("token-body-json", PROVEN)]


def test_credentials_of_axios_are_the_header_that_they_become() -> None:
    """`auth` of the configuration is sent as Basic, and its password is no part of any report."""
    auth = "\n    auth: { username: 'app', password: 'pa55-Wort-77aa' },"
    text = axios_error(f"'{Sent().form}'", FORM, REFUSED, auth=auth)
    assert (only_message(text).request_header("authorization") or "").startswith("Basic ")
    assert "pa55-Wort-77aa" not in json.dumps(report.write(judged(text)))


def test_a_depth_that_is_cut_leaves_things_unobserved() -> None:
    """`config: [Object]` tells nothing of the form, and nothing of it is called absent."""
    text = (
        "AxiosError: Request failed with status code 400\n    at settle (/app/x.js:1:1) {\n  config: [Object],\n"
        "  request: <ref *1> ClientRequest {\n    _header: 'POST /oauth/token HTTP/1.1\\r\\n' +\n"
        "      'Host: login.mypurecloud.ie\\r\\n' +\n      '\\r\\n'\n  },\n  response: {\n    status: 400,\n"
        f"    data: {REFUSED}\n  }}\n}}"
    )
    message = only_message(text)
    assert (message.url, message.status, message.body, message.body_params) == (URL, 400, None, None)


def test_parameters_of_axios_are_in_the_query() -> None:
    """`params` are what axios appends to the URL."""
    sent = Sent()
    pairs = ", ".join(f"{name}: '{value}'" for name, value in sent.pairs.items())
    text = axios_error("null", FORM, REFUSED).replace(
        "    method: 'post'", f"    params: {{ {pairs} }},\n    method: 'post'"
    )
    assert judged(text).findings[0].fault.slug == "token-params-in-query"


def test_the_error_of_got_shows_its_form() -> None:
    """`options` of got have the URL as an object and the form as one."""
    sent = Sent()
    pairs = ",\n      ".join(f"{name}: '{value}'" for name, value in sent.pairs.items())
    text = (
        "HTTPError: Response code 400 (Bad Request)\n    at Request.<anonymous> (file:///app/got/as-promise/index.js:86:42) {\n"
        f"  code: 'ERR_NON_2XX_3XX_RESPONSE',\n  options: {{\n    method: 'POST',\n    url: URL {{\n      href: '{URL}',\n"
        f"      origin: 'https://login.mypurecloud.ie'\n    }},\n    form: {{\n      {pairs}\n    }}\n  }},\n"
        '  response: <ref *1> Request {\n    statusCode: 400,\n    body: \'{"error":"invalid_grant"}\'\n  }\n}'
    )
    message = only_message(text)
    assert (message.method, message.url, message.status) == ("POST", URL, 400)
    assert message.body_params is not None
    assert message.body_params.get("code_verifier") == sent.verifier
    assert message.response_body == '{"error":"invalid_grant"}'


def test_form_data_is_multipart() -> None:
    """The npm package form-data keeps heads of parts and values by turns."""
    streams = ", ".join(
        f"'--x\\r\\nContent-Disposition: form-data; name=\"{name}\"\\r\\n\\r\\n', '{value}', [Function: bound ]"
        for name, value in Sent().pairs.items()
    )
    text = axios_error(f"FormData {{ _streams: [ {streams} ] }}", "multipart/form-data; boundary=x", REFUSED)
    assert judged(text).findings[0].fault.slug == "token-body-multipart"


@pytest.mark.parametrize("kind", ["proven", "printed"])
def test_the_secrets_of_a_print_are_in_no_report(kind: str) -> None:
    """Code, verifier, cookies and tokens that stand in a print are redacted like those of a capture."""
    sent = Sent()
    answer = REFUSED if kind == "proven" else f"{{ access_token: '{sent.code[::-1]}', token_type: 'bearer' }}"
    text = axios_error(f"'{sent.form}'", FORM, answer)
    written = json.dumps(report.write(judged(text)))
    for secret in (sent.code, sent.verifier, sent.code[::-1], "a1b2c3d4e5f6"):
        assert secret not in written


def test_a_challenge_beside_the_print_is_compared() -> None:
    """The authorization URL of the question and the printed request are one login."""
    sent = Sent()
    url = (
        f"https://login.mypurecloud.ie/oauth/authorize?response_type=code&client_id={sent.client_id}"
        f"&redirect_uri=https%3A%2F%2Fdesk.example%2Fback&code_challenge={sent.verifier}&code_challenge_method=S256"
    )
    text = axios_error(f"'{sent.form}'", FORM, REFUSED)
    first = judged(f"I send the user to\n{url}\n\nand then:\n\n{text}").findings[0]
    assert (first.fault.slug, first.finding.certainty) == ("challenge-not-hashed", PROVEN)


def test_a_structured_log_keeps_the_error_under_a_name() -> None:
    """A line of pino or winston: the error of axios stands under `err`."""
    sent = Sent()
    error = {
        "type": "AxiosError",
        "config": {"method": "post", "url": URL, "data": sent.form, "headers": {"Content-Type": FORM}},
        "response": {"status": 400, "data": {"error": "invalid_grant"}},
    }
    message = only_message(f"{json.dumps({'level': 50, 'time': 1700000000, 'err': error})}\n")
    assert (message.method, message.url, message.status, message.body) == ("POST", URL, 400, sent.form)


@pytest.mark.parametrize(
    "line", ["response: {\n", "AxiosError: x {\n a: 1,\n", "    at f (x) {\n", "Error " * 100 + "{\n"]
)
def test_many_prints_that_never_end_are_read_soon(line: str) -> None:
    """A text of nothing but beginnings takes no longer than another."""
    start = time.process_time()
    read("", (line * (400_000 // len(line))).encode())
    assert time.process_time() - start < 20


@pytest.mark.parametrize("sign", [": ", "=", "=["])
def test_a_map_without_quotation_marks_is_a_form(sign: str) -> None:
    """Dart and Java print the texts of a map bare; Spring's multi-value map has a list around each."""
    sent = Sent()
    close = "]" if sign == "=[" else ""
    body = "{" + ", ".join(f"{name}{sign}{value}{close}" for name, value in sent.pairs.items()) + "}"
    answer = f"{{error{sign}invalid_grant{close}, error_description{sign}PKCE verification failed{close}}}"
    (message,) = read("", f"POST {URL}\n\nI/flutter: {body}\nI/flutter: 400 {answer}\n".encode()).messages
    assert message.body_params is not None
    assert {item.name: item.value for item in message.body_params} == sent.pairs
    assert message.status == 400
    assert json.loads(message.response_body or "")["error_description"] == "PKCE verification failed"


def test_an_object_of_variables_is_no_map() -> None:
    """`{grant_type: grantType, code: code}` is code in a sentence."""
    text = "I pass {grant_type: grantType, code: code, client_id: id} to it, and {code: x, error: Foo}."
    assert read("", text.encode()).messages == []
