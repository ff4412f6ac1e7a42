"""Build captures for tests: HAR entries and raw transcripts, read by the real readers."""

from __future__ import annotations

import json
from typing import Any

from proofkey.doctor.capture import Capture
from proofkey.doctor.sources import read


def entry(
    method: str,
    url: str,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    answer_headers: dict[str, str] | None = None,
    body: str | None = None,
    params: dict[str, str] | None = None,
    content: str | None = None,
    second: float = 0,
    **more: Any,
) -> dict[str, Any]:
    """Write one HAR entry; `second` is its time within a minute."""
    request: dict[str, Any] = {"method": method, "url": url, "headers": pairs(headers)}
    if body is not None:
        request["postData"] = {"mimeType": (headers or {}).get("Content-Type", ""), "text": body}
    if params is not None:
        request["postData"] = {"mimeType": "application/x-www-form-urlencoded", "params": pairs(params)}
    response: dict[str, Any] = {"status": status, "headers": pairs(answer_headers)}
    if content is not None:
        response["content"] = {"mimeType": "application/json", "text": content}
    return {
        "startedDateTime": f"2026-03-01T10:00:{second:06.3f}Z",
        "time": 50.0,
        "request": request,
        "response": response,
        **more,
    }


def pairs(values: dict[str, str] | None) -> list[dict[str, str]]:
    """Write headers or parameters as HAR does."""
    return [{"name": name, "value": value} for name, value in (values or {}).items()]


def har(*entries: dict[str, Any], creator: str = "test") -> bytes:
    """Write a HAR file."""
    return json.dumps({"log": {"version": "1.2", "creator": {"name": creator}, "entries": entries}}).encode()


def capture_of(*entries: dict[str, Any]) -> Capture:
    """Read a HAR file of these entries."""
    return read("test.har", har(*entries))


def authorize_url(state: str, challenge: str = "c" * 43, client: str = "app", host: str = "login.example") -> str:
    """Write an authorization request's URL."""
    return (
        f"https://{host}/oauth/authorize?response_type=code&client_id={client}"
        f"&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&state={state}&code_challenge={challenge}"
        "&code_challenge_method=S256"
    )


def token_body(code: str, verifier: str = "v" * 43, client: str = "app") -> str:
    """Write a token request's form."""
    return (
        f"grant_type=authorization_code&code={code}&redirect_uri=https%3A%2F%2Fapp.example%2Fcb"
        f"&client_id={client}&code_verifier={verifier}"
    )
