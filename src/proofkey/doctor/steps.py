"""One message in its role: authorization request, callback, token request, refresh, preflight.

A step gives the request's parameters as observations, form-decoded, wherever the client put them (query, form, JSON,
multipart): what is in the wrong place is itself the finding of some fault, and must not blind the others.
"""

from __future__ import annotations

import re
from base64 import b64decode
from functools import cached_property
from typing import Literal, NamedTuple, TypeAlias
from urllib.parse import unquote_plus

from proofkey.doctor.address import Address, split
from proofkey.doctor.answer import Answer, claims_of
from proofkey.doctor.evidence import UNOBSERVED, Absent, Evidence, Observation, Seen
from proofkey.doctor.message import Message
from proofkey.doctor.parameters import EMPTY, MAX_BODY, Parameter, Parameters, parse_form, parse_json, parse_multipart

Syntax: TypeAlias = Literal["form", "json", "multipart", "empty", "other"]
FORM_TYPE = "application/x-www-form-urlencoded"


class Step:
    """A message seen as one step of a login."""

    kind = "request"

    def __init__(self, message: Message, parameters: Parameters | None, place: str) -> None:
        self.message = message
        self.parameters = parameters  # None where the capture does not show them
        self.place = place  # "query", "body", "fragment", for people
        self.answer = Answer(message)

    @property
    def number(self) -> int:
        """The message's position in the capture."""
        return self.message.number

    @property
    def started(self) -> float | None:
        """When the request left, in seconds since the epoch."""
        return self.message.started

    def seconds_after(self, earlier: Step) -> float | None:
        """Give the seconds between an earlier request and this one, None where a time is not captured."""
        return None if self.started is None or earlier.started is None else self.started - earlier.started

    @property
    def address(self) -> Address:
        """The request's URL in parts."""
        return split(self.message.url)

    def get(self, name: str) -> Observation:
        """Observe a parameter: its first value, decoded once."""
        if self.parameters is None or name in self.message.placeholders:
            return UNOBSERVED
        value = self.parameters.get(name)
        place = f"{self.message.where}, {self.place}"
        return Absent(place) if value is None else Seen(value, f"{place}: {name}")

    def value(self, name: str) -> str | None:
        """Give a parameter's first value, None where it is absent or unobserved."""
        observation = self.get(name)
        return observation.value if isinstance(observation, Seen) else None

    def all(self, name: str) -> list[str]:
        """Give every value of a parameter."""
        return self.parameters.all(name) if self.parameters is not None else []

    def raw(self, name: str) -> str | None:
        """Give a parameter as it was written, before decoding, where that is known."""
        return self.parameters.raw(name) if self.parameters is not None else None

    @property
    def names(self) -> list[str]:
        """Name the parameters, repeated ones repeatedly."""
        return self.parameters.names() if self.parameters is not None else []

    def header(self, name: str) -> Observation:
        """Observe a request header (lower-case name)."""
        if self.message.request_headers is None:
            return UNOBSERVED
        value = self.message.request_header(name)
        where = f"{self.message.where}, {name} header"
        return Absent(f"{self.message.where}, headers") if value is None else Seen(value, where)

    def shows(self, what: str) -> Evidence:
        """Quote this step in a finding."""
        return Evidence(self.message.where, what)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.message!r})"


class AuthorizeRequest(Step):
    """An authorization request (RFC 6749 4.1.1), a hop of one, or a pushed one (RFC 9126).

    `parameters` hold those of a pushed request or a request object too, where the capture shows them.
    """

    kind = "authorize"

    def __init__(self, message: Message, parameters: Parameters | None, place: str, *, pushed: bool = False) -> None:
        super().__init__(message, parameters, place)
        self.pushed = pushed
        self.by_reference = False  # parameters stand in a request_uri that the capture does not resolve

    def get(self, name: str) -> Observation:
        """Observe a parameter; one that may hide behind an unresolved request_uri is unobserved, never absent."""
        observation = super().get(name)
        return UNOBSERVED if self.by_reference and isinstance(observation, Absent) else observation


class Callback(Step):
    """An authorization response (RFC 6749 4.1.2): the redirect that carries it or the request that delivers it."""

    kind = "callback"

    def __init__(self, message: Message, parameters: Parameters, place: str, url: str, *, delivered: bool) -> None:
        super().__init__(message, parameters, place)
        self.url = url  # where it went: the redirect's target or the request's URL
        self.delivered = delivered  # False: only the server's redirect to the client was seen

    @property
    def address(self) -> Address:
        """The callback's URL in parts."""
        return split(self.url)


class BasicCredentials(NamedTuple):
    """What an Authorization: Basic header says; `client_id` and `secret` as written between base64 and colon."""

    client_id: str
    secret: str
    legible: bool  # False: not base64, or no colon in it

    def __repr__(self) -> str:
        return f"BasicCredentials(legible={self.legible})"


