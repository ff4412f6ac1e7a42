"""Number what a text told in the order in which it happened, as far as the text shows it.

A text is read in its own order; only where it names a code before the callback that brought it, or a state before the
authorization request that sent it, was it told in another order than it happened.
"""

from __future__ import annotations

from collections.abc import Sequence

from proofkey.doctor.message import Fragment
from proofkey.doctor.parameters import parse_form
from proofkey.doctor.sources.draft import Draft, query_of
from proofkey.doctor.sources.text.urls import role_of

_RANK = {"authorize": 0, "callback": 1, "token": 2, "other": 2}


def in_order(items: Sequence[tuple[int, Draft | Fragment]]) -> list[tuple[int, Draft | Fragment]]:
    """Give the items (with their lines) by line; if a login is told backwards, by the steps of the flow."""
    found = sorted(items, key=lambda item: item[0])
    if not _told_backwards(found):
        return found
    return sorted(found, key=lambda item: _RANK[_role(item[1])])


def _told_backwards(items: Sequence[tuple[int, Draft | Fragment]]) -> bool:
    first: dict[tuple[str, str], int] = {}
    for position, (_, item) in enumerate(items):
        role = _role(item)
        for name in ("state", "code"):
            value = _value(item, name)
            if value:
                first.setdefault((f"{role} {name}", value), position)
    for (key, value), position in first.items():
        if key == "callback state" and first.get(("authorize state", value), -1) > position:
            return True
        if key == "token code" and first.get(("callback code", value), -1) > position:
            return True
    tokens = [p for p, (_, item) in enumerate(items) if _role(item) == "token"]
    starts = [p for p, (_, item) in enumerate(items) if _role(item) == "authorize"]
    return len(tokens) == 1 and len(starts) == 1 and starts[0] > tokens[0]


def _role(item: Draft | Fragment) -> str:
    if isinstance(item, Draft):
        return "token" if item.method == "POST" else role_of(item.url)
    return role_of(item.text) if item.kind == "url" else "other"


def _value(item: Draft | Fragment, name: str) -> str | None:
    if isinstance(item, Draft):
        return item.parameters().get(name)
    return parse_form(query_of(item.text)).get(name) if item.kind == "url" else None
