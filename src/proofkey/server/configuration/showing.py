"""Writes the settings in force as a settings file, each with where it was said; no secret is in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

from proofkey.server.configuration.options import OPTIONS, Option
from proofkey.server.configuration.reading import Settled
from proofkey.server.configuration.values import in_words


def show(settled: Settled) -> str:
    """Give the text; it can be read again as a file, save that passwords in addresses are left out."""
    rows = list(_rows(settled))
    width = max(len(row) for row, _ in rows)
    return "".join(f"{row:{width}}  # {place}\n" for row, place in rows)


def _rows(settled: Settled) -> Iterator[tuple[str, str]]:
    for option in OPTIONS:
        value = getattr(settled.configuration, option.name)
        if value is None:
            yield f"# {option.name}: {option.otherwise or 'none'}", settled.place(option.name)
        else:
            yield f"{option.name} = {_written(option, value)}", settled.place(option.name)


def _written(option: Option, value: object) -> str:
    if option.metavar == "T" and isinstance(value, int):
        return json.dumps(in_words(value))
    if isinstance(value, bool | int):
        return json.dumps(value)
    if isinstance(value, tuple):
        return json.dumps([str(item) for item in value])
    return json.dumps(without_password(str(value)) if option.tells_secrets else str(value), ensure_ascii=False)


def without_password(address: str) -> str:
    """Leave out what an address may hold in secret: the password before its host, and its query."""
    parts = urlsplit(address)
    user, at, host = parts.netloc.rpartition("@")
    netloc = f"{user.partition(':')[0]}{at}{host}"
    return urlunsplit((parts.scheme, netloc, parts.path, "", "")) if parts.netloc else address.partition("?")[0]
