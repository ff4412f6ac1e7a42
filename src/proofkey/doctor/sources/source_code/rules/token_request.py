"""The token requests that code would send, as drafts, and what is wrong with their shape (RFC 6749 4.1.3)."""

from __future__ import annotations

import json
import re

from proofkey.doctor.address import split
from proofkey.doctor.json_takers import takes_json
from proofkey.doctor.sources.draft import Draft
from proofkey.doctor.sources.source_code.block import Observation
from proofkey.doctor.sources.source_code.forms import fields_of_text
from proofkey.doctor.sources.source_code.rendering import is_constant, text_of
from proofkey.doctor.sources.source_code.trace import Sent, Trace
from proofkey.doctor.sources.source_code.values import (
    Altered,
    Fields,
    FormText,
    Joined,
    Json,
    Known,
    Value,
    awaited,
)

FORM = "application/x-www-form-urlencoded"
TOKEN_NAMES = frozenset(
    ["grant_type", "code", "redirect_uri", "client_id", "code_verifier", "client_secret", "refresh_token", "resource"]
)
_TOKEN_URL = re.compile(
    r"token(?!s/me)[\w\-]*/?(?:\?|$)|[tT]oken_?(?:[uU]rl|URL|[eE]ndpoint|ENDPOINT|URI|[uU]ri)", re.IGNORECASE
)
_NOT_TOKEN = re.compile(r"introspect|revoke|userinfo|refresh_?token_?url", re.IGNORECASE)
_REDIRECT_NAMES = ("redirectUri", "redirect_url", "redirectUrl", "redirect", "callback_url", "redirect_URI")
_VERIFIER_NAMES = ("codeVerifier", "verifier", "code_verify", "pkce_verifier", "codeverifier")
_MISNAMED = dict.fromkeys(_REDIRECT_NAMES, "redirect-uri-misnamed") | dict.fromkeys(
    _VERIFIER_NAMES, "verifier-misnamed"
)
_OTHER_GRANTS = re.compile(r"refresh_token|client_credentials|password|urn:|implicit|token-exchange|device")


class TokenCall:
    """One call of a token endpoint in the code."""

    def __init__(self, sent: Sent) -> None:
        self.sent = sent
        self.line = sent.line
        self.url = text_of(sent.url, "url")
        body = awaited(sent.body) if sent.body is not None else None
        body = _read_json(body) or body
        self.is_json = isinstance(body, Json)
        self.is_object = isinstance(body, Fields) and body.kind == "object"
        self.is_multipart = isinstance(body, Fields) and body.kind == "multipart"
        self.is_text = isinstance(body, (Joined, Known)) or (isinstance(body, FormText) and sent.library != "form")
        self.in_query = not self._names_in(body) and bool(self._url_fields().entries)
        self.fields = self._url_fields() if self.in_query else self._fields(body)
        self.content_type = self._content_type(body)

    def _names_in(self, body: Value | None) -> bool:
        fields = self._fields(body)
        return fields is not None and bool(fields.entries)

    def _url_fields(self) -> Fields:
        url = self.sent.url
        found = url if isinstance(url, Fields) else fields_of_text(url)
        return found if any(name in TOKEN_NAMES for name, _ in found.entries) else Fields("url")

    @staticmethod
    def _fields(body: Value | None) -> Fields | None:
        match body:
            case Fields():
                return body
            case FormText(of):
                return of
            case Json(of):
                inner = awaited(of)
                return inner if isinstance(inner, Fields) else None
            case Joined() | Known():
                found = fields_of_text(body)
                return found if found.entries else None
            case _:
                return None

    def _content_type(self, body: Value | None) -> str | None:
        """Give the content type that leaves, None where the code does not say."""
        headers = self.sent.headers
        for name, value in headers.entries if headers is not None else ():
            if name.lower() == "content-type":
                return text_of(value).lower() if is_constant(value) else None
        if headers is None or headers.open:
            return None
        library = self.sent.library
        if isinstance(body, Fields) and body.kind == "form":
            return FORM
        if self.is_multipart:
            return "multipart/form-data"
        if library == "requests-text":
            return ""
        if isinstance(body, Json):
            return "application/json" if library in ("json", "requests", "angular") else "text/plain;charset=UTF-8"
        if self.is_object:
            return "application/json" if library in ("axios", "angular") else "text/plain;charset=UTF-8"
        if isinstance(body, FormText) and library in ("form", "jquery", "requests", "axios"):
            return FORM
        if isinstance(body, (FormText, Joined)):
            return FORM if library in ("axios", "jquery") else "text/plain;charset=UTF-8"
        return ""

    @property
    def grant(self) -> Value | None:
        """Give the grant_type, None where the code shows none."""
        return self.fields.get("grant_type") if self.fields is not None else None

    @property
    def is_redemption(self) -> bool:
        """Tell whether this is the redemption of a code, not a refresh or another grant."""
        if self.fields is None:
            return bool(_TOKEN_URL.search(self.url)) and not _NOT_TOKEN.search(self.url) and self.sent.method == "POST"
        grant = self.grant
        if isinstance(grant, Known) and _OTHER_GRANTS.search(str(grant.value)):
            return False
        names = {name for name, _ in self.fields.entries}
        return bool(names & {"code_verifier", "codeVerifier"}) or (
            "code" in names and bool(names & {"grant_type", "redirect_uri"})
        )


