"""Read a request that a program wrote down as an object: an AxiosError, a line of a structured log."""

from __future__ import annotations

import json
from typing import Any

from proofkey.doctor.sources.draft import Draft

_URL_NAMES = ("url", "uri", "request_url", "requestUrl")
_BODY_NAMES = ("data", "body", "postData", "payload", "form", "request_body", "requestBody")


def read_logged_request(members: dict[str, Any], line: int) -> Draft | None:
    """Give the request that an object describes, with its answer; None where it describes none."""
    request = next((part for name in ("config", "request") if isinstance(part := members.get(name), dict)), members)
    url = next((value for name in _URL_NAMES if isinstance(value := request.get(name), str)), "")
    base = request.get("baseURL")
    if isinstance(base, str) and "://" not in url:
        url = base.rstrip("/") + "/" + url.lstrip("/")
    method = request.get("method")
    if "://" not in url or not isinstance(method, str):
        return None
    draft = Draft(line, "raw", method.upper(), url, _headers(request.get("headers")), body_line=line)
    body = next((value for name in _BODY_NAMES if (value := request.get(name)) is not None), None)
    if isinstance(body, str):
        draft.body = body
    elif isinstance(body, dict):
        pairs = [(str(name), value) for name, value in body.items() if isinstance(value, str)]
        kind = draft.header("content-type") or ""
        if "json" in kind:
            draft.body = json.dumps(dict(pairs))
        else:
            draft.body_params = pairs
    elif draft.method in ("GET", "HEAD"):
        draft.body = ""
    _answer(draft, members)
    return draft


def _headers(value: object) -> list[tuple[str, str]] | None:
    if not isinstance(value, dict):
        return None
    return [(str(name).lower(), text) for name, text in value.items() if isinstance(text, str)]


def _answer(draft: Draft, members: dict[str, Any]) -> None:
    response = members.get("response")
    place = response if isinstance(response, dict) else members
    status = place.get("status", place.get("statusCode", place.get("status_code")))
    if isinstance(status, int) and not isinstance(status, bool):
        draft.status = status
    body = place.get("data", place.get("body", place.get("response_body"))) if place is response else response
    if isinstance(body, dict):
        draft.response_body = json.dumps(body)
    elif isinstance(body, str):
        draft.response_body = body
