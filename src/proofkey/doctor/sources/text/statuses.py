"""Find the HTTP status that a line of prose speaks of: "-> 400", "The server says 401:", "400 Bad Request"."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"(?<![\w.:/#$%&=+-])(?:HTTP[ /]?)?([2-5]\d\d)(?![\w%])(?!\.\d)(?![-/]\w)")
_BEFORE = re.compile(
    r"(?:\bHTTP(?:/[\d.]+)?|\bstatus(?:[ _]?code)?|\bcode|\berrors?|\breturn(?:s|ed|ing)?|\bg[eo]t(?:s|ting)?|\ban?"
    r"|\bwith"
    r"|\bsays?|\bsaid|\banswer(?:s|ed)?|\brespon(?:se|ds?|ded)|\breceived?|\bthrows?|\bfail(?:s|ed)?|\bis|\bwas|\bresult"
    r"|\brepl(?:y|ie[sd])|\bback|\bthe|\bgives?|\bgave|\bsame|\bstill|\balways|\bprint(?:s|ed)|->|=>|→|⇒|←|<|>|\(|:|\|)"
    r"(?:\s+(?:me|us|back|an?|the|only|just|now|http|status|code|of|is|was|as|with|error))*[\s:=\"'`*(\[]*$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"[.,;:!)\]`*]+(?:\s|$)|[\s:)\]\"'`*(,]*(?:bad request|client error|server error|unauthori[sz]ed|forbidden"
    r"|not found|internal server"
    r"|method not|unsupported|too many"
    r"|ok\b|found\b|moved|error|response|status|back\b|from\b|on\b|when\b|every time|service unavailable"
    r"|bad gateway|and\b|[{<]|$)",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"\s*(?:s|ms|sec|seconds?|minutes?|hours?|days?|px|kb|mb|bytes?|bits?|chars?|characters?|users?|lines?|times?)\b",
    re.I,
)
_LENGTH = re.compile(r"\b(?:length|size|port|count|lifetime|expires_in)[\"']?\s*[:=]?\s*$", re.IGNORECASE)


def status_in(line: str) -> tuple[int, int] | None:
    """Give offset and value of the HTTP status that a line speaks of, None where it speaks of none.

    Of several the first that says no: "the first is 200 and the second 400" is about the 400.
    """
    found: list[tuple[int, int]] = []
    for match in _NUMBER.finditer(line[:2_000]):
        before, after = line[max(0, match.start() - 40) : match.start()], line[match.end() : match.end() + 40]
        if _UNIT.match(after) or _LENGTH.search(before):
            continue
        alone = not before.strip(" \t-=>→*#") or match.group().upper().startswith("HTTP")
        if (alone and _AFTER.match(after)) or (_BEFORE.search(before) and (_AFTER.match(after) or _short(line))):
            found.append((match.start(), int(match.group(1))))
    return next((each for each in found if each[1] >= 400), found[0] if found else None)


def _short(line: str) -> bool:
    return len(line) < 60
