"""Read a decoded HAR file whatever types its values have: each entry by itself, with what fits.

Numbers as texts, null where a list belongs, headers as an object: tools and hand edits do all of it. The classes have
the members of those in `typed_har.py`.
"""

from __future__ import annotations

import json
from math import isfinite
from typing import Any


class Pair:
    """A header or a parameter."""

    __slots__ = ("name", "value")

    def __init__(self, members: dict[str, Any]) -> None:
        self.name = _text(members.get("name")) or ""
        self.value = _text(members.get("value")) or ""


class PostData:
    """A request body."""

    __slots__ = ("encoding", "mimeType", "params", "text")

    def __init__(self, members: dict[str, Any]) -> None:
        self.mimeType = _text(members.get("mimeType"))
        self.text = _text(members.get("text"))
        self.params = _pairs(members.get("params"))
        self.encoding = _text(members.get("encoding"))


class Request:
    """A request."""

    __slots__ = ("headers", "method", "postData", "url")

    def __init__(self, members: dict[str, Any]) -> None:
        self.method = _text(members.get("method")) or "GET"
        self.url = _text(members.get("url")) or ""
        self.headers = _pairs(members.get("headers"))
        post = members.get("postData")
        if isinstance(post, str):
            post = {"text": post}
        self.postData = PostData(post) if isinstance(post, dict) else None


class Content:
    """An answer's body."""

    __slots__ = ("encoding", "mimeType", "text")

    def __init__(self, members: dict[str, Any]) -> None:
        self.mimeType = _text(members.get("mimeType"))
        text = members.get("text")
        self.text = text if isinstance(text, str) else None
        self.encoding = _text(members.get("encoding"))

    def read(self, most: int) -> str | None:
        """Give the text; None where there is none, or more than `most` characters of it."""
        return None if self.text is None or len(self.text) > most else self.text


class Response:
    """An answer."""

    __slots__ = ("content", "error", "failure_text", "headers", "redirectURL", "status")

    def __init__(self, members: dict[str, Any]) -> None:
        status = _number(members.get("status"))
        self.status = None if status is None else int(status)
        self.headers = _pairs(members.get("headers"))
        content = members.get("content")
        if isinstance(content, str):
            content = {"text": content}
        self.content = Content(content) if isinstance(content, dict) else None
        self.redirectURL = _text(members.get("redirectURL"))
        self.error = _text(members.get("_error"))
        self.failure_text = _text(members.get("_failureText"))


class Entry:
    """One exchange."""

    def __init__(self, members: dict[str, Any]) -> None:
        request, response = members.get("request"), members.get("response")
        self.request = Request(request) if isinstance(request, dict) else None
        self.response = Response(response) if isinstance(response, dict) else None
        self.startedDateTime = _text(members.get("startedDateTime"))
        self.time = _number(members.get("time"))
        self.pageref = _text(members.get("pageref"))
        self.error = _text(members.get("_error"))
        self.resource_type = _text(members.get("_resourceType"))
        self.from_cache = _text(members.get("_fromCache"))
        self.was_aborted = members.get("_wasAborted") in (True, "true")
        self._initiator = members.get("_initiator")

    def read_initiator(self) -> object:
        """Give what made the browser ask; None where that is not recorded."""
        return self._initiator


def parse(data: bytes) -> object:
    """Decode JSON with the standard library.

    Raises ValueError where the octets are no JSON, or hold what the other decoder does not take.
    """
    if b"\\ud" in data or b"\\uD" in data:
        raise ValueError("halves of a surrogate pair, which this decoder gives away alone")
    return json.loads(data.decode("utf-8"), parse_constant=_refuse)


def loosen(document: object) -> tuple[list[Entry], str]:
    """Read the entries of a decoded HAR file, and the name of the tool that wrote it.

    Raises ValueError where there is no list of entries at all.
    """
    log = document.get("log") if isinstance(document, dict) else None
    if not isinstance(log, dict):
        log = document if isinstance(document, dict) else {}
    entries = log.get("entries")
    if not isinstance(entries, list):
        raise ValueError("the file holds no list of entries")
    found = [Entry(entry if isinstance(entry, dict) else {}) for entry in entries]
    creator = log.get("creator")
    return found, (_text(creator.get("name")) or "") if isinstance(creator, dict) else ""


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _pairs(value: object) -> list[Pair] | None:
    if isinstance(value, dict):
        value = [{"name": name, "value": text} for name, text in value.items()]
    if not isinstance(value, list):
        return None
    return [Pair(each) for each in value if isinstance(each, dict)]


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None or isinstance(value, (dict, list)):
        return None
    return str(value)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if isfinite(number) else None
