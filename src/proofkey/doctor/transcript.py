"""Write the transcripts that faults show as their bad and good examples: one login in raw HTTP, with what differs.

The pair is that of RFC 7636 appendix B.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from functools import lru_cache, partial
from urllib.parse import quote, quote_plus

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
CODE = "SplxlOBeZQQYbYS6WxSbIA"
STATE = "af0ifjsldkjJ2fK3"
REFRESH_TOKEN = "tGzv3JOkF0XG5Qx2TlKWIA"

_AUTHORIZE = {
    "response_type": "code",
    "client_id": "app",
    "redirect_uri": "https://app.example/cb",
    "scope": "openid",
    "state": STATE,
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
_CALLBACK = {"code": CODE, "state": STATE}
_REFRESH = {"grant_type": "refresh_token", "refresh_token": REFRESH_TOKEN, "client_id": "app"}
_TOKEN = {
    "grant_type": "authorization_code",
    "code": CODE,
    "redirect_uri": "https://app.example/cb",
    "client_id": "app",
    "code_verifier": VERIFIER,
}
FORM = "application/x-www-form-urlencoded"
TOKENS: dict[str, object] = {"access_token": "2YotnFZFEjr1zCsicMWpAA", "token_type": "Bearer", "expires_in": 3600}
_REFUSED, _ACCEPTED = json.dumps({"error": "invalid_grant"}), json.dumps(TOKENS)
ISSUED = {**TOKENS, "refresh_token": REFRESH_TOKEN}
ROTATED = {**TOKENS, "refresh_token": "8xLOxBtZp8Yq1mWc3RfJdA"}

Changes = Mapping[str, str | None]  # None takes the parameter out


def login(
    *,
    authorize: Changes | None = None,
    callback: Changes | None = None,
    token: Changes | None = None,
    status: int = 400,
    answer: Mapping[str, object] | str | None = None,
    authorize_url: str = "https://login.example/oauth/authorize",
    token_url: str = "https://login.example/oauth/token",
    token_headers: Mapping[str, str] | None = None,
    content_type: str | None = FORM,
    token_body: str | None = None,
    steps: tuple[str, ...] = ("authorize", "callback", "token"),
) -> str:
    """Write one login; `answer` is that of the token request: an error by default, {} for tokens.

    `token_body` replaces the form; `steps` leaves parts out.
    """
    sent, returned = _frozen(authorize), _frozen(callback)
    parts = []
    if "authorize" in steps:
        parts.append(_authorization(sent, returned if "callback" in steps else None, authorize_url))
    if "callback" in steps:
        parts.append(_callback(sent, returned))
    if "token" in steps:
        parts.append(
            token_request(
                token, status, answer, url=token_url, headers=token_headers, content_type=content_type, body=token_body
            )
        )
    return "\n".join(parts)


def token_request(
    changes: Changes | None = None,
    status: int = 400,
    answer: Mapping[str, object] | str | None = None,
    *,
    url: str = "https://login.example/oauth/token",
    headers: Mapping[str, str] | None = None,
    content_type: str | None = FORM,
    body: str | None = None,
) -> str:
    """Write one token request with its answer."""
    if answer is None:
        answer = _REFUSED
    elif answer == {}:
        answer, status = _ACCEPTED, 200
    all_headers = {**(headers or {}), **({"Content-Type": content_type} if content_type else {})}
    text = body if body is not None else _redemption(_frozen(changes))
    shown = answer if isinstance(answer, str) else json.dumps(answer)
    return _exchange(url, tuple(all_headers.items()), text, status, shown)


def refresh(
    changes: Changes | None = None,
    status: int = 400,
    answer: Mapping[str, object] | str | None = None,
    *,
    url: str = "https://login.example/oauth/token",
    headers: Mapping[str, str] | None = None,
) -> str:
    """Write one refresh request with its answer, to stand behind a login that got `ISSUED`."""
    body = _form(_changed(_REFRESH, _frozen(changes)))
    return "\n" + token_request(None, status, answer, url=url, headers=headers, body=body)


def id_token(claims: Mapping[str, object]) -> str:
    """Write an ID token with these claims; its signature is none."""
    parts = ({"alg": "RS256"}, {"iss": "https://login.example", "sub": "7", "aud": "app", **claims})
    written = [urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*written, "c2lnbmF0dXJl"])


def request(method: str, url: str, headers: Mapping[str, str] | None = None, body: str = "") -> str:
    """Write a request in raw HTTP, with its absolute URL."""
    lines = [f"{method} {url} HTTP/1.1", *(f"{name}: {value}" for name, value in (headers or {}).items()), "", body]
    return "\n".join(lines) + ("\n\n" if body else "\n")


def response(status: int, headers: Mapping[str, str] | None = None, body: str = "") -> str:
    """Write a response in raw HTTP."""
    lines = [f"HTTP/1.1 {status} ", *(f"{name}: {value}" for name, value in (headers or {}).items()), "", body]
    return "\n".join(lines) + "\n"


# Every fault's examples are written when it is loaded, and most of their parts are alike.
_Frozen = tuple[tuple[str, str | None], ...]


@lru_cache(maxsize=256)
def _authorization(changes: _Frozen, returned: _Frozen | None, url: str) -> str:
    """Write the authorization request; its answer leads to the callback, or to a page where nothing is returned."""
    location = "https://login.example/signin" if returned is None else _callback_url(changes, returned)
    return request("GET", _with_query(url, _changed(_AUTHORIZE, changes))) + response(302, {"Location": location})


@lru_cache(maxsize=256)
def _callback(changes: _Frozen, returned: _Frozen) -> str:
    page = response(200, {"Content-Type": "text/html"}, "<!doctype html><title>app</title>")
    return request("GET", _callback_url(changes, returned)) + page


@lru_cache(maxsize=256)
def _exchange(url: str, headers: tuple[tuple[str, str], ...], text: str, status: int, shown: str) -> str:
    kind = "text/html" if shown.startswith("<") else "application/json"
    return request("POST", url, dict(headers), text) + response(status, {"Content-Type": kind}, shown)


@lru_cache(maxsize=256)
def _redemption(changes: _Frozen) -> str:
    return _form(_changed(_TOKEN, changes))


def _callback_url(changes: _Frozen, returned: _Frozen) -> str:
    target = _changed(_AUTHORIZE, changes).get("redirect_uri", "https://app.example/cb")
    return _with_query(target, _changed(_CALLBACK, returned))


def _frozen(changes: Changes | None) -> _Frozen:
    return tuple(changes.items()) if changes else ()


def _changed(parameters: Mapping[str, str], changes: _Frozen) -> dict[str, str]:
    return {name: value for name, value in {**parameters, **dict(changes)}.items() if value is not None}


def _with_query(url: str, parameters: Mapping[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{_query(parameters)}"


def _query(parameters: Mapping[str, str]) -> str:
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in parameters.items())


def _form(parameters: Mapping[str, str]) -> str:
    return "&".join(f"{_quoted_plus(name)}={_quoted_plus(value)}" for name, value in parameters.items())


_quoted = lru_cache(maxsize=1024)(partial(quote, safe=""))
_quoted_plus = lru_cache(maxsize=1024)(quote_plus)
