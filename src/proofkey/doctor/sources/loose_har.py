"""Read a HAR file whose values have the wrong types: each entry by itself, with what fits.

Numbers as texts, null where a list belongs, headers as an object: tools and hand edits do all of it.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

E = TypeVar("E")


def loosen(data: bytes, entry_type: type[E], damage: list[str]) -> tuple[list[E], str]:
    """Decode a HAR file entry by entry, and the name of the tool that wrote it.

    Raises ValueError where there is no list of entries at all.
    """
    document = msgspec.json.decode(data)
    log = document.get("log") if isinstance(document, dict) else None
    if not isinstance(log, dict):
        log = document if isinstance(document, dict) else {}
    entries = log.get("entries")
    if not isinstance(entries, list):
        raise ValueError("the file holds no list of entries")
    found = []
    for index, entry in enumerate(entries, 1):
        try:
            found.append(msgspec.convert(_entry(entry), entry_type, strict=False))
        except (msgspec.ValidationError, TypeError):
            damage.append(f"entry {index} cannot be read")
            found.append(entry_type())
    creator = log.get("creator")
    return found, (_text(creator.get("name")) or "") if isinstance(creator, dict) else ""


def _entry(entry: object) -> dict[str, Any]:
    if not isinstance(entry, dict):
        return {}
    request, response = entry.get("request"), entry.get("response")
    return {
        "request": _request(request) if isinstance(request, dict) else None,
        "response": _response(response) if isinstance(response, dict) else None,
        "startedDateTime": _text(entry.get("startedDateTime")),
        "time": _number(entry.get("time")),
        "pageref": _text(entry.get("pageref")),
        "_error": _text(entry.get("_error")),
        "_resourceType": _text(entry.get("_resourceType")),
        "_fromCache": _text(entry.get("_fromCache")),
    }


def _request(request: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"method": _text(request.get("method")) or "GET", "url": _text(request.get("url")) or ""}
    if "headers" in request:
        found["headers"] = _pairs(request["headers"])
    post = request.get("postData")
    if isinstance(post, str):
        found["postData"] = {"text": post}
    elif isinstance(post, dict):
        found["postData"] = {
            "mimeType": _text(post.get("mimeType")),
            "text": _text(post.get("text")),
            "params": _pairs(post.get("params")),
            "encoding": _text(post.get("encoding")),
        }
    return found


def _response(response: dict[str, Any]) -> dict[str, Any]:
    status = _number(response.get("status"))
    found: dict[str, Any] = {
        "status": int(status) if status is not None else None,
        "redirectURL": _text(response.get("redirectURL")),
        "_error": _text(response.get("_error")),
    }
    if "headers" in response:
        found["headers"] = _pairs(response["headers"])
    content = response.get("content")
    if isinstance(content, str):
        content = {"text": content}
    if isinstance(content, dict):
        text = content.get("text")
        found["content"] = {
            "mimeType": _text(content.get("mimeType")),
            "text": msgspec.Raw(msgspec.json.encode(text)),
            "encoding": _text(content.get("encoding")),
        }
    return found


def _pairs(value: object) -> list[dict[str, str]] | None:
    if isinstance(value, dict):
        value = [{"name": name, "value": text} for name, text in value.items()]
    if not isinstance(value, list):
        return None
    return [
        {"name": _text(each.get("name")) or "", "value": _text(each.get("value")) or ""}
        for each in value
        if isinstance(each, dict)
    ]


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None or isinstance(value, (dict, list)):
        return None
    return str(value)


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return float(value)
    try:
        return float(value) if isinstance(value, str) else None
    except ValueError:
        return None
