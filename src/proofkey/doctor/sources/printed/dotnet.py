"""Read what .NET prints of an HttpRequestMessage and an HttpResponseMessage: first line, fields, no body."""

from __future__ import annotations

import re

from proofkey.doctor.sources.draft import Draft
from proofkey.doctor.sources.text.raw_http import Answer, Lines

MAX_FIELDS = 60

_ANSWER = re.compile(
    r"StatusCode: (?P<status>[1-5]\d\d), ReasonPhrase: [^\n]{0,100}?, Version: [\d.]+, Content: [^\n]*"
)
_REQUEST = re.compile(
    r"Method: (?P<method>[A-Z]{3,7}), RequestUri: '(?P<url>[^'\n]{1,4000})', Version: [\d.]+, Content: [^\n]*"
)
_FIELD = re.compile(r"\s*([A-Za-z][A-Za-z0-9-]*): ?(.*)")


def read_dotnet(source: Lines, index: int) -> tuple[Answer | Draft, int] | None:
    """Give the request or the answer that is printed from this line on, and the index of the line behind it."""
    line = source.lines[index]
    fields, behind = _fields(source, index + 1)
    if match := _ANSWER.search(line):
        return Answer(index + 1, int(match.group("status")), fields or None), behind
    if match := _REQUEST.search(line):
        return Draft(index + 1, "raw", match.group("method"), match.group("url"), fields or None), behind
    return None


def _fields(source: Lines, index: int) -> tuple[list[tuple[str, str]], int]:
    """Read the fields between the brackets that stand on lines of their own."""
    lines = source.lines
    if index >= len(lines) or lines[index].strip() != "{":
        return [], index
    found: list[tuple[str, str]] = []
    for position in range(index + 1, min(len(lines), index + 1 + MAX_FIELDS)):
        if lines[position].strip() == "}":
            return found, position + 1
        if (match := _FIELD.fullmatch(lines[position])) is None:
            break
        found.append((match.group(1).lower(), match.group(2).strip()))
    return found, index
