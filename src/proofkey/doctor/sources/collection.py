"""Requests as Postman (Collection v2) and Insomnia (export format 4) save them, with the answers saved beside them.

What a tool adds by itself is added here: the content type of the chosen kind of body, the header of Basic credentials.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias
from urllib.parse import urlencode

from proofkey.doctor.sources.draft import Draft

MAX_REQUESTS = 2_000
_MAX_DEPTH = 20
_VARIABLE = re.compile(r"\{\{\s*(?:_\.)?([\w.\-]+)\s*\}\}")
_Fill: TypeAlias = Callable[[Any], str]
_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"
_LANGUAGES = {"json": "application/json", "xml": "application/xml", "html": "text/html", "text": "text/plain"}


def read_collection(text: str) -> list[Draft] | None:
    """Give the requests of a collection, each with its saved answer; None where the text is no collection."""
    if not ('"request"' in text and '"item"' in text) and '"__export_format"' not in text:
        return None
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict):
        return None
    document = document.get("collection", document)  # as Postman's API gives it
    if isinstance(document, dict) and isinstance(document.get("item"), list):
        drafts = _of_postman(document)
    elif isinstance(document, dict) and isinstance(document.get("resources"), list):
        drafts = _of_insomnia(document["resources"])
    else:
        return None
    return _with_lines(drafts, text)


def _of_postman(document: dict[str, Any]) -> list[tuple[str, Draft]]:
    fill = _filling({each["key"]: each.get("value") for each in _listed(document.get("variable")) if "key" in each})
    found: list[tuple[str, Draft]] = []
    for item in _items(document["item"], 0):
        for answer in _listed(item.get("response")) or [{}]:
            request = answer.get("originalRequest") or item.get("request")
            if len(found) >= MAX_REQUESTS or (each := _postman_request(request, fill)) is None:
                break
            written, draft = each
            status, body = answer.get("code"), answer.get("body")
            draft.status = status if isinstance(status, int) else None
            draft.response_body = body if isinstance(body, str) else None
            draft.response_headers = _pairs(answer.get("header"), fill, lower=True) if answer else None
            found.append((written, draft))
    return found


def _items(items: Any, depth: int) -> Iterator[dict[str, Any]]:
    """Give the requests of a list and of the folders in it."""
    for each in _listed(items):
        if "request" in each:
            yield each
        elif depth < _MAX_DEPTH:
            yield from _items(each.get("item"), depth + 1)


def _postman_request(request: Any, fill: _Fill) -> tuple[str, Draft] | None:
    if isinstance(request, str):
        request = {"url": request}
    if not isinstance(request, dict):
        return None
    url = request.get("url")
    written = url.get("raw") if isinstance(url, dict) else url
    if not isinstance(written, str):
        return None
    draft = Draft(0, "raw", _method(request), fill(written), _pairs(request.get("header"), fill, lower=True), "")
    body = request.get("body")
    mode = _at(body, "mode")
    if mode == "raw":
        language = _at(body, "options", "raw", "language")
        _put(draft, fill(_at(body, "raw")), _LANGUAGES.get(language if isinstance(language, str) else "", "text/plain"))
    elif mode in ("urlencoded", "formdata"):
        _put(draft, _pairs(_at(body, mode), fill), _FORM if mode == "urlencoded" else _MULTIPART)
    basic = {each.get("key"): fill(each.get("value")) for each in _listed(_at(request, "auth", "basic"))}
    if basic:
        _authenticate(draft, basic.get("username", ""), basic.get("password", ""))
    return written, draft


def _of_insomnia(resources: list[Any]) -> list[tuple[str, Draft]]:
    values: dict[str, Any] = {}
    for each in _listed(resources):
        if each.get("_type") == "environment" and isinstance(each.get("data"), dict):
            values.update(each["data"])
    fill = _filling(values)
    found: list[tuple[str, Draft]] = []
    for each in _listed(resources):
        written = each.get("url")
        if each.get("_type") != "request" or not isinstance(written, str) or len(found) >= MAX_REQUESTS:
            continue
        query = urlencode(_pairs(each.get("parameters"), fill))
        url = fill(written) + (("&" if "?" in written else "?") + query if query else "")
        draft = Draft(0, "raw", _method(each), url, _pairs(each.get("headers"), fill, lower=True), "")
        body = each.get("body")
        if isinstance(body, dict) and isinstance(kind := body.get("mimeType"), str):
            _put(draft, _pairs(body.get("params"), fill) if "params" in body else fill(body.get("text")), kind)
        if _at(each, "authentication", "type") == "basic":
            _authenticate(
                draft,
                fill(_at(each, "authentication", "username")),
                fill(_at(each, "authentication", "password")),
            )
        found.append((written, draft))
    return found


def _put(draft: Draft, body: str | list[tuple[str, str]], content_type: str) -> None:
    if isinstance(body, str):
        draft.body = body
    else:
        draft.body, draft.body_params = None, body
    if draft.header("content-type") is None:
        draft.headers = [*(draft.headers or []), ("content-type", content_type)]


def _authenticate(draft: Draft, name: str, password: str) -> None:
    pair = b64encode(f"{name}:{password}".encode("utf-8", "replace")).decode()
    draft.headers = [*(draft.headers or []), ("authorization", f"Basic {pair}")]


def _method(request: dict[str, Any]) -> str:
    method = request.get("method")
    return method.upper() if isinstance(method, str) else "GET"


def _pairs(listed: Any, fill: _Fill, *, lower: bool = False) -> list[tuple[str, str]]:
    """Read a list of names and values; what is switched off is not sent."""
    found: list[tuple[str, str]] = []
    for each in _listed(listed):
        name = each.get("key", each.get("name"))
        if isinstance(name, str) and name and not each.get("disabled"):
            found.append((name.lower() if lower else name, fill(each.get("value"))))
    return found


def _filling(values: dict[str, Any]) -> _Fill:
    """Give what puts the variables of the file into a text; others stay, and stand for values that are not shown."""
    known = {name: value for name, value in values.items() if isinstance(value, str) and value}

    def fill(text: Any) -> str:
        return _VARIABLE.sub(lambda match: known.get(match[1], match[0]), text) if isinstance(text, str) else ""

    return fill


def _listed(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _at(value: Any, *names: str) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _with_lines(found: list[tuple[str, Draft]], text: str) -> list[Draft]:
    """Give each request the line of the file where its address stands, from the one before on."""
    place = 0
    for written, draft in found:
        place = max(place, text.find(json.dumps(written), place))
        draft.line = draft.body_line = text.count("\n", 0, place) + 1
    return [draft for _, draft in found]
