"""How a stranger's text looks on a page: one line, capped, no character that moves or hides others (attack A51).

Escaping is the templates' work; this file takes away what escaping leaves: direction marks, control characters,
towers of accents, endless names.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from proofkey.core.redirect_uri import is_loopback, nearest, origin

NAME_LENGTH = 60
SENTENCE_LENGTH = 400
PASSAGE_LENGTH = 1200
URI_LENGTH = 160
_ACCENTS = 3
_AROUND = 48  # characters shown before a difference


def one_line(text: str, limit: int = NAME_LENGTH) -> str:
    """Make a text fit for a heading or a sentence."""
    kept: list[str] = []
    accents = 0
    for character in text[: limit * 8]:
        category = unicodedata.category(character)
        accents = accents + 1 if category in ("Mn", "Me") else 0
        if category in ("Zl", "Zp") or character in "\t\n\r":
            kept.append(" ")
        elif not category.startswith("C") and accents <= _ACCENTS:
            kept.append(character)
    joined = " ".join("".join(kept).split())
    return joined if len(joined) <= limit else joined[: limit - 1].rstrip() + "…"


def spelled(text: str) -> str:
    """Make every character visible: what is not printable ASCII is written as its percent-encoded UTF-8."""
    return "".join(character if "!" <= character <= "~" else _percent_encoded(character) for character in text)


def _percent_encoded(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "replace"))


def uri(text: str, limit: int = URI_LENGTH) -> str:
    """Write a URI so that nothing in it hides, with the middle of a long one left out."""
    seen = spelled(text[: limit * 8])
    return seen if len(seen) <= limit else f"{seen[: limit - 40]}…{seen[-39:]}"


def link(url: str) -> str:
    """Give an address that a page may link to; "#" for one that runs something or is no address (attack A08)."""
    here = url.startswith("/") and not url.startswith(("//", "/\\"))
    return url if here or url.startswith(("https://", "http://")) else "#"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a person goes after the consent page."""

    place: str  # host, or the scheme that an application on the device has claimed
    kind: str  # "site", "computer" or "device"


def destination(redirect_uri: str) -> Destination:
    """Name the place behind a validated redirect URI, as the address bar will show it."""
    scheme, _, rest = redirect_uri.partition("://")
    host = spelled(rest.partition("/")[0].partition("?")[0])
    if is_loopback(redirect_uri):
        return Destination(host, "computer")
    if scheme in ("http", "https"):
        return Destination(_tail(host, 80), "site")
    return Destination(one_line(redirect_uri.partition(":")[0], 80), "device")


def front_door(redirect_uri: str) -> str | None:
    """Give where an application begins, by its validated redirect URI; None where no page is known to be there.

    Behind a loopback address a program may have listened that is gone; a scheme of its own would start a program.
    """
    return f"{origin(redirect_uri)}/" if destination(redirect_uri).kind == "site" else None


@dataclass(frozen=True, slots=True)
class Marked:
    """A URI cut at the first character in which it differs from another."""

    before: str
    at: str  # empty: the text ends here
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A received redirect URI beside the registered one that comes closest."""

    received: Marked
    registered: Marked
    position: int  # counted from 1


def compare(received: str, registered: tuple[str, ...]) -> Comparison | None:
    """Mark the first difference between a received redirect URI and its nearest registered one."""
    near = nearest(received, registered[:50])
    if near is None or received == near.registered:
        return None
    return compare_at(received, near.registered, near.at)


def compare_at(received: str, registered: str, at: int) -> Comparison:
    """Mark the character with this index in both."""
    return Comparison(_mark(received, at), _mark(registered, at), at + 1)


def _mark(text: str, at: int) -> Marked:
    before = spelled(text[max(0, at - _AROUND) : at])
    after = text[at + 1 :]
    return Marked(
        before=("…" if at > _AROUND else "") + before,
        at=spelled(text[at : at + 1]),
        after=spelled(after[:_AROUND]) + ("…" if len(after) > _AROUND else ""),
    )


def _tail(host: str, limit: int) -> str:
    # The end of a host name says whose it is; the beginning is what an impostor chooses.
    return host if len(host) <= limit else "…" + host[-limit:]
