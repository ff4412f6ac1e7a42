"""Keep secrets out of reports (decision 6): collected from the capture, taken out of every string at the very end.

Faults say lengths and positions; this is the net below them. A secret goes in every spelling (as it is,
percent-encoded, base64) and in any piece of it that is long enough to be of use.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar
from urllib.parse import quote, quote_plus, unquote_plus

from proofkey.doctor.address import split
from proofkey.doctor.capture import Capture
from proofkey.doctor.error_code import is_error_code
from proofkey.doctor.login import Login
from proofkey.doctor.message import Message
from proofkey.doctor.parameters import Parameters
from proofkey.doctor.steps import BasicCredentials, TokenRequest, body_parameters

SECRET_NAMES = frozenset(
    (
        *("code", "code_verifier", "codeverifier", "verifier", "code_challenge", "client_secret", "clientsecret"),
        *("access_token", "refresh_token", "id_token", "id_token_hint", "token", "assertion", "client_assertion"),
        *("password", "passwd", "pwd", "pass", "j_password", "pin", "otp", "secret", "api_key", "apikey"),
        *("subject_token", "actor_token", "device_code", "samlresponse", "session_token", "logout_token"),
    )
)
_PLAIN_WORDS = frozenset(
    (
        *("undefined", "null", "none", "true", "false", "code", "token", "state", "verifier", "password", "secret"),
        *("string", "object", "promise", "access", "refresh", "authorization_code", "refresh_token", "bearer"),
        *("client_credentials", "plain", "s256", "login", "test", "value"),
    )
)
SHORTEST = 4  # shorter values cannot be told from the words of the report
PIECE = 12  # characters of a secret that are already of use
_LONG_RUN = re.compile(r"[A-Za-z0-9_\-+/=.~]{40,}")
_JWT = re.compile(r"eyJ[A-Za-z0-9_\-]{5,}\.[A-Za-z0-9_\-]{5,}(?:\.[A-Za-z0-9_\-]*)?")

T = TypeVar("T")


class Redactor:
    """The secrets of one capture, ready to be taken out of texts."""

    def __init__(self, secrets: Iterable[str], public: Iterable[str] = (), whole_only: Iterable[str] = ()) -> None:
        self._secrets = sorted({each for each in secrets if _worth_hiding(each)}, key=len, reverse=True)
        self._whole = sorted({each for each in whole_only if _worth_hiding(each)}, key=len, reverse=True)
        # A made-up value such as original_code_verifier_string must not take the parameter's name out of the report.
        self._public = "\n".join((*SECRET_NAMES, *(each for each in public if each)))
        self._hidden = [
            (each, tuple(_spellings(each)) if len(each) >= 8 else ()) for each in (*self._secrets, *self._whole)
        ]
        self._pieces = "\n".join(each for each in self._secrets if len(each) >= PIECE and "://" not in each)

    def clean(self, text: str) -> str:
        """Give a text without the secrets."""
        for secret, spellings in self._hidden:
            if not spellings:
                text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(secret)}(?![A-Za-z0-9])", "[redacted]", text)
                continue
            for spelling in spellings:
                if spelling in text:
                    text = text.replace(spelling, "[redacted]")
        text = _JWT.sub("[token]", text)
        text = self._without_pieces(text)
        return _LONG_RUN.sub(self._hide_random, text)

    def clean_all(self, value: T) -> T:
        """Give a JSON value with every string in it cleaned; the keys stay."""
        if isinstance(value, str):
            return self.clean(value)  # type: ignore[return-value]
        if isinstance(value, list):
            return [self.clean_all(each) for each in value]  # type: ignore[return-value]
        if isinstance(value, dict):
            return {key: self.clean_all(each) for key, each in value.items()}  # type: ignore[return-value]
        return value

    def _without_pieces(self, text: str) -> str:
        if not self._pieces or len(text) < PIECE:
            return text
        hidden: list[tuple[int, int]] = []
        for at in range(len(text) - PIECE + 1):
            window = text[at : at + PIECE]
            if " " not in window and window in self._pieces and window not in self._public:
                if hidden and at <= hidden[-1][1]:
                    hidden[-1] = (hidden[-1][0], at + PIECE)
                else:
                    hidden.append((at, at + PIECE))
        for start, end in reversed(hidden):
            text = f"{text[:start]}[redacted]{text[end:]}"
        return text

    def _hide_random(self, match: re.Match[str]) -> str:
        run = match.group()
        kinds = (any(map(str.isdigit, run)), any(map(str.islower, run)), any(map(str.isupper, run)))
        known = run in self._public or run.strip("./") in self._public
        return run if known or not all(kinds) else f"[{len(run)} characters]"


def redactor_of(capture: Capture, logins: Iterable[Login]) -> Redactor:
    """Collect the secrets of a capture, and what may be shown: client ids, redirect URIs, hosts."""
    secrets: set[str] = set()
    cookies: set[str] = set()
    public: set[str] = set()
    headers_seen: set[str] = set()
    for message in capture.messages:
        secrets.update(_of_message(message))
        for name, value in (*(message.request_headers or ()), *(message.response_headers or ())):
            if name in ("cookie", "set-cookie") and value not in headers_seen:
                headers_seen.add(value)
                cookies.update(_of_cookies(name, value))
    for part in capture.fragments:
        if part.kind == "value" and part.name.lower() in SECRET_NAMES:
            secrets.add(part.text)
        elif part.kind == "url":
            secrets.update(_of_url(part.text))
        elif part.kind == "error":
            secrets.update(_of_json(part.text, is_answer=True))
    for login in logins:
        for step in (*login.authorize_hops, *login.pushed, *login.token_requests, *login.refreshes):
            for name in ("client_id", "redirect_uri", "scope", "resource"):
                public.update(step.all(name))
            public.add(step.address.host)
            public.add(step.address.without_query)
        public.update(each.address.without_query for each in (*login.callbacks, *login.responses))
        if login.registration is not None:
            public.update(login.registration.redirect_uris or ())
            public.add(login.registration.client_id or "")
            hidden = login.registration.members.get("client_secret")
            if isinstance(hidden, str):
                secrets.add(hidden)
    return Redactor(secrets, public - secrets, cookies)


def _worth_hiding(text: str) -> bool:
    if len(text) < SHORTEST or text.lower() in _PLAIN_WORDS:
        return False
    if text.strip("{}<>[]()$%").lower() in SECRET_NAMES:  # {code_challenge}: the name where a value should be
        return False
    return not (text.startswith("[object") or text.isspace())


def _spellings(secret: str) -> Iterator[str]:
    yield secret
    for encode in (quote_plus, lambda text: quote(text, safe="")):
        if (encoded := encode(secret)) != secret:
            yield encoded
    data = secret.encode("utf-8", "surrogatepass")
    yield urlsafe_b64encode(data).decode().rstrip("=")
    yield b64encode(data).decode().rstrip("=")
    escaped = json.dumps(secret)[1:-1]
    if escaped != secret:
        yield escaped


def _of_message(message: Message) -> Iterator[str]:
    yield from _of_url(message.url)
    if message.redirect_target:
        yield from _of_url(message.redirect_target)
    if message.body or message.body_params is not None:
        yield from _of_parameters(body_parameters(message))
        yield from _of_json(message.body or "")
    yield from _of_json(message.response_body or "", is_answer=True)
    if header := message.request_header("authorization"):
        scheme, _, token = header.partition(" ")
        yield token.strip() or scheme
        basic = TokenRequest(message).basic
        if isinstance(basic, BasicCredentials) and basic.legible:
            yield basic.secret
            yield unquote_plus(basic.secret)
    if proof := message.request_header("dpop"):
        yield proof


def _of_url(url: str) -> Iterator[str]:
    if "=" in url:
        address = split(url)
        yield from _of_parameters(address.parameters)
        yield from _of_parameters(address.fragment_parameters)


def _of_parameters(parameters: Parameters | None) -> Iterator[str]:
    for item in parameters or ():
        if item.name.lower() in SECRET_NAMES:
            yield item.value
            if item.raw and item.raw != item.value:
                yield item.raw
            yield item.value.strip("'\" \t\r\n")


def _of_json(text: str, *, is_answer: bool = False) -> Iterator[str]:
    text = text[:1_000_000].strip()
    if not text.startswith(("{", "[")):
        return
    try:
        document: Any = json.loads(text)
    except (ValueError, RecursionError):
        return
    waiting = [("", document)]
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, dict):
            for member, each in value.items():
                if isinstance(each, (dict, list)):
                    waiting.append((member, each))
                elif is_answer and member == "code" and is_error_code(each, value, name):
                    continue
                elif isinstance(each, str) and member.lower() in SECRET_NAMES:
                    yield each
        elif isinstance(value, list):
            waiting += [(name, each) for each in value if isinstance(each, (dict, list))]


def _of_cookies(header: str, value: str) -> Iterator[str]:
    parts = value.split(";")
    for part in parts[:1] if header == "set-cookie" else parts:
        _, equals, text = part.partition("=")
        if equals and len(text.strip()) >= 6:
            yield text.strip()
            yield unquote_plus(text.strip())
