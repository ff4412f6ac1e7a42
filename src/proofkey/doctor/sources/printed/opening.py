"""Where a printed object begins: behind an error and its stack, behind a maker's name, behind `response:`.

A bracket alone says nothing: code has the same ones. What is in front of it tells, and that no value inside is a
variable.
"""

from __future__ import annotations

import re

from proofkey.doctor.sources.printed.inspected import read_inspected
from proofkey.doctor.sources.printed.unshown import Printed

_TROUBLED = 6  # values of an error's print that need not be understood

_MEMBER = r"(?=\s*(?:['\"]?[\w$.\-]{1,60}['\"]?[ \t]*(?::|=>)|\[[\w.]+(?:\([^()\n]*\))?\][ \t]*:|…|\}))"
_OF_AN_ERROR = re.compile(
    r"(?:[^{}\n]{0,300}?\b(?:[A-Z]\w*|Uncaught \(in promise\) \w*)(?:Error|Exception)\d*\b[^{}\n]{0,400}"
    r"|[ \t]+at [^\n]{0,600}?)[ \t]?\{" + _MEMBER
)
_OF_A_MAKER = re.compile(
    r"(?:[\w\][. ()'\"-]{0,80}[:=][ \t]*)?(?:<ref \*\d+> )?(?:Object )?\[?(?P<maker>[A-Z][\w$]{2,60})\]?"
    r"(?: \[[\w ]+\])?[ \t]*(?:\(\d+\)[ \t]*)?\{" + _MEMBER
)
_OF_A_MEMBER = re.compile(
    r"[ \t]*(?:[\w\][. ()'-]{0,60}[ :])?['\"]?(?P<name>\w+)['\"]?[ \t]*(?::|=>)[ \t]*\{" + _MEMBER
)
_NAMES = frozenset(["response", "data", "body", "error", "err", "config", "options", "cause", "result", "res"])
_TELLING = frozenset(["error", "response", "config", "options", "request"])  # of an error itself, not of a body
_MAKERS = re.compile(r"\w*(?:Response|Error|Exception|Request|IncomingMessage|Message)|Object")


def read_print(text: str, start: int, line: str) -> tuple[Printed, int] | None:
    """Read the printed object that begins on the line at offset `start`: its members and the offset behind it.

    Members under a name of their own (`response: {`) come under that name.
    """
    if len(line) > 20_000 or "{" not in line:
        return None
    if ("Error" in line or "Exception" in line or " at " in line) and (match := _OF_AN_ERROR.match(text, start)):
        return read_inspected(text, match.end() - 1, odd=_TROUBLED)
    if (match := _OF_A_MAKER.match(text, start)) and _MAKERS.fullmatch(match.group("maker")):
        found = read_inspected(text, match.end() - 1)
        if found is not None:
            found[0].maker = match.group("maker")
        return found
    if (match := _OF_A_MEMBER.match(text, start)) and match.group("name") in _NAMES:
        found = read_inspected(text, match.end() - 1)
        return None if found is None else (_under(match.group("name"), found[0]), found[1])
    return None


def _under(name: str, members: Printed) -> Printed:
    """Put members under the name in front of them, where that name tells what they are."""
    if name in ("err", "result", "cause") or (name == "error" and not _TELLING.isdisjoint(members)):
        return members
    if name in ("data", "body", "error", "res"):
        name = "response" if name == "res" else "data"
    whole = Printed()
    whole[name] = members
    return whole
