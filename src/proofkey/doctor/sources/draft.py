"""A request in the making: what a passage of a text says of one, before answer and values are put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from proofkey.doctor.parameters import Parameter, Parameters, parse_form, parse_json, parse_multipart
from proofkey.doctor.sources.placeholders import is_client_name, is_placeholder

Origin: TypeAlias = Literal["command", "raw", "prose", "code"]
# Values that are words of the protocol, never names of something else.
_PROTOCOL_WORDS = frozenset(
    ["grant_type", "response_type", "code_challenge_method", "response_mode", "prompt", "scope", "token_type"]
)


@dataclass(slots=True)
class Draft:
    """One request; None means that the passage does not say. `origin` tells how much may be missing from it."""

    line: int  # where it begins, from 1
    origin: Origin
    method: str | None = None
    url: str = ""
    headers: list[tuple[str, str]] | None = None  # names in lower case
    body: str | None = None
    body_params: list[tuple[str, str]] | None = None  # decoded, where no text of the body is shown
    body_line: int = 0
    status: int | None = None
    response_headers: list[tuple[str, str]] | None = None
    response_body: str | None = None
    network_error: str | None = None
    placeholders: set[str] = field(default_factory=set)
    partial: bool = False  # made of code whose values are variables

    @property
    def answered(self) -> bool:
        """Tell whether the text showed an answer to it."""
        return self.status is not None or self.response_body is not None

    @property
    def has_body(self) -> bool:
        """Tell whether the text shows what the body holds."""
        return self.body is not None or self.body_params is not None

    def header(self, name: str) -> str | None:
        """Give the first request header of this (lower-case) name."""
        return next((value for key, value in self.headers or () if key == name), None)

    def parameters(self) -> Parameters:
        """Read the parameters of query and body as a server would see them."""
        found = list(parse_form(query_of(self.url)))
        if self.body_params is not None:
            found += [Parameter(name, value) for name, value in self.body_params]
        elif self.body:
            found += parse_json(self.body) or parse_multipart(self.body) or parse_form(self.body)
        return Parameters(found)

    def named_placeholders(self) -> frozenset[str]:
        """Name the parameters whose values only stand for others."""
        sent = self.origin == "raw"
        found = {
            item.name
            for item in self.parameters()
            if item.name not in _PROTOCOL_WORDS and _stands_for_another(item, sent)
        }
        return frozenset(found | self.placeholders)


def _stands_for_another(item: Parameter, sent: bool) -> bool:
    value, raw = item.value, item.raw or ""
    if "$" in value and raw and "$" not in raw:
        value = value.replace("$", "S")  # written %24, so no shell reads a variable there
    if item.name == "client_id" and is_client_name(value):
        return False
    return is_placeholder(value, sent=sent) or is_placeholder(raw, sent=sent)


def query_of(url: str) -> str:
    """Give the query of a URL as written, also where the URL is relative or damaged."""
    return url.partition("#")[0].partition("?")[2]


def path_of(url: str) -> str:
    """Give the path of a URL, also where the URL is relative or damaged."""
    bare = url.partition("#")[0].partition("?")[0]
    if "://" in bare:
        return "/" + bare.partition("://")[2].partition("/")[2]
    return bare


def host_of(url: str) -> str:
    """Give host and port of a URL as written, or an empty text."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:  # a bracket in the host: `https://[your-domain]/`
        return url.partition("://")[2].partition("/")[0].lower()
