"""Cookies of a capture: which were set, which came back, and whether the tool recorded cookies at all (RFC 6265 4).

Browsers leave cookies out of the files that they export, so that none is to be seen means nothing unless others are.
"""

from __future__ import annotations

from typing import NamedTuple

from proofkey.doctor.address import split
from proofkey.doctor.capture import Capture
from proofkey.doctor.login import Login
from proofkey.doctor.message import Message


class SetCookie(NamedTuple):
    """One cookie that an answer sets; attribute names in lower case."""

    name: str
    value: str
    attributes: dict[str, str]
    message: Message

    @property
    def same_site(self) -> str:
        """The SameSite attribute in lower case; browsers take "lax" where there is none (RFC 6265bis 5.6.7)."""
        return self.attributes.get("samesite", "lax").lower()

    @property
    def is_removed(self) -> bool:
        """Whether the answer deletes the cookie instead."""
        return self.attributes.get("max-age", "").strip() in ("0", "-1") or not self.value

    def covers(self, host: str, path: str) -> bool:
        """Tell whether the cookie belongs to requests of this host and path; ports do not count (RFC 6265 8.5)."""
        domain = self.attributes.get("domain", "").lstrip(".").lower()
        own = split(self.message.url).host
        if host != own and not (domain and (host == domain or host.endswith(f".{domain}"))):
            return False
        limit = self.attributes.get("path", "/") or "/"
        return path == limit or path.startswith(limit if limit.endswith("/") else f"{limit}/")

    def __repr__(self) -> str:
        return f"SetCookie({self.name}, {len(self.value)} characters)"


def set_by(message: Message) -> list[SetCookie]:
    """Give the cookies that an answer sets."""
    found = []
    for header in message.response_headers_named("set-cookie"):
        for line in header.split("\n"):  # HAR files join several headers with line breaks
            pair, *rest = line.split(";")
            name, equals, value = pair.strip().partition("=")
            if name and equals:
                parts = (each.strip().partition("=") for each in rest)
                found.append(SetCookie(name, value, {key.lower(): text for key, _, text in parts}, message))
    return found


def sent_in(message: Message) -> dict[str, str] | None:
    """Give the cookies of a request by name; None where its headers were not captured."""
    if message.request_headers is None:
        return None
    found: dict[str, str] = {}
    for name, value in message.request_headers:
        if name == "cookie":
            for pair in value.split(";"):
                key, _, text = pair.strip().partition("=")
                found.setdefault(key, text)
    return found


def are_recorded(capture: Capture) -> bool:
    """Tell whether the capture shows any cookie, so that one that is not to be seen was not there."""
    return any(
        name in ("cookie", "set-cookie")
        for message in capture.messages
        for name, _ in (*(message.request_headers or ()), *(message.response_headers or ()))
    )


def set_before_callback(login: Login, host: str) -> list[SetCookie]:
    """Give the cookies that the application's host set before the callback came, the last of each name."""
    callback = login.callback
    end = callback.number if callback is not None else 0
    found: dict[str, SetCookie] = {}
    for message in login.capture.messages:
        if message.number < end and split(message.url).host == host:
            found.update((each.name, each) for each in set_by(message))
    return [each for each in found.values() if not each.is_removed]


def set_at_start(login: Login) -> list[SetCookie]:
    """Give the cookies that the redirect to the authorization request sets."""
    return [each for each in set_by(login.start) if not each.is_removed] if login.start is not None else []
