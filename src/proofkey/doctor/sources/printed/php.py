"""Read what PHP prints of an array: `print_r`, `var_dump`, `var_export`, and the arrow lists of dumpers."""

from __future__ import annotations

import re

from proofkey.doctor.sources.printed.unshown import UNSHOWN, Printed

MAX_PRINT = 50_000  # characters of one print that are looked at
MAX_MEMBERS = 500

_START = re.compile(
    r"[ \t]*(?:[\w$ :'\"-]{0,60}[:=] ?)?(?:Array\s*\((?!\s*\$)|array\(\d+\)[ \t]*(?:\([\w ]*\)[ \t]*)?\{"
    r"|array:\d+ \[|array \()"
)
_MEMBER = re.compile(
    r"[ \t]*(?:\[(?:\"([^\"\n]{1,100})\"|([^\]\n]{1,100}))\]|[\"']([^\"'\n]{1,100})[\"'])\s*=>[ \t]*(?:\n[ \t]*)?"
    r"(?:string\(\d+\)[ \t]*\"([^\n]{0,4000}?)\"[ \t]*$|(?:int|float)\((-?[\d.]+)\)|bool\((true|false)\)|(NULL)"
    r"|\"([^\n]{0,4000}?)\",?[ \t]*$|'([^\n]{0,4000}?)',?[ \t]*$|(Array\b|array\b|object\b)|([^\n]{0,4000}))",
    re.MULTILINE,
)
_BETWEEN = re.compile(r"(?:[\s(){},\]▼]|\d+[) ]|:\d+ \[)*")
_END = re.compile(r"\s*[)\]}](?:\s*[)\]}])*")


def read_php(text: str, start: int, line: str) -> tuple[Printed, int] | None:
    """Read the array that begins on the line at offset `start`: its members, nested ones too, and the offset behind.

    None where no array begins there or a member is a variable: that is code.
    """
    if "rray" not in line or (match := _START.match(text, start)) is None:
        return None
    found = Printed("array")
    position, limit = match.end(), min(len(text), start + MAX_PRINT)
    for _ in range(MAX_MEMBERS):
        blank = _BETWEEN.match(text, position, limit)
        member = _MEMBER.match(text, blank.end() if blank is not None else position, limit)
        if member is None:
            break
        key = next(group for group in member.groups()[:3] if group is not None)
        quoted, number, flag, nothing, double, single, nested, bare = member.groups()[3:]
        value = next((each for each in (quoted, double, single) if each is not None), None)
        if value is None and bare is not None:
            value = bare.strip().rstrip(",")
            if value.startswith(("$", "new ")) or "->" in value or value.endswith(("(", ")")):
                return None
        if nested is None:
            kept = value if value is not None else None if nothing else UNSHOWN
            found[key.strip("\"' :")] = kept if number is None and flag is None else _plain(number, flag)
        position = member.end()
    end = _END.match(text, position, limit)
    return (found, end.end() if end is not None else position) if found else None


def _plain(number: str | None, flag: str | None) -> object:
    if number is None:
        return flag == "true"
    return int(number) if re.fullmatch(r"-?\d{1,18}", number) else UNSHOWN