def _read_json(body: Value | None) -> Json | None:
    """Read a body that is a constant JSON text."""
    if not (isinstance(body, Known) and isinstance(body.value, str) and body.value.lstrip().startswith("{")):
        return None
    try:
        members = json.loads(body.value)
    except (ValueError, RecursionError):
        return None
    return Json(Fields("object", [(name, Known(value)) for name, value in members.items() if isinstance(value, str)]))


def token_calls(trace: Trace) -> list[TokenCall]:
    """Give the calls of a token endpoint that redeem a code."""
    return [call for sent in trace.sent if (call := TokenCall(sent)).is_redemption]


def forms_alone(trace: Trace) -> list[Fields]:
    """Give the forms of a redemption whose sending is not shown: `const params = new URLSearchParams({...})`."""
    known = {id(call.fields) for call in token_calls(trace)}
    found = [f for f in trace.fields if f.kind in ("form", "multipart") and id(f) not in known]
    return [f for f in found if f.get("grant_type") is not None and (f.get("code") or f.get("code_verifier"))]


def token_draft(call: TokenCall) -> Draft | None:
    """Write a call of the token endpoint as a request."""
    headers: list[tuple[str, str]] | None = None
    authorized = False
    sent = call.sent.headers
    if sent is not None and not sent.open and call.content_type is not None:
        headers = [("content-type", call.content_type)] if call.content_type else []
        for name, value in sent.entries:
            if name.lower() == "authorization" and not is_constant(value):
                authorized = True
            elif name.lower() != "content-type" and is_constant(value):
                headers.append((name.lower(), text_of(value)))
    draft = Draft(call.line, "code", call.sent.method if call.sent.method != "?" else "POST", _url(call.url), headers)
    draft.partial = True
    draft.body_line = call.line
    if authorized:
        # Credentials made of variables say nothing about the client, and must not be read as a client's name.
        draft.headers = None
        draft.placeholders |= {"client_id", "client_secret"}
    if call.fields is None:
        return draft if call.url.startswith("http") else None
    body = awaited(call.sent.body) if call.sent.body is not None else None
    if body is not None and is_constant(body):
        draft.body = text_of(body)  # the very text, with its own escapes
    else:
        _fill(draft, call.fields, as_json=(call.is_json or call.is_object), in_query=call.in_query)
    if all(is_constant(value) for _, value in call.fields.entries) and "{" not in call.url:
        draft.partial = False
    return draft


def draft_of_form(fields: Fields) -> Draft:
    """Write a form whose sending is not shown as a request to an unknown place."""
    draft = Draft(fields.line, "code", "POST", "", None)
    draft.partial = True
    _fill(draft, fields, as_json=False, in_query=False)
    return draft


def _url(text: str) -> str:
    """Keep what is known of a URL: nothing where even its host is a variable."""
    bare = text.strip()
    return bare if re.match(r"https?://|/", bare) else ""


def _fill(draft: Draft, fields: Fields, *, as_json: bool, in_query: bool) -> None:
    pairs: list[tuple[str, str]] = []
    for name, value in fields.entries:
        pairs.append((name, text_of(value, name)))
        if not is_constant(value):
            draft.placeholders.add(name)
    if fields.open:
        draft.placeholders |= TOKEN_NAMES - {name for name, _ in pairs}
    if as_json:
        draft.body = json.dumps(dict(pairs))
    elif in_query:
        draft.url = draft.url.partition("?")[0] + "?" + "&".join(f"{name}={value}" for name, value in pairs)
        draft.body = ""
    else:
        draft.body_params = pairs


# --- what is wrong


