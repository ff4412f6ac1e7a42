"""Read what Python's http.client prints at `debuglevel = 1`: `send: b'...'`, `reply: '...'`, `header: Name: value`."""

from __future__ import annotations

import ast
import re

from proofkey.doctor.sources.draft import Draft
from proofkey.doctor.sources.text.raw_http import Lines, read_answer, read_request

MAX_LINES = 300
MAX_SENT = 20_000  # characters of one line that are looked at

_SENT = re.compile(r"(?:DEBUG:\S+:)?send: (b'.*'|b\".*\")")
_REPLY = re.compile(r"(?:DEBUG:\S+:)?reply: ('.*'|\".*\")")
_HEADER = re.compile(r"(?:DEBUG:\S+:)?header: ([A-Za-z][\w-]*: ?.*)")


def read_http_client(source: Lines, index: int) -> tuple[Draft, int] | None:
    """Give the request that is printed from this line on, with its answer's head, and the index behind; else None."""
    if _SENT.fullmatch(source.lines[index][:MAX_SENT].strip()) is None:
        return None
    sent: list[str] = []
    reply: list[str] = []
    position = index
    while position < min(len(source.lines), index + MAX_LINES):
        line = source.lines[position][:MAX_SENT].strip()
        if match := _SENT.fullmatch(line):
            if reply:
                break  # the next request
            sent.append(_text_of(match.group(1)))
        elif match := _REPLY.fullmatch(line):
            reply.append(_text_of(match.group(1)).rstrip("\r\n"))
        elif reply and (match := _HEADER.fullmatch(line)):
            reply.append(match.group(1))
        else:
            break
        position += 1
    found = read_request(Lines.of("".join(sent).replace("\r\n", "\n")), 0)
    if found is None:
        return None
    draft = found[0]
    draft.line = draft.body_line = index + 1
    if reply and (answered := read_answer(Lines.of("\n".join(reply)), 0)):
        draft.status, draft.response_headers = answered[0].status, answered[0].headers
    return draft, position


def _text_of(literal: str) -> str:
    try:
        value = ast.literal_eval(literal)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return ""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
