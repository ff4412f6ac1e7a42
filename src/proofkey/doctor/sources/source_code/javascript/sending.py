"""Requests that JavaScript would send, with fetch, axios, Angular, jQuery, ky or got; forms, URLs and redirects."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from proofkey.doctor.sources.source_code.forms import fields_of_text, form_text
from proofkey.doctor.sources.source_code.syntax import Call
from proofkey.doctor.sources.source_code.trace import Redirect, Sent
from proofkey.doctor.sources.source_code.values import (
    Callback,
    Fields,
    FormText,
    Items,
    Joined,
    Json,
    Known,
    Library,
    Unknown,
    Value,
    awaited,
)

if TYPE_CHECKING:
    from proofkey.doctor.sources.source_code.following import Follower

_HTTP = re.compile(
    r"(?:^|[.:])(?:http|httpClient|axios|axiosInstance|api|client|instance|ky|got|superagent|request|needle|\$http)$",
    re.I,
)
_CALLBACK_TEXT = re.compile(r"search|hash|href|url|query|location", re.IGNORECASE)


def search_params(follower: Follower, first: Value, line: int) -> Value:
    """Make what `new URLSearchParams(x)` gives."""
    fields = Fields("form", line=line)
    follower.trace.fields.append(fields)
    match first:
        case Fields(entries=entries, open=more):
            fields.entries, fields.open = list(entries), more
        case Items(items):
            for item in items:
                if isinstance(item, Items) and len(item.items) == 2 and isinstance(item.items[0], Known):
                    fields.entries.append((str(item.items[0].value), item.items[1]))
        case Known(text) if isinstance(text, str) and "=" in text:
            fields.entries = fields_of_text(first).entries
        case Joined():
            fields.entries = fields_of_text(first).entries
        case Unknown(text) | Library(text) if text:
            fields.open = True
            fields.base = Callback("") if _CALLBACK_TEXT.search(text) else None
        case _:
            pass
    return fields


def url_of(follower: Follower, first: Value, line: int) -> Value:
    """Make what `new URL(x)` gives."""
    fields = Fields("url", list(fields_of_text(first).entries), base=first, line=line)
    follower.trace.fields.append(fields)
    return fields


def http_params(follower: Follower, first: Value, path: str, line: int) -> Value:
    """Make Angular's HttpParams, or Headers."""
    given = first.get("fromObject") if isinstance(first, Fields) and path == "HttpParams" else first
    fields = Fields("form" if path == "HttpParams" else "object", line=line)
    follower.trace.fields.append(fields)
    if isinstance(given, Fields):
        fields.entries = list(given.entries)
    return fields


def fields_method(follower: Follower, owner: Fields, name: str, arguments: list[Value], node: Call) -> Value | None:
    """Follow a call on a form, a query, a URL or an object."""
    first = arguments[0] if arguments else None
    if name in ("append", "set") and len(arguments) > 1 and isinstance(first, Known):
        owner.entries = owner.entries if name == "append" else [e for e in owner.entries if e[0] != first.value]
        owner.entries.append((str(first.value), arguments[1]))
        follower.name(str(first.value), arguments[1], node.line, "parameter")
        return owner
    if name == "get" and isinstance(first, Known) and isinstance(first.value, str):
        known = owner.get(first.value)
        if known is not None:
            return known
        if owner.base is not None or owner.open:
            follower.trace.callback_reads.append((first.value, node.line))
            return Callback(first.value)
        return Unknown(first.value)
    if name == "toString" and owner.kind in ("form", "url"):
        return FormText(owner) if owner.kind == "form" else owner
    member = owner.get(name)
    return None if member is not None else (owner if name in ("href", "sort") else None)


def redirect(follower: Follower, value: Value, line: int, *, keeps_page: bool = False) -> None:
    """Note that the browser is sent to a URL."""
    follower.trace.redirects.append(Redirect(value, line, follower.entry, keeps_page))


def call(follower: Follower, path: str, arguments: list[Value], node: Call) -> Value | None:
    """Note a request or a redirect; None where the call is neither."""
    name = path.rpartition(".")[2].rpartition(":")[2] or path
    holder = path.rpartition(".")[0]
    first = arguments[0] if arguments else Unknown("")
    if re.search(
        r"(?:^|\.)location\.(?:assign|replace)$|(?:^|\.)res\.redirect$|^redirect$|Linking\.openURL$|openAuthSessionAsync$",
        path,
    ):
        target = (
            arguments[1]
            if len(arguments) > 1 and isinstance(first, Known) and isinstance(first.value, float)
            else first
        )
        redirect(follower, target, node.line, keeps_page="res" in holder or "open" in name)
        return Known(None)
    if path in ("open", "window.open"):
        redirect(follower, first, node.line, keeps_page=True)
        return Unknown("popup")
    if name in ("fetch", "ofetch", "$fetch", "fetchWithTimeout") or path.startswith("node-fetch:"):
        return _fetch(follower, first, arguments, node)
    if re.fullmatch(r"(?:axios|ky|got|\$http|request|rp)(?::)?", path) and follower.functions.get(name) is None:
        return _configured(follower, first, arguments, node)
    if name in ("request", "ajax") and isinstance(first, Fields):
        return _configured(follower, first, arguments, node)
    verb = name.lower()
    if verb in ("post", "put", "get") and (_HTTP.search(holder) or holder in ("$", "jQuery") or _has_url(first)):
        return _with_verb(follower, verb.upper(), holder, first, arguments, node)
    return None


