"""Where a printed object begins: behind an error and its stack, behind a maker's name, behind `response:`.

A bracket alone says nothing: code has the same ones. What is in front of it tells, and that no value inside is a
variable.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from proofkey.doctor.sources.printed.inspected import read_inspected
from proofkey.doctor.sources.printed.unshown import Printed

MAX_PREFIX = 700  # characters in front of the bracket
_TROUBLED = 6  # values of an error's print that need not be understood

_MEMBER = re.compile(r"\{(?=\s*(?:['\"]?[\w$.\-]{1,60}['\"]?[ \t]*(?::|=>)|\[[\w.]+(?:\([^()\n]*\))?\][ \t]*:|…|\}))")
_ERROR = re.compile(r"\b[A-Z]\w{0,60}(?:Error|Exception)\d*\b|^[ \t]+at \S")
_MAKER = re.compile(
    r"(?:[\w\][. ()'\"-]{0,80}[:=][ \t]*)?(?:<ref \*\d+> )?(?:Object )?\[?(?P<maker>[A-Z][\w$]{2,60})\]?"
    r"(?: \[[\w ]+\])?[ \t]*(?:\(\d+\)[ \t]*)?"
)
_MAKERS = re.compile(r"\w*(?:Response|Error|Exception|Request|IncomingMessage|Message)|Object")
_NAME = re.compile(r"[ \t]*(?:[\w\][. ()'-]{0,60}[ :])?['\"]?(?P<name>\w+)['\"]?[ \t]*(?::|=>)[ \t]*")
_NAMES = frozenset(["response", "data", "body", "error", "err", "config", "options", "cause", "result", "res"])
_TELLING = frozenset(["error", "response", "config", "options", "request"])  # of an error itself, not of a body


class Opening(NamedTuple):
    """A bracket that may open a print: its offset, the name or maker in front of it, and how much may be odd inside."""

    bracket: int
    name: str = ""
    maker: str = ""
    odd: int = 0


def opening_at(text: str, start: int, line: str) -> Opening | None:
    """Find the bracket that opens a print on the line at offset `start`; None where there is none."""
    before, bracket, _ = line.partition("{")
    at = start + len(before)
    if not bracket or len(before) > MAX_PREFIX or "}" in before or not _MEMBER.match(text, at):
        return None
    if _ERROR.search(before):
        return Opening(at, odd=_TROUBLED)
    if (match := _MAKER.fullmatch(before)) and _MAKERS.fullmatch(match.group("maker")):
        return Opening(at, maker=match.group("maker"))
    if (match := _NAME.fullmatch(before)) and match.group("name") in _NAMES:
        return Opening(at, name=match.group("name"))
    return None


def read_print(text: str, opening: Opening) -> tuple[Printed, int] | None:
    """Read a printed object: its members and the offset behind it; None where it is code after all.

    Members under a name of their own (`response: {`) come under that name.
    """
    found = read_inspected(text, opening.bracket, odd=opening.odd)
    if found is None:
        return None
    members, end = found
    members.maker = opening.maker
    return (_under(opening.name, members) if opening.name else members), end


def _under(name: str, members: Printed) -> Printed:
    """Put members under the name in front of them, where that name tells what they are."""
    if name in ("err", "result", "cause") or (name == "error" and not _TELLING.isdisjoint(members)):
        return members
    if name in ("data", "body", "error", "res"):
        name = "response" if name == "res" else "data"
    whole = Printed()
    whole[name] = members
    return whole
