"""The journal's entries put together: those of one login belong together by the fingerprint of its code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from proofkey.core.records import JournalEntry

Outcome = Literal["refused", "tokens", "code", "done"]


@dataclass(frozen=True, slots=True)
class Exchange:
    """The entries of one login, oldest first; or one entry that belongs to none."""

    entries: tuple[JournalEntry, ...]

    @property
    def last(self) -> JournalEntry:
        """The newest entry."""
        return self.entries[-1]

    @property
    def culprit(self) -> JournalEntry | None:
        """The refused entry that tells most: the first with a named fault, else the first."""
        refused = [entry for entry in self.entries if entry.error is not None]
        return next((entry for entry in refused if entry.fault), refused[0] if refused else None)

    @property
    def outcome(self) -> Outcome:
        """What it has come to."""
        if self.culprit is not None:
            return "refused"
        if self.last.endpoint == "authorize":
            return "code"
        return "tokens" if self.last.endpoint == "token" else "done"


def detail(entry: JournalEntry, name: str) -> str | None:
    """Give a detail of an entry."""
    return next((what for known, what in entry.details if known == name), None)


def parameters(entry: JournalEntry) -> list[tuple[str, str]]:
    """Give what an entry tells of the request's parameters."""
    return [(name.removeprefix("parameter "), what) for name, what in entry.details if name.startswith("parameter ")]


def put_together(entries: Iterable[JournalEntry]) -> list[Exchange]:
    """Group entries, whatever their order; the exchange with the newest entry comes first."""
    groups: dict[tuple[str | None, str], list[JournalEntry]] = {}
    for entry in entries:
        login = detail(entry, "login")
        # A fingerprint is forty bits: two clients' logins are never drawn as one.
        groups.setdefault((entry.client_id, login) if login else (None, entry.request_id), []).append(entry)
    exchanges = [Exchange(tuple(sorted(group, key=_order))) for group in groups.values()]
    return sorted(exchanges, key=lambda exchange: exchange.last.at, reverse=True)


def _order(entry: JournalEntry) -> tuple[float, bool]:
    # In one tick of a coarse clock the authorization request came first all the same.
    return entry.at, entry.endpoint != "authorize"