def call_on_unknown(follower: Follower, text: str, name: str, arguments: list[Value], node: Call) -> Value | None:
    """Note a request made by a client object that the code was given: `this.http.post(...)`."""
    first = arguments[0] if arguments else Unknown("")
    if (
        name in ("post", "put")
        and len(arguments) > 1
        and (re.search(r"http|axios|api|client", text, re.I) or _has_url(first))
    ):
        return _with_verb(follower, name.upper(), text, first, arguments, node)
    if name == "get" and any("response_type=" in part for part in _known_parts(first)):
        return _with_verb(follower, "GET", text, first, arguments, node)
    return None


def _has_url(value: Value) -> bool:
    return any(re.search(r"https?://|/token|/oauth", part) for part in _known_parts(value))


def _known_parts(value: Value) -> list[str]:
    parts = value.parts if isinstance(value, Joined) else (value,)
    return [str(part.value) for part in parts if isinstance(part, Known)]


def _fetch(follower: Follower, url: Value, arguments: list[Value], node: Call) -> Value:
    options = awaited(arguments[1]) if len(arguments) > 1 else Fields("object")
    if not isinstance(options, Fields):
        _note(follower, "?", url, None, None, node, "fetch")
        return Unknown("response")
    method = options.get("method")
    verb = (
        str(method.value).upper()
        if isinstance(method, Known)
        else ("GET" if method is None and not options.open else "?")
    )
    body = options.get("body")
    mode = options.get("mode")
    headers = options.get("headers")
    missing = Known("") if body is None and not options.open else body
    given = headers if isinstance(headers, Fields) else None if headers or options.open else Fields("object")
    mode_name = str(mode.value) if isinstance(mode, Known) else ""
    _note(follower, verb, url, missing, given, node, "fetch", mode_name)
    return Unknown("response")


def _configured(follower: Follower, first: Value, arguments: list[Value], node: Call) -> Value:
    config = first if isinstance(first, Fields) else awaited(arguments[1]) if len(arguments) > 1 else Fields("object")
    if not isinstance(config, Fields):
        return Unknown("response")
    url = (config.get("url") or config.get("uri") or Unknown("")) if isinstance(first, Fields) else first
    method = config.get("method") or config.get("type")
    verb = str(method.value).upper() if isinstance(method, Known) else "GET"
    body, library = _body_of_config(config)
    headers = config.get("headers")
    kind = config.get("contentType")
    fields = headers if isinstance(headers, Fields) else Fields("object")
    if isinstance(kind, Known) and isinstance(kind.value, str):
        fields = Fields("object", [*fields.entries, ("content-type", kind)])
    params = config.get("params")
    if isinstance(params, Fields) and body is None:
        url = Fields("url", [*fields_of_text(url).entries, *params.entries], base=url)
        body = Known("")
    _note(follower, verb, url, body, fields, node, library)
    return Unknown("response")


def _body_of_config(config: Fields) -> tuple[Value | None, str]:
    for name, library in (
        ("data", "axios"),
        ("json", "json"),
        ("form", "form"),
        ("searchParams", "query"),
        ("body", "fetch"),
    ):
        value = config.get(name)
        if value is None or (name == "json" and value == Known(True)):
            continue
        if name == "json":
            return Json(value), "json"
        if name == "form":
            return form_text(value), "form"
        if name == "searchParams":
            continue
        if name == "body" and config.get("json") == Known(True):
            return Json(value), "json"
        # jQuery turns an object into a form, axios into JSON.
        jquery = (
            config.get("type") is not None
            or config.get("contentType") is not None
            or config.get("dataType") is not None
        )
        return (form_text(value), "jquery") if jquery and isinstance(value, Fields) else (value, library)
    return None, "axios"


def _with_verb(follower: Follower, verb: str, holder: str, url: Value, arguments: list[Value], node: Call) -> Value:
    body = awaited(arguments[1]) if len(arguments) > 1 else Known("")
    config = awaited(arguments[2]) if len(arguments) > 2 else Fields("object")
    library = "angular" if re.search(r"http(?:Client)?$", holder) else "axios"
    headers = config.get("headers") if isinstance(config, Fields) else None
    fields = (
        headers
        if isinstance(headers, Fields)
        else Fields("object", open=headers is not None or not isinstance(config, Fields))
    )
    if holder in ("$", "jQuery"):
        _note(follower, verb, url, form_text(body), fields, node, "jquery")
        return Unknown("response")
    if re.search(r"(?:^|[.:])(?:ky|got)$", holder) or (isinstance(body, Fields) and verb != "GET" and _is_config(body)):
        options = body if isinstance(body, Fields) else Fields("object")
        inner, library = _body_of_config(options)
        given = options.get("headers")
        _note(follower, verb, url, inner, given if isinstance(given, Fields) else Fields("object"), node, library)
        return Unknown("response")
    if verb == "GET":
        params = body.get("params") if isinstance(body, Fields) else None
        if isinstance(params, Fields):
            url = Fields("url", [*fields_of_text(url).entries, *params.entries], base=url)
        _note(follower, verb, url, Known(""), fields, node, library)
        return Unknown("response")
    params = config.get("params") if isinstance(config, Fields) else None
    if isinstance(params, Fields) and (body == Known(None) or (isinstance(body, Fields) and not body.entries)):
        url = Fields("url", [*fields_of_text(url).entries, *params.entries], base=url)
        body = Known("")
    _note(follower, verb, url, body, fields, node, library)
    return Unknown("response")


def _is_config(body: Fields) -> bool:
    names = {name for name, _ in body.entries}
    return bool(names & {"json", "form", "searchParams", "body"}) and "grant_type" not in names


def _note(
    follower: Follower,
    verb: str,
    url: Value,
    body: Value | None,
    headers: Fields | None,
    node: Call,
    library: str,
    mode: str = "",
) -> None:
    effect = follower.effect
    guarded = effect is not None and effect.cleaned
    sent = Sent(verb, url, body, headers, node.line, follower.entry, library, mode, effect, guarded)
    follower.trace.sent.append(sent)
