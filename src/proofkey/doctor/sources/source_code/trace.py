"""What happened while code was followed: values that got telling names, requests, redirects, storage, comparisons."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from proofkey.doctor.sources.source_code.values import Fields, Value

# Calls that show, keep or rewrite a value and decide nothing by it.
_ONLY_SHOWS = re.compile(
    r"log|debug|info|warn(?:ing)?|error|print|str|repr|String|trim|strip|parse|loads|atob|b64decode|urlsafe_b64decode"
    r"|encodeURIComponent|decodeURIComponent|unquote|quote|append|set(?:Item|State)?|put|write|send|render"
)
Sink: TypeAlias = Literal["parameter", "member", "result", "variable"]


@dataclass(frozen=True, slots=True)
class Named:
    """A value under a name that speaks of a challenge or a verifier."""

    name: str
    value: Value
    line: int
    sink: Sink
    entry: int  # which entry point the code was followed from


@dataclass(slots=True, eq=False)
class Effect:
    """An effect of React, which may run twice; `cleaned` once it took away what a second run would use."""

    line: int
    cleaned: bool = False
    asked: set[object] = field(default_factory=set)  # keys of a store that it read


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that the code would send."""

    method: str
    url: Value
    body: Value | None  # None: the code does not say
    headers: Fields | None
    line: int
    entry: int
    library: str  # "fetch", "axios", "requests", ...
    mode: str = ""
    effect: Effect | None = None  # the effect that sends it
    guarded: bool = False  # the effect had taken the code away before


@dataclass(frozen=True, slots=True)
class Redirect:
    """The browser is sent somewhere."""

    url: Value
    line: int
    entry: int
    keeps_page: bool = False  # a popup: the page that opened it lives on


@dataclass(frozen=True, slots=True)
class Storage:
    """A value put into or read from a store of the browser or a session."""

    action: Literal["put", "get"]
    store: str
    key: str
    value: Value
    line: int


@dataclass(slots=True)
class Trace:
    """Everything noted, in order."""

    named: list[Named] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    redirects: list[Redirect] = field(default_factory=list)
    storage: list[Storage] = field(default_factory=list)
    fields: list[Fields] = field(default_factory=list)  # every object, form and query that was made
    texts: list[tuple[Value, int]] = field(default_factory=list)  # queries put together as text, with line
    compared: list[tuple[Value, Value]] = field(default_factory=list)
    looked_up: list[Value] = field(default_factory=list)  # what calls and indexes were given to find or to check
    callback_reads: list[tuple[str, int]] = field(default_factory=list)  # parameter of the callback, line
    drawn_in: dict[int, int] = field(default_factory=dict)  # id of a drawing -> entry

    def note_lookup(self, called: str, arguments: list[Value]) -> None:
        """Keep what a call was given, where it may find or check something by it."""
        if not _ONLY_SHOWS.fullmatch(called):
            self.looked_up += arguments