def facts_of_token_call(call: TokenCall, *, in_browser: bool) -> list[Observation]:
    """Name what is wrong with the shape of a call."""
    found: list[Observation] = []

    def add(slug: str, what: str) -> None:
        found.append(Observation(slug, call.line, what))

    kind = (call.content_type or "").partition(";")[0]
    if call.is_json or (call.is_object and call.sent.library in ("axios", "angular")):
        if kind == FORM and call.sent.library != "axios":
            add("token-body-json-as-form", "The body is JSON text, sent under the content type of a form.")
        elif kind != FORM and not takes_json(split(call.url).host):
            add("token-body-json", "The body is sent as JSON; the token endpoint reads form parameters.")
    elif call.is_object:
        add("token-content-type-wrong", "The body is a plain object; fetch sends the text [object Object].")
    elif call.is_multipart:
        add(
            "token-body-multipart",
            "The body is multipart/form-data; the token endpoint reads application/x-www-form-urlencoded.",
        )
    elif call.in_query and call.sent.method == "POST":
        add("token-params-in-query", "The parameters are put into the URL instead of the body.")
    elif call.sent.library == "requests-text" and call.content_type == "" and call.fields is not None:
        add("token-content-type-wrong", "The form is given as text, so requests sends it without a content type.")
    elif kind and kind != FORM and call.is_text:
        add(
            "token-content-type-wrong",
            f"The form leaves as {kind}; a text body needs the form content type in a header.",
        )
    if call.sent.method == "GET":
        add("token-request-get", "The token endpoint is called with GET.")
    if call.sent.mode == "no-cors":
        add("cors-answer-unreadable", "mode: 'no-cors' hides the answer from the page.")
    if call.fields is not None:
        found += facts_of_form(call.fields, call.line, authorized=_authorized(call), in_browser=in_browser)
    return found


def _authorized(call: TokenCall) -> bool:
    headers = call.sent.headers
    return headers is None or headers.open or any(name.lower() == "authorization" for name, _ in headers.entries)


def facts_of_form(fields: Fields, line: int, *, authorized: bool, in_browser: bool) -> list[Observation]:
    """Name what is wrong with the parameters of a redemption."""
    found: list[Observation] = []
    names = {name for name, _ in fields.entries}

    def add(slug: str, what: str) -> None:
        found.append(Observation(slug, line, what))

    for name in names & _MISNAMED.keys():
        right = "redirect_uri" if _MISNAMED[name].startswith("redirect") else "code_verifier"
        if right not in names:
            add(_MISNAMED[name], f"The parameter is called {name}; its name is {right}.")
    misnamed = {_MISNAMED[name] for name in names & _MISNAMED.keys()}
    if not fields.open:
        if "grant_type" not in names:
            add("grant-type-wrong", "grant_type is not sent.")
        if not names & {"client_id", "clientId", "client_assertion"} and not authorized:
            add("client-id-missing", "client_id is not sent and there is no Authorization header.")
    grant = fields.get("grant_type")
    if isinstance(grant, Known) and isinstance(grant.value, str) and grant.value != "authorization_code":
        add("grant-type-wrong", f"grant_type is {grant.value[:40]!r}; it must be 'authorization_code'.")
    if in_browser and fields.get("client_secret") is not None and fields.get("client_secret") != Known(""):
        add(
            "secret-in-public-client",
            "A client secret is part of code that runs in the browser, where everybody can read it.",
        )
    if fields.get("client_secret") == Known(""):
        add("secret-empty", "client_secret is sent empty.")
    if not misnamed and not fields.open and "redirect_uri" not in names:
        add("redirect-uri-missing", "redirect_uri is not sent; it must repeat the one of the authorization request.")
    return found + facts_of_encoding(fields, line)


def facts_of_encoding(fields: Fields, line: int) -> list[Observation]:
    """Name values that are percent-encoded by hand before a form builder encodes them."""
    found: list[Observation] = []
    if fields.kind not in ("form", "url"):
        return found
    for name, value in fields.entries:
        if not isinstance(value, Altered) or value.how != "percent":
            continue
        if name == "redirect_uri":
            found.append(
                Observation(
                    "redirect-uri-double-encoded",
                    fields.line or line,
                    "redirect_uri is percent-encoded by hand and then again by the form builder.",
                )
            )
        elif name == "code":
            found.append(
                Observation(
                    "code-percent-encoded",
                    fields.line or line,
                    "The code is percent-encoded by hand and then again by the form builder.",
                )
            )
    return found
