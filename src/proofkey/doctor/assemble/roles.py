"""What part a message may play in a login, told by its parameters and never by a known host.

A wrong host or path is a fault to be found, so a token request is a token request wherever it went (RFC 6749 4.1).
"""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from proofkey.doctor.address import split
from proofkey.doctor.message import Message
from proofkey.doctor.parameters import EMPTY, Parameters
from proofkey.doctor.steps import body_parameters, syntax_of

Role: TypeAlias = Literal["authorize", "pushed", "token", "refresh", "other-grant", "preflight"]

# A cheap look before anything is parsed: most messages of a capture are pictures and scripts.
_URL_HINT = re.compile(r"client_id=|response_type=|code_challenge|request_uri=|grant_?type=|code_verifier=", re.I)
_BODY_HINT = re.compile(r"client_id|response_type|code_challenge|grant_?type|verifier|refresh_token|\bcode\b", re.I)
_CALLBACK_HINT = re.compile(r"[?&#](?:code|error|state)=", re.IGNORECASE)

_TOKEN_PATH = re.compile(r"(?:^|[/_\-.])(?:access_?)?token(?:s|\.\w+)?/?", re.IGNORECASE)
_TOKEN_PATH_END = re.compile(r".*(?:oauth|openid|connect|sso|auth|login|idp).*/(?:access_)?token/?", re.IGNORECASE)
_AUTHORIZE_PATH = re.compile(r".*(?:authori[sz]|/auth(?:/|$)|oauth2?/|/dialog/)", re.IGNORECASE)
_BARE_AUTHORIZE = re.compile(r".*/(?:authorize|oauth2/(?:v\d/)?auth|openid-connect/auth)/?", re.IGNORECASE)
_END_PATH = re.compile(r"log-?out|sign-?out|end_?-?session|revoke|register", re.IGNORECASE)
_PUSHED_PATH = re.compile(r"(?:^|/)(?:par|pushed[\w\-]*)(?:/|$)", re.IGNORECASE)
_CREDENTIALS = ("password", "passwd", "username", "j_password", "otp")
_REQUEST_ONLY = ("grant_type", "client_secret", "code_verifier", "response_type", "code_challenge")
_NO_GRANT = ("response_type", "code_challenge", "password", "username")
_OTHER_GRANTS = ("client_credentials", "password", "urn:", "implicit")


def role_of(message: Message) -> Role | None:
    """Name the part that a message plays, None where it plays none or may only be a callback."""
    if message.method == "OPTIONS":
        return "preflight"
    url_speaks = _URL_HINT.search(message.url) is not None
    body_speaks = message.body_params is not None or (
        bool(message.body) and _BODY_HINT.search((message.body or "")[:20_000]) is not None
    )
    if url_speaks or body_speaks:
        query = split(message.url).parameters if url_speaks else EMPTY
        body = (body_parameters(message) or EMPTY) if body_speaks else EMPTY
        return _role_by_parameters(message, query, body) or _illegible_token_request(message)
    if message.method == "GET" and "?" not in message.url and _BARE_AUTHORIZE.fullmatch(split(message.url).path):
        return "authorize"
    if message.method == "POST" and _TOKEN_PATH_END.fullmatch(split(message.url).path):
        # Nothing of a grant is to be seen: an empty or unrecorded body, or one that is no form at all.
        return "token" if syntax_of(message) in (None, "empty", "other", "json") else None
    return None


def _illegible_token_request(message: Message) -> Role | None:
    """Know a multipart body whose parts a tool wrote down as something else."""
    multipart = (message.request_header("content-type") or "").lower().startswith("multipart/")
    at_home = message.method == "POST" and _TOKEN_PATH_END.fullmatch(split(message.url).path)
    return "token" if multipart and at_home else None


def may_be_callback(message: Message) -> bool:
    """Tell whether a message or its redirect may deliver an authorization response."""
    if _CALLBACK_HINT.search(message.url) or _CALLBACK_HINT.search(message.redirect_target or ""):
        return True
    if message.method != "POST":
        return False
    if message.body_params is not None:
        return "code" in message.body_params or "error" in message.body_params
    body = message.body or ""
    return bool(re.search(r"(?:^|&)(?:code|error|state)=", body[:20_000]))


def response_parameters(text: str) -> Parameters | None:
    """Read an authorization response out of a URL (query, else fragment), None where there is none."""
    address = split(text)
    for parameters in (address.parameters, address.fragment_parameters):
        if is_response(parameters):
            return parameters
    return None


def is_response(parameters: Parameters) -> bool:
    """Tell whether parameters can be an authorization response (RFC 6749 4.1.2)."""
    return ("code" in parameters or "error" in parameters) and not any(name in parameters for name in _REQUEST_ONLY)


def has_token_path(url: str) -> bool:
    """Tell whether a path looks like that of a token endpoint."""
    return _TOKEN_PATH.search(split(url).path) is not None


def has_authorize_path(url: str) -> bool:
    """Tell whether a path looks like that of an authorization endpoint."""
    return _AUTHORIZE_PATH.match(split(url).path) is not None


def _role_by_parameters(message: Message, query: Parameters, body: Parameters) -> Role | None:
    if grant := _grant_role(message, body) or _grant_role(message, query):
        return grant
    if message.method == "POST" and len(body):
        if _asks_for_authorization(message, body):
            return "pushed" if _is_pushed(message) else "authorize"
        if message.method == "POST" and any(name in body for name in _CREDENTIALS):
            return None
    return "authorize" if _asks_for_authorization(message, query) else None


def _grant_role(message: Message, found: Parameters) -> Role | None:
    if any(name in found for name in _NO_GRANT) and "code" not in found:
        return "other-grant" if (found.get("grant_type") or "").strip() == "password" else None
    grant = found.get("grant_type") or found.get("grantType") or found.get("granttype")
    proof = "code" in found or "code_verifier" in found
    if grant is not None:
        letters = re.sub(r"[^a-z]", "", grant.lower())
        if not proof and ("refresh_token" in found or "refresh" in letters):
            return "refresh"
        if not proof and grant.strip().lower().startswith(_OTHER_GRANTS):
            return "other-grant"
        return "token"
    if proof and (message.method in ("POST", "PUT") or ("code_verifier" in found and has_token_path(message.url))):
        names = set(found.names())
        known = len(names & {"client_id", "redirect_uri", "code_verifier", "client_secret"})
        if known >= 2 or ((known or "state" not in names) and has_token_path(message.url)):
            return "token"
    if "refresh_token" in found and "code" not in found and message.method == "POST" and has_token_path(message.url):
        return "refresh"
    return None


def _asks_for_authorization(message: Message, found: Parameters) -> bool:
    if any(name in found for name in _CREDENTIALS) or "post_logout_redirect_uri" in found:
        return False
    if "response_type" in found:
        return any(name in found for name in ("client_id", "redirect_uri", "scope", "state", "code_challenge"))
    if "client_id" not in found:
        return "code_challenge" in found and "redirect_uri" in found
    if any(name in found for name in ("code_challenge", "request_uri", "request")):
        return True
    path = split(message.url).path
    plausible = "redirect_uri" in found and any(name in found for name in ("state", "scope", "nonce"))
    return (plausible and not _END_PATH.search(path)) or ("redirect_uri" in found and "authorize" in path.lower())


def _is_pushed(message: Message) -> bool:
    if '"request_uri"' in (message.response_body or "") or _PUSHED_PATH.search(split(message.url).path):
        return True
    navigates = message.request_header("sec-fetch-mode") == "navigate"
    return not navigates and (message.response_body or "").lstrip().startswith("{")
