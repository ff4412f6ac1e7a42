"""A request of the browser, as ASGI and WSGI servers both can give it: the path is decoded, the query is not."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field

from proofkey.core.wire import Headers

MAX_QUERY = 8192  # characters
MAX_COOKIES = 16_384  # characters of all cookies of a request
_PRINTABLE = re.compile(r"[\x21-\x7E]*")


def make_request_id() -> str:
    """Give a new request id."""
    return secrets.token_urlsafe(9)


@dataclass(frozen=True, slots=True)
class Arrived:
    """`path` is below the back end's base; `raw_path` is the whole path as it was sent, where the server tells."""

    method: str
    path: str
    query: str
    headers: Headers = field(repr=False)  # names in lower case
    raw_path: str | None = None
    id: str = field(default_factory=make_request_id)

    def header(self, name: str) -> str | None:
        """Give the first header of this (lower-case) name."""
        return next((value for key, value in self.headers if key == name), None)

    def cookies(self, prefix: str) -> list[tuple[str, str]]:
        """Give the cookies whose names begin so, in order, a repeated one too."""
        found, length = [], 0
        for key, value in self.headers:
            if key != "cookie":
                continue
            length += len(value)
            if length > MAX_COOKIES:
                break
            for pair in value.split(";"):
                name, _, content = pair.strip().partition("=")
                if name.startswith(prefix):
                    found.append((name, content.strip('"')))
        return found

    @property
    def query_is_sound(self) -> bool:
        """Whether the query is printable ASCII of a bounded length."""
        return len(self.query) <= MAX_QUERY and _PRINTABLE.fullmatch(self.query) is not None


def is_below(base: str, *paths: str) -> bool:
    """Tell whether one of these ways to write a path is below the base."""
    return any(path.startswith(base + "/") for path in paths)


def below(base: str, mounted_at: str, path: str) -> str | None:
    """Give the part of a path below the back end's base, None where it is elsewhere.

    A framework may have cut its mount point off already, or name it beside the whole path.
    """
    for prefix in (mounted_at + base, base, mounted_at):
        if prefix and path.startswith(prefix + "/"):
            return path[len(prefix) :]
    if is_below(base, mounted_at + path):
        return (mounted_at + path)[len(base) :]
    return path if mounted_at or not base else None
