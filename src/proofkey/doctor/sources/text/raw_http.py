"""Read HTTP as it is written down: request line, headers, body, status line, headers, body.

Whole dumps, traces of `curl -v` without their marks, and short forms ("POST https://host/token", a body, "400").
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from proofkey.doctor.sources.draft import Draft
from proofkey.doctor.sources.text.extents import end_of_object, end_of_page

METHODS = "GET|POST|PUT|DELETE|OPTIONS|HEAD|PATCH"
_TARGET = r"(?:https?://|/|\{\{|\$\{|\*(?=\s|$))\S*"
_ARROW = r"(?:-+>|=+>|→|⇒|:|—|–|,|\.\.\.|…)?"
REQUEST_LINE = re.compile(
    rf"(?P<method>{METHODS})[ \t]+(?P<target>{_TARGET}|[\w.-]+\.[a-z]{{2,}}/\S*)(?P<version>[ \t]+HTTP/[\d.]+)?[ \t]*"
    rf"(?:{_ARROW}[ \t]*(?:HTTP[ \t]+"
    rf"|status[ \t:]*)?\(?(?P<status>[1-5]\d\d)\)?(?:[ \t]+\(?[A-Z][\w -]{{0,40}}\)?)?[^\w\n]*)?"
)
STATUS_LINE = re.compile(r"HTTP/[\d.]+[ \t]+(?P<status>[1-5]\d\d)\b[^\n]*")
_HEADER = re.compile(r"(:?[A-Za-z][A-Za-z0-9-]*):(?:[ \t]+(.*)|[ \t]*)")
_FORM_LINE = re.compile(r"[A-Za-z_][\w.\[\]%-]*=")
_PARAMETER_START = re.compile(r"[ \t]*&?[A-Za-z_][\w.]*=[^\s]*[ \t]*")
_HTML = re.compile(r"<(?:!doctype|html|head|body|h1|title)\b", re.IGNORECASE)


@dataclass(slots=True)
class Answer:
    """An answer, or the part of one that a passage shows."""

    line: int
    status: int | None = None
    headers: list[tuple[str, str]] | None = None
    body: str | None = None


@dataclass(slots=True)
class Lines:
    """A text by lines; `offsets` say where each begins."""

    text: str
    lines: list[str]
    offsets: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, text: str) -> Lines:
        """Cut a text whose line ends are already LF."""
        lines = text.split("\n")
        offsets: list[int] = []
        position = 0
        for line in lines:
            offsets.append(position)
            position += len(line) + 1
        return cls(text, lines, offsets)

    def behind(self, offset: int, start: int) -> int:
        """Give the index of the first line that begins at or behind an offset, looking from line `start`."""
        index = start
        while index < len(self.lines) and self.offsets[index] < offset:
            index += 1
        return index


def starts_message(line: str) -> bool:
    """Tell whether a line is a request line or a status line."""
    line = line.strip()
    return bool(STATUS_LINE.fullmatch(line) or REQUEST_LINE.fullmatch(line))


def read_request(source: Lines, index: int) -> tuple[Draft, int] | None:
    """Read the request whose request line is `index`; give it and the index behind it."""
    match = REQUEST_LINE.fullmatch(source.lines[index].strip())
    if match is None:
        return None
    headers, index_behind = _read_headers(source, index + 1)
    formal = bool(match.group("version")) or bool(headers)
    target = match.group("target")
    if "://" not in target and not target.startswith(("/", "{", "$", "*")):
        target = "https://" + target
    draft = Draft(index + 1, "raw", match.group("method"), target, headers if formal else None)
    draft.body_line = index_behind + 1
    if match.group("status"):
        draft.status = int(match.group("status"))
    if draft.method in ("GET", "HEAD", "OPTIONS"):
        draft.body = ""
        return draft, index_behind
    body, end = _read_body(source, index_behind)
    if body is None:
        length = draft.header("content-length") or "0"
        draft.body = "" if match.group("version") and length.strip() in ("0", "") else None
        return draft, index_behind
    draft.body = body
    return draft, end


def read_answer(source: Lines, index: int) -> tuple[Answer, int] | None:
    """Read the answer whose status line is `index`; give it and the index behind it."""
    match = STATUS_LINE.fullmatch(source.lines[index].strip())
    if match is None:
        return None
    headers, behind = _read_headers(source, index + 1)
    answer = Answer(index + 1, int(match.group("status")), headers)
    body, end = read_answer_body(source, behind, plain=any(name == "content-type" for name, _ in headers))
    answer.body = body if body is not None else ("" if headers else None)
    return answer, end if body is not None else behind


def read_answer_body(source: Lines, index: int, *, plain: bool = False) -> tuple[str | None, int]:
    """Read the body that begins at line `index` or behind blank lines: JSON, a page, or with `plain` one paragraph."""
    first = _skip_blank(source, index)
    if first >= len(source.lines) or first - index > 3:
        return None, index
    line = source.lines[first].strip()
    if starts_message(line):
        return None, index
    offset = source.offsets[first] + len(source.lines[first]) - len(source.lines[first].lstrip())
    if line.startswith(("{", "[")):
        end = end_of_object(source.text, offset)
        if end is not None:
            return source.text[offset:end], source.behind(end, first)
    if _HTML.match(line):
        end = end_of_page(source.text, offset)
        return source.text[offset:end], source.behind(end, first)
    if plain and line:
        behind = first
        while behind < len(source.lines) and source.lines[behind].strip() and not starts_message(source.lines[behind]):
            behind += 1
        return "\n".join(source.lines[first:behind]), behind
    return None, index


def _read_headers(source: Lines, index: int) -> tuple[list[tuple[str, str]], int]:
    headers: list[tuple[str, str]] = []
    while index < len(source.lines) and len(headers) < 200:
        match = _HEADER.fullmatch(source.lines[index].strip())
        if match is None:
            break
        headers.append((match.group(1).lower(), (match.group(2) or "").strip()))
        index += 1
    return headers, index


def _read_body(source: Lines, index: int) -> tuple[str | None, int]:
    first = _skip_blank(source, index)
    if first >= len(source.lines) or first - index > 3:
        return None, index
    line = source.lines[first].strip()
    offset = source.offsets[first] + len(source.lines[first]) - len(source.lines[first].lstrip())
    if line.startswith(("{", "[")):
        end = end_of_object(source.text, offset)
        if end is not None and not _is_answer(source.text[offset:end]):
            return source.text[offset:end], source.behind(end, first)
    if line.startswith("--") and len(line) > 8:
        return _read_multipart(source, first)
    if _FORM_LINE.match(line) and " " not in line.split("=", 1)[0]:
        behind = first + 1
        while behind < len(source.lines) and _continues_form(source.lines[behind - 1], source.lines[behind]):
            behind += 1
        return "".join(each.strip() for each in source.lines[first:behind]), behind
    return None, index


def _continues_form(before: str, line: str) -> bool:
    if not _PARAMETER_START.fullmatch(line):
        return False
    return line.lstrip().startswith("&") or before.rstrip().endswith("&")


def _read_multipart(source: Lines, first: int) -> tuple[str, int]:
    boundary = source.lines[first].strip()
    behind = first + 1
    while behind < len(source.lines) and behind - first < 400:
        behind += 1
        if source.lines[behind - 1].strip() == boundary + "--":
            break
    return "\n".join(source.lines[first:behind]), behind


def _is_answer(text: str) -> bool:
    return bool(re.search(r'"(?:error|access_token|error_description|errors)"\s*:', text[:5000]))


def _skip_blank(source: Lines, index: int) -> int:
    while index < len(source.lines) and not source.lines[index].strip():
        index += 1
    return index
