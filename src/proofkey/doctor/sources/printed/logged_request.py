"""Read a request that a program wrote down as an object: an AxiosError, the error of got, a structured log's line."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from proofkey.doctor.sources.draft import Draft
from proofkey.doctor.sources.printed.logged_answer import answer_of
from proofkey.doctor.sources.printed.unshown import Printed, Unshown

_REQUESTS = ("config", "request", "options", "req", "_config")
_ERRORS = ("err", "error", "exception", "cause", "originalError", "innerError")
_MAX_DEPTH = 5
_URL_NAMES = ("url", "uri", "request_url", "requestUrl", "_currentUrl")
_BODY_NAMES = ("data", "body", "postData", "payload", "form", "json", "request_body", "requestBody", "_data")
_HEAD = re.compile(r"([A-Z]{3,7}) (/\S{0,4000}) HTTP/1\.[01]\r\n")
_PART = re.compile(r'form-data; name="([^"\r\n]{1,100})"')


def read_logged_request(members: dict[str, Any], line: int, *, depth: int = 0) -> Draft | None:
    """Give the request that an object describes, with its answer; None where it describes none."""
    parts = [part for name in _REQUESTS if isinstance(part := members.get(name), dict)]
    response = members.get("response")
    if isinstance(response, dict):
        parts += [part for name in ("config", "req", "request") if isinstance(part := response.get(name), dict)]
    draft = next((draft for part in (*parts, members) if (draft := _described(part, line)) is not None), None)
    if draft is None:
        # A line of a structured log keeps the error of the library under a name of its own.
        inner = next((part for name in _ERRORS if isinstance(part := members.get(name), dict)), None)
        return read_logged_request(inner, line, depth=depth + 1) if inner is not None and depth < _MAX_DEPTH else None
    answer_of(members, draft)
    return draft


def _described(request: dict[str, Any], line: int) -> Draft | None:
    """Read one object as a request: a configuration, or the head that Node's ClientRequest has written."""
    url = _url_of(request)
    method = request.get("method")
    if "://" not in url or not isinstance(method, str):
        return _from_head(request, line)
    draft = Draft(line, "raw", method.upper(), url, headers_of(_fields_of(request)), body_line=line)
    _authenticate(draft, request.get("auth"))
    name = next((name for name in _BODY_NAMES if request.get(name) is not None), None)
    if name is not None:
        _put_body(draft, name, request[name])
    elif draft.method in ("GET", "HEAD") or any(name in request for name in ("data", "body")):
        draft.body = ""
    return draft


def _fields_of(request: dict[str, Any]) -> Any:
    """Give the header fields; superagent keeps them under the name that Node has for the head as text."""
    fields = request.get("headers")
    return request.get("_header") if fields is None else fields


def _url_of(request: dict[str, Any]) -> str:
    found = next((value for name in _URL_NAMES if isinstance(value := request.get(name), (str, dict))), "")
    href = found.get("href") if isinstance(found, dict) else found  # a URL object, printed
    url = href if isinstance(href, str) else ""
    base = request.get("baseURL", request.get("prefixUrl"))
    if isinstance(base, str) and "://" not in url:
        url = f"{base.rstrip('/')}/{url.lstrip('/')}" if url else base
    query = request.get("params", request.get("searchParams", request.get("qs")))
    if isinstance(query, dict) and url:
        pairs = [(str(name), value) for name, value in query.items() if isinstance(value, str)]
        if pairs:
            url += ("&" if "?" in url else "?") + urlencode(pairs)
    return url


def _put_body(draft: Draft, name: str, body: Any) -> None:
    if isinstance(body, str):
        draft.body = body
        return
    if not isinstance(body, dict):
        return  # an array of octets, or cut off: sent and not shown
    if isinstance(streams := body.get("_streams"), list):
        draft.body_params = _parts_of(streams)
        kind = "multipart/form-data"
    else:
        draft.placeholders |= {str(each) for each, value in body.items() if isinstance(value, Unshown)}
        draft.body_params = [(str(each), value) for each, value in body.items() if isinstance(value, str)]
        draft.body_params += [(each, "{cut}") for each in sorted(draft.placeholders)]
        kind = ""
    if name == "json" or "json" in (draft.header("content-type") or ""):
        draft.body, draft.body_params = json.dumps(dict(draft.body_params)), None
    elif isinstance(body, Printed) and body.maker == "FormData":
        kind = "multipart/form-data"
    if kind and draft.header("content-type") is None:
        draft.headers = [*(draft.headers or []), ("content-type", kind)]


def _parts_of(streams: list[Any]) -> list[tuple[str, str]]:
    """Give the fields of the npm package form-data: heads of parts and their values by turns."""
    pairs: list[tuple[str, str]] = []
    for head, value in pairwise(streams):
        if isinstance(head, str) and isinstance(value, str) and (match := _PART.search(head)):
            pairs.append((match.group(1), value))
    return pairs


def _from_head(request: dict[str, Any], line: int) -> Draft | None:
    """Read what `ClientRequest._header` shows: request line and fields as they were sent, no body."""
    head = request.get("_header")
    match = _HEAD.match(head) if isinstance(head, str) else None
    if match is None or not isinstance(head, str):
        return None
    headers = [
        (name.lower(), value.strip())
        for each in head.split("\r\n")[1:]
        for name, colon, value in [each.partition(":")]
        if colon
    ]
    host = next((value for name, value in headers if name == "host"), "")
    scheme = (
        "http"
        if request.get("protocol") == "http:" or host.partition(":")[0] in ("localhost", "127.0.0.1")
        else "https"
    )
    return Draft(line, "raw", match.group(1), f"{scheme}://{host}{match.group(2)}", headers) if host else None


def _authenticate(draft: Draft, auth: Any) -> None:
    """Write the credentials that axios was given as the header that it makes of them."""
    if isinstance(auth, dict) and isinstance(auth.get("username"), str) and draft.header("authorization") is None:
        pair = f"{auth['username']}:{auth.get('password') or ''}"
        header = ("authorization", f"Basic {b64encode(pair.encode('utf-8', 'replace')).decode()}")
        draft.headers = [*(draft.headers or []), header]


def headers_of(value: object) -> list[tuple[str, str]] | None:
    """Give printed header fields with names in lower case; None where they are not shown."""
    if not isinstance(value, dict):
        return None
    found: list[tuple[str, str]] = []
    for name, each in value.items():
        if name == "common" or str(name).startswith("Symbol("):
            continue
        listed = each if isinstance(each, list) else [each]
        found += [(str(name).lower(), text) for text in listed if isinstance(text, str)]
    return found
