"""What Postman and Insomnia save is read as the requests that they send."""

from __future__ import annotations

import json
from typing import Any

import pytest

from proofkey.doctor.capture import Capture
from proofkey.doctor.diagnose import diagnose
from proofkey.doctor.sources import read
from proofkey.doctor.steps import TokenRequest

FIELDS = {"grant_type": "authorization_code", "code": "KM9Fta1tkRT6BA", "client_id": "app"}
REFUSED = {"code": 400, "header": [{"key": "X-Request-Id", "value": "7"}], "body": '{"error":"invalid_request"}'}


def _postman(body: dict[str, Any], **more: Any) -> Capture:
    request = {"method": "POST", "url": {"raw": "{{base}}/token"}, "header": [], "body": body}
    document = {
        "info": {"schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "variable": [{"key": "base", "value": "https://id.example"}],
        "item": [{"name": "Login", "item": [{"name": "token", "request": request, "response": [REFUSED]} | more]}],
    }
    return read("login.json", json.dumps(document, indent=1).encode())


def _listed(**more: Any) -> list[dict[str, Any]]:
    return [{"key": name, "value": value} | more for name, value in FIELDS.items()]


def test_a_form_of_postman() -> None:
    """Folders are opened, variables of the collection put in, and what is switched off is left out."""
    off = {"key": "client_secret", "value": "x", "disabled": True}
    (message,) = _postman({"mode": "urlencoded", "urlencoded": [*_listed(), off]}).messages
    step = TokenRequest(message)
    assert (message.method, message.url, message.status) == ("POST", "https://id.example/token", 400)
    assert (list(step.names), step.syntax) == (list(FIELDS), "form")
    assert message.where == "login.json, line 20"


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        (
            {"mode": "raw", "raw": json.dumps(FIELDS), "options": {"raw": {"language": "json"}}},
            "token-body-json",
        ),
        ({"mode": "formdata", "formdata": _listed(type="text")}, "token-body-multipart"),
    ],
)
def test_the_kind_of_body_is_judged(body: dict[str, Any], slug: str) -> None:
    """Postman adds the content type of the kind that was chosen."""
    assert diagnose(_postman(body)).findings[0].fault.slug == slug


def test_each_saved_answer_belongs_to_the_request_that_got_it() -> None:
    """An example keeps the request as it was then; Basic credentials become the header that is sent."""
    then = {"method": "POST", "url": "https://id.example/oauth/token", "header": []}
    login = {"type": "basic", "basic": [{"key": "username", "value": "app"}, {"key": "password", "value": "s"}]}
    found = _postman({}, response=[REFUSED, REFUSED | {"originalRequest": then | {"auth": login}}])
    assert [each.url for each in found.messages] == ["https://id.example/token", "https://id.example/oauth/token"]
    assert ("authorization", "Basic YXBwOnM=") in (found.messages[1].request_headers or ())


def test_requests_of_insomnia() -> None:
    """The environment's values are put in; query parameters and the form are those of the lists."""
    resources = [
        {"_type": "environment", "data": {"host": "https://id.example"}},
        {
            "_type": "request",
            "method": "GET",
            "url": "{{ _.host }}/authorize",
            "parameters": [{"name": "response_type", "value": "code"}, {"name": "client_id", "value": "app"}],
        },
        {
            "_type": "request",
            "method": "POST",
            "url": "{{host}}/token",
            "headers": [{"name": "Content-Type", "value": "application/x-www-form-urlencoded"}],
            "body": {
                "mimeType": "application/x-www-form-urlencoded",
                "params": [{"name": name, "value": value} for name, value in FIELDS.items()],
            },
            "authentication": {"type": "basic", "username": "app", "password": "s"},
        },
    ]
    document = {"_type": "export", "__export_format": 4, "resources": resources}
    asked, token = read("insomnia.json", json.dumps(document).encode()).messages
    assert asked.url == "https://id.example/authorize?response_type=code&client_id=app"
    assert (token.url, list(TokenRequest(token).names)) == ("https://id.example/token", list(FIELDS))


def test_variables_that_the_file_does_not_give_are_not_taken_for_values() -> None:
    """{{code}} stands for a code that nobody shows."""
    listed = [{"key": "grant_type", "value": "authorization_code"}, {"key": "code", "value": "{{code}}"}]
    (message,) = _postman({"mode": "urlencoded", "urlencoded": listed}).messages
    assert message.placeholders == {"code"}


@pytest.mark.parametrize(
    "document",
    [
        {"item": [1, {"request": None}, {"request": {"url": 5}}, {"item": "x"}], "request": 1},
        {"__export_format": 4, "resources": [{}, {"_type": "request"}, {"_type": "request", "url": "x", "body": []}]},
        {"item": [{"request": "https://id.example/x", "response": [{"code": "x", "body": 1, "header": 5}]}]},
        {"__export_format": 4, "resources": {"item": "request"}},
    ],
)
def test_damaged_collections_give_what_is_there(document: dict[str, Any]) -> None:
    """Members of other types are passed over."""
    assert len(read("c.json", json.dumps(document).encode()).messages) <= 1
