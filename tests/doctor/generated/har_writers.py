"""Write exchanges as HAR: each tool leaves out and adds what it does in life."""

# ruff: noqa: E501 (what servers say stays in one piece)

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from email.utils import format_datetime
from random import Random
from typing import Any
from urllib.parse import parse_qsl

from tests.doctor.generated.story import Exchange
from tests.doctor.generated.vendors import company, token

FLAVOURS = (
    "chrome",
    "sanitized",
    "firefox",
    "firefox-noparams",
    "safari",
    "playwright",
    "mitmproxy",
    "charles",
    "params-only",
)
_CREATORS = {
    "chrome": "WebInspector", "sanitized": "WebInspector", "firefox": "Firefox", "firefox-noparams": "Firefox",
    "safari": "WebKit Web Inspector", "playwright": "Playwright", "mitmproxy": "mitmproxy har_dump", "charles": "Charles Proxy",
    "params-only": "Insomnia REST Client",
}  # fmt: skip
_BASE = 1_770_000_000


def har(exchanges: list[Exchange], flavour: str, rng: Random) -> bytes:
    """Write a HAR file."""
    entries = [_entry(each, flavour) for each in exchanges]
    return json.dumps(
        {
            "log": {
                "version": "1.2",
                "creator": {"name": _CREATORS[flavour], "version": "1"},
                "pages": [],
                "entries": entries,
            }
        }
    ).encode()


def _entry(each: Exchange, flavour: str) -> dict[str, Any]:
    hidden = ("cookie", "set-cookie", "authorization") if flavour == "sanitized" else ()
    lower = flavour in ("chrome", "sanitized", "safari", "playwright")
    headers = [{"name": n.lower() if lower else n, "value": v} for n, v in each.headers if n.lower() not in hidden]
    moment = datetime.fromtimestamp(_BASE + each.at, UTC)
    answer_headers = [{"name": n, "value": v} for n, v in each.answer_headers if n.lower() not in hidden]
    if each.status:
        answer_headers.insert(0, {"name": "date", "value": format_datetime(moment, usegmt=True)})
    if flavour in ("mitmproxy", "chrome") and each.url.startswith("https://"):
        headers = [{"name": ":method", "value": each.method}, {"name": ":scheme", "value": "https"}, *headers]
    request: dict[str, Any] = {
        "method": each.method,
        "url": each.url,
        "httpVersion": "HTTP/2",
        "headers": headers,
        "cookies": [],
        "queryString": [],
        "headersSize": -1,
        "bodySize": len(each.body or ""),
    }
    if each.body:
        request["postData"] = _post(each, flavour)
    location = next((v for n, v in each.answer_headers if n == "location"), "")
    content: dict[str, Any] = {
        "size": len(each.answer or ""),
        "mimeType": next((v for n, v in each.answer_headers if n == "content-type"), ""),
    }
    if each.answer is not None:
        content["text"] = each.answer
        if flavour in ("playwright", "mitmproxy") and "json" in content["mimeType"] and len(each.answer) % 3 == 0:
            content["text"], content["encoding"] = base64.b64encode(each.answer.encode()).decode(), "base64"
    response = {
        "status": each.status,
        "statusText": "",
        "httpVersion": "HTTP/2",
        "headers": answer_headers,
        "cookies": [],
        "content": content,
        "redirectURL": location,
        "headersSize": -1,
        "bodySize": -1,
    }
    entry = {
        "startedDateTime": moment.isoformat().replace("+00:00", "Z"),
        "time": 40.5,
        "cache": {},
        "timings": {"send": 0, "wait": 40, "receive": 0.5},
        "request": request,
        "response": response,
    }
    if flavour in ("chrome", "sanitized"):
        entry["_resourceType"] = each.resource
        if each.error:
            response["_error"] = each.error
    if flavour == "playwright" and each.error:
        response["status"] = -1
        response["_failureText"] = each.error
    return entry


def _post(each: Exchange, flavour: str) -> dict[str, Any]:
    kind = next((v for n, v in each.headers if n.lower() == "content-type"), "")
    body = each.body or ""
    is_form = "x-www-form-urlencoded" in kind and not body.lstrip().startswith("{")
    pairs = parse_qsl(body, keep_blank_values=True)
    if flavour == "params-only" and is_form:
        return {"mimeType": kind, "params": [{"name": n, "value": v} for n, v in pairs]}
    if flavour in ("chrome", "sanitized") and is_form:
        raw = [part.partition("=") for part in body.split("&")]
        return {"mimeType": kind, "text": body, "params": [{"name": n, "value": v} for n, _, v in raw]}
    if flavour in ("mitmproxy", "charles", "safari") and is_form:
        return {"mimeType": kind, "text": body, "params": [{"name": n, "value": v} for n, v in pairs]}
    if flavour == "firefox":
        return {"mimeType": kind, "params": [], "text": body}
    return {"mimeType": kind, "text": body}


def noise(rng: Random, start: float, end: float, count: int) -> list[Exchange]:
    """Make requests that have nothing to do with a login."""
    host = f"https://cdn.{company(rng)}.example"
    made = []
    for _ in range(count):
        at = rng.uniform(start, end)
        kind = rng.randrange(7)
        if kind == 0:
            made.append(
                Exchange(
                    "noise",
                    "GET",
                    f"{host}/assets/{token(rng, 8)}.js",
                    at,
                    answer="console.log('code=1')",
                    answer_headers=[("content-type", "text/javascript")],
                    resource="script",
                )
            )
        elif kind == 1:
            made.append(
                Exchange(
                    "noise",
                    "POST",
                    f"https://metrics.{company(rng)}.example/collect?v=2",
                    at,
                    [("Content-Type", "text/plain")],
                    "en=page_view&state=ready&code=200",
                    204,
                    resource="ping",
                )
            )
        elif kind == 2:
            made.append(
                Exchange(
                    "noise",
                    "POST",
                    f"https://logs.{company(rng)}.example/envelope",
                    at,
                    [("Content-Type", "application/json")],
                    '{"event": "error", "code": "E12", "token": "none"}',
                    200,
                    [("content-type", "application/json")],
                    '{"ok": true}',
                    resource="fetch",
                )
            )
        elif kind == 3:
            made.append(
                Exchange(
                    "noise",
                    "GET",
                    f"wss://live.{company(rng)}.example/socket?token={token(rng, 12)}",
                    at,
                    [("Upgrade", "websocket")],
                    None,
                    101,
                    resource="websocket",
                )
            )
        elif kind == 4:
            made.append(
                Exchange(
                    "noise",
                    "GET",
                    f"https://api.{company(rng)}.example/v1/items?code=SKU-{rng.randrange(999)}&state=open",
                    at,
                    [("Authorization", "Bearer " + token(rng, 40))],
                    None,
                    rng.choice((200, 404, 401)),
                    [("content-type", "application/json")],
                    '{"items": [], "error": null}',
                    resource="fetch",
                )
            )
        elif kind == 5:
            made.append(
                Exchange(
                    "noise",
                    "OPTIONS",
                    f"https://api.{company(rng)}.example/v1/items",
                    at,
                    [("Origin", host)],
                    None,
                    204,
                    [("access-control-allow-origin", "*")],
                    resource="preflight",
                )
            )
        else:
            made.append(
                Exchange(
                    "noise",
                    "GET",
                    f"{host}/font/{token(rng, 10)}.woff2",
                    at,
                    answer_headers=[("content-type", "font/woff2")],
                    resource="font",
                )
            )
    return made