class TokenRequest(Step):
    """A request to redeem a code (RFC 6749 4.1.3), to refresh (6), or of another grant."""

    kind = "token"

    def __init__(self, message: Message) -> None:
        self.syntax = syntax_of(message)
        parameters, place = _token_parameters(message, self.syntax)
        super().__init__(message, parameters, place)
        self.redirected_to: Message | None = None  # the request that followed a 3xx answer

    @property
    def content_type(self) -> Observation:
        """The Content-Type header."""
        return self.header("content-type")

    @property
    def in_query(self) -> bool:
        """Whether the parameters ride in the URL instead of the body."""
        return self.place == "query"

    @cached_property
    def basic(self) -> BasicCredentials | None:
        """The Basic credentials, None where there are none (or headers were not captured)."""
        header = self.message.request_header("authorization") or ""
        scheme, _, token = header.strip().partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            text = b64decode(token.strip() + "=" * (-len(token.strip()) % 4)).decode("utf-8", "replace")
        except ValueError:
            return BasicCredentials("", "", False)
        name, colon, secret = text.partition(":")
        return BasicCredentials(name, secret, bool(colon))

    @property
    def client_id(self) -> Observation:
        """The client named by the body, else by the Basic header."""
        named = self.get("client_id")
        if not isinstance(named, Seen) and self.basic is not None and self.basic.legible:
            return Seen(self.basic.client_id, f"{self.message.where}, authorization header: client id")
        if isinstance(named, Absent) and self.message.request_headers is None:
            return UNOBSERVED  # a header that was not captured may have carried it
        return named

    @property
    def authenticates(self) -> bool:
        """Whether any client authentication is to be seen."""
        names = set(self.names)
        return (
            self.message.request_header("authorization") is not None
            or "client_secret" in names
            or "client_assertion" in names
        )


class Preflight(Step):
    """An OPTIONS request of a browser before a cross-origin call (Fetch 3.2)."""

    kind = "preflight"

    def __init__(self, message: Message) -> None:
        super().__init__(message, split(message.url).parameters, "query")


def syntax_of(message: Message) -> Syntax | None:
    """Tell the syntax of a request body by what it is, not by its header; None where it was not captured."""
    body = message.body
    if body is None:
        if message.body_params is not None and len(message.body_params):
            if _JSON_AS_NAME.match(message.body_params.names()[0]):
                return "json"
            header = (message.request_header("content-type") or "").lower()
            return "multipart" if header.startswith("multipart/") else "form"
        if message.body_params is not None or message.method in ("GET", "HEAD", "OPTIONS"):
            return "empty"
        return None
    text = body[:MAX_BODY].strip()
    if not text:
        return "empty"
    if text[0] in "{[" or _JSON_AS_NAME.match(unquote_plus(text[:40])):
        return "json"
    if text.startswith("--") and re.search(r'name="?[\w.\-]+', text):
        return "multipart"
    return "form" if re.match(r"[^=&\s{<]{1,100}=", text) else "other"


def body_parameters(message: Message) -> Parameters | None:
    """Read the parameters of a request body, whatever its syntax; None where it was not captured."""
    syntax = syntax_of(message)
    if syntax is None:
        return None
    if message.body is None:
        if syntax == "json" and message.body_params is not None:
            return _loose_json("".join(f"{each.name}{each.value}" for each in message.body_params))
        return message.body_params or EMPTY
    if syntax == "json":
        text = message.body if message.body.lstrip()[:1] in "{[" else unquote_plus(message.body.strip()).rstrip("=")
        return parse_json(text) or _loose_json(text)
    if syntax == "multipart":
        return parse_multipart(message.body) or EMPTY
    if syntax == "form":
        return parse_form(message.body.strip("\r\n"))
    return EMPTY


def _token_parameters(message: Message, syntax: Syntax | None) -> tuple[Parameters | None, str]:
    """Find the token parameters: in the body, or, where that has none, in the query."""
    query = split(message.url).parameters
    body = body_parameters(message)
    if _speaks_of_a_grant(query) and not (body is not None and _speaks_of_a_grant(body)):
        return query.merged(body or EMPTY), "query"
    return body, "body" if syntax in ("form", "json", "multipart", "empty", None) else "unreadable body"


def _speaks_of_a_grant(parameters: Parameters) -> bool:
    return any(name in parameters for name in ("grant_type", "code", "code_verifier", "refresh_token"))


_JSON_AS_NAME = re.compile(r"""\s*\{\s*['"]\w""")  # JSON text that a form builder took for a name
_JSON_MEMBER = re.compile(r'[\'"]([A-Za-z_]\w{0,60})[\'"]\s*:\s*[\'"]((?:[^\'"\\]|\\.)*)[\'"]')


def _loose_json(text: str) -> Parameters:
    """Read the members of something that is meant to be JSON and is not."""
    return Parameters(Parameter(m.group(1), m.group(2)) for m in _JSON_MEMBER.finditer(text[:MAX_BODY]))


def request_object(parameters: Parameters) -> Parameters:
    """Read the parameters inside a `request` object (RFC 9101), unverified; EMPTY where there is none to read."""
    claims = claims_of(parameters.get("request") or "")
    return Parameters(Parameter(name, value) for name, value in claims.items() if isinstance(value, str))
