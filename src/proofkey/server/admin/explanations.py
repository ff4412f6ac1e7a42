"""A journal entry in words: the exact fault with its fix, and the redirect URI that was meant."""

from __future__ import annotations

from dataclasses import dataclass

from proofkey.core.records import JournalEntry
from proofkey.core.redirect_uri import first_difference
from proofkey.server import diagnosis
from proofkey.server.admin.exchanges import detail
from proofkey.server.pages.display import Comparison, compare_at
from proofkey.server.settings import Settings


@dataclass(frozen=True, slots=True)
class NearMiss:
    """The redirect URI as it came beside the one that was meant.

    `comparison` is None where the difference is in a query value, which the journal does not keep.
    """

    received: str
    registered: str
    position: int  # counted from 1
    comparison: Comparison | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a request was refused."""

    slug: str | None
    title: str
    words: str
    fix: str
    url: str | None
    evidence: tuple[tuple[str, str], ...]
    searched: bool
    near_miss: NearMiss | None


def explain(settings: Settings, entry: JournalEntry) -> Explanation:
    """Explain a refused entry, from what was found at the time; what is missing comes from the fault's page."""
    view = diagnosis.fault_view(entry.fault) if entry.fault else None
    return Explanation(
        slug=entry.fault,
        title=detail(entry, "title") or (view.title if view else "Refused, and no fault has a name for it"),
        words=detail(entry, "explanation") or (view.happened if view else ""),
        fix=detail(entry, "fix") or (view.fix if view else ""),
        url=diagnosis.fault_url(settings, entry.fault) if entry.fault and view else None,
        evidence=tuple(
            (name.removeprefix("evidence "), what) for name, what in entry.details if name.startswith("evidence ")
        ),
        searched=detail(entry, "searched") != "no",
        near_miss=_near_miss(entry),
    )


def title_of(entry: JournalEntry) -> str:
    """Name the fault of an entry in a line."""
    if title := detail(entry, "title"):
        return title
    view = diagnosis.fault_view(entry.fault) if entry.fault else None
    return view.title if view else entry.fault or entry.error or ""


def stage_of(slug: str) -> str:
    """Name the stage of the login at which a fault is made; "" for an unknown one."""
    view = diagnosis.fault_view(slug)
    return view.stage if view else ""


def _near_miss(entry: JournalEntry) -> NearMiss | None:
    received, registered = detail(entry, "parameter redirect_uri"), detail(entry, "nearest redirect_uri")
    position = detail(entry, "first difference")
    if received is None or registered is None or position is None:
        return None
    at = int(position) - 1
    visible = received != registered and first_difference(received, registered) == at
    return NearMiss(received, registered, at + 1, compare_at(received, registered, at) if visible else None)
