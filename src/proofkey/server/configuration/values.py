"""Reads one value: from TOML it comes with a type, from the environment and the command line as text.

A reader gives the value or raises Unfit with the end of a sentence: "port" + "must be a whole number ...".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TypeAlias
from urllib.parse import urlsplit

import msgspec

Network: TypeAlias = IPv4Network | IPv6Network
Reader: TypeAlias = Callable[[object], object]

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_DURATION = re.compile(r"([0-9]{1,10})\s?([smhd]?)")
_ADDRESS = re.compile(r"(\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9.\-]{1,253}):([0-9]{1,5})")
_LONGEST = 2048
_YES, _NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


class Unfit(ValueError):
    """The value cannot be this option's; the text says what it must be."""


class Address(msgspec.Struct, frozen=True):
    """Where to listen."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def text(value: object) -> str:
    """Read any short text without control characters."""
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST or not value.isprintable():
        raise Unfit("must be a text in one line")
    return value


def url(value: object) -> str:
    """Read an http or https URL."""
    try:
        parts = urlsplit(text(value))
    except ValueError:
        raise Unfit("must be a URL") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Unfit("must be a URL, such as https://login.example")
    return text(value)


def whole(low: int, high: int) -> Callable[[object], int]:
    """Read a whole number within bounds."""

    def read(value: object) -> int:
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,10}", value):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise Unfit(f"must be a whole number from {low} to {high}")
        return value

    return read


def duration(low: int, high: int) -> Callable[[object], int]:
    """Read seconds, or a number with s, m, h or d, within bounds; gives seconds."""

    def read(value: object) -> int:
        seconds = value
        if isinstance(value, str) and (found := _DURATION.fullmatch(value)):
            seconds = int(found[1]) * UNITS[found[2] or "s"]
        if not isinstance(seconds, int) or isinstance(seconds, bool) or not low <= seconds <= high:
            raise Unfit(f"must be {low} to {high} seconds ({in_words(low)} to {in_words(high)}), such as 90 or '12h'")
        return seconds

    return read


def in_words(seconds: int) -> str:
    """Write seconds with the greatest unit that divides them."""
    if not seconds:
        return "0s"
    unit = next(unit for unit in reversed(UNITS) if seconds % UNITS[unit] == 0)
    return f"{seconds // UNITS[unit]}{unit}"


def switch(value: object) -> bool:
    """Read yes or no."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in (*_YES, *_NO):
        return value.lower() in _YES
    raise Unfit("must be true or false")


def one_of(*choices: str) -> Callable[[object], str]:
    """Read one of some words."""

    def read(value: object) -> str:
        if not isinstance(value, str) or value not in choices:
            raise Unfit(f"must be {' or '.join(choices)}")
        return value

    return read


def address(value: object) -> Address:
    """Read host:port."""
    found = _ADDRESS.fullmatch(value) if isinstance(value, str) else None
    if not found or int(found[2]) > 65_535:
        raise Unfit("must be host:port, such as 127.0.0.1:9464 or [::1]:9464")
    return Address(found[1].strip("[]"), int(found[2]))


def origins(value: object) -> tuple[str, ...]:
    """Read origins: a list, or a text with commas."""
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, Sequence) or len(items) > 100:
        raise Unfit("must be a list of origins, such as http://localhost:5173")
    return tuple(url(item) for item in items)


def networks(value: object) -> tuple[Network, ...]:
    """Read addresses and networks: a list, or a text with commas."""
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, Sequence) or len(items) > 256:
        raise Unfit("must be a list of addresses or networks, such as 10.0.0.0/8")
    try:
        return tuple(ip_network(text(item).strip()) for item in items if item != "")
    except ValueError:
        raise Unfit("must be a list of addresses or networks, such as 10.0.0.0/8 or 192.0.2.7") from None
