"""Requests that Python would send: requests, httpx, aiohttp, urllib; query strings and redirects."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from proofkey.doctor.sources.source_code.forms import fields_of_text, form_text
from proofkey.doctor.sources.source_code.syntax import Call
from proofkey.doctor.sources.source_code.trace import Redirect, Sent
from proofkey.doctor.sources.source_code.values import Fields, Items, Json, Known, Octets, Unknown, Utf8, Value

if TYPE_CHECKING:
    from proofkey.doctor.sources.source_code.following import Follower

_LIBRARY = re.compile(r"(?:^|\.)(?:requests|httpx|session|client|http|aiohttp|s|sess)$", re.IGNORECASE)


def call(follower: Follower, path: str, arguments: list[Value], keywords: dict[str, Value], node: Call) -> Value | None:
    """Note a request or a redirect; None where the call is neither."""
    holder, _, name = path.rpartition(".")
    if name == "urlencode" and (not holder or "pars" in holder or "urllib" in holder):
        return form_text(_with_pairs(arguments[0] if arguments else Unknown("")))
    if path in ("redirect", "flask.redirect", "RedirectResponse", "webbrowser.open", "webbrowser.open_new") or name in (
        "RedirectResponse",
        "HttpResponseRedirect",
    ):
        target = arguments[0] if arguments else keywords.get("url", Unknown(""))
        follower.trace.redirects.append(Redirect(target, node.line, follower.entry, True))
        return Unknown("redirect")
    if name in ("Session", "Client", "AsyncClient", "ClientSession", "OAuth2Session"):
        return Unknown("session")
    if name in ("post", "get", "put", "request") and _LIBRARY.search(holder):
        return _send(follower, name, arguments, keywords, node)
    if name == "Request" and ("urllib" in holder or "data" in keywords):
        body = keywords.get("data", arguments[1] if len(arguments) > 1 else None)
        _note(follower, "POST" if body is not None else "GET", arguments, keywords, body, node)
        return Unknown("request")
    if name == "urlopen" and len(arguments) > 1:
        _note(follower, "POST", arguments, keywords, arguments[1], node)
        return Unknown("response")
    return None


def call_on_unknown(
    follower: Follower, name: str, arguments: list[Value], keywords: dict[str, Value], node: Call
) -> Value | None:
    """Note a request made by a session or client object."""
    if name in ("post", "put", "request") and (keywords or len(arguments) > 1):
        return _send(follower, name, arguments, keywords, node)
    return None


def _with_pairs(value: Value) -> Value:
    """Take a list of pairs for a form, as urlencode does."""
    if isinstance(value, Items):
        fields = Fields("form")
        for item in value.items:
            if isinstance(item, Items) and len(item.items) == 2 and isinstance(item.items[0], Known):
                fields.entries.append((str(item.items[0].value), item.items[1]))
        return fields
    return value


def _send(
    follower: Follower, name: str, arguments: list[Value], keywords: dict[str, Value], node: Call
) -> Value | None:
    verb = name.upper()
    if name == "request":
        verb = str(arguments[0].value).upper() if arguments and isinstance(arguments[0], Known) else "GET"
        arguments = arguments[1:]
    body: Value | None = None
    library = "requests"
    data = keywords.get("data", keywords.get("content", arguments[1] if len(arguments) > 1 and verb != "GET" else None))
    if "json" in keywords:
        body = Json(keywords["json"])
    elif "files" in keywords:
        fields = Fields("multipart")
        for part in (data, keywords["files"]):
            fields.entries += part.entries if isinstance(part, Fields) else []
        body = fields
    elif data is not None:
        body = form_text(_with_pairs(_text(data)))
        # Only of a dict or pairs do requests and httpx know that it is a form.
        library = "requests" if isinstance(data, (Fields, Items)) else "requests-text"
    elif "params" not in keywords and "url" not in keywords and verb != "GET" and not arguments:
        return None
    _note(follower, verb, arguments, keywords, body if body is not None else Known(""), node, library)
    return Unknown("response")


def _text(value: Value) -> Value:
    """Give the text that bytes hold: `urlencode(...).encode()`."""
    return value.source.text if isinstance(value, Octets) and isinstance(value.source, Utf8) else value


def _note(
    follower: Follower,
    verb: str,
    arguments: list[Value],
    keywords: dict[str, Value],
    body: Value | None,
    node: Call,
    library: str = "requests",
) -> None:
    url = arguments[0] if arguments else keywords.get("url", Unknown(""))
    params = keywords.get("params", arguments[1] if verb == "GET" and len(arguments) > 1 else None)
    if isinstance(params, Fields):
        url = Fields("url", [*fields_of_text(url).entries, *params.entries], base=url)
    headers = keywords.get("headers")
    fields = Fields("object", list(headers.entries), headers.open) if isinstance(headers, Fields) else Fields("object")
    fields.open |= headers is not None and not isinstance(headers, Fields)
    auth = keywords.get("auth")
    if auth is not None and auth != Known(None):
        fields.entries.append(("authorization", Unknown("auth")))
    if body is not None:
        body = _text(body)
    follower.trace.sent.append(Sent(verb, url, body, fields, node.line, follower.entry, library))
