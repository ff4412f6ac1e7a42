"""Read a request as a browser's network panel shows and copies it: General, headers, Form Data, Request Payload."""

from __future__ import annotations

import re

from proofkey.doctor.sources.draft import Draft
from proofkey.doctor.sources.text.extents import end_of_object
from proofkey.doctor.sources.text.loose_json import is_answer, is_request_payload, read_object
from proofkey.doctor.sources.text.pairs import continued, is_rest_of_value
from proofkey.doctor.sources.text.raw_http import Lines

START = re.compile(r"\s*(?:Request[ ]URL|URL)\s*:?\s*(https?://\S+)?\s*", re.IGNORECASE)
_FACT = re.compile(
    r"\s*(Request URL|Request Method|Method|Status Code|Status|Remote Address|Referrer Policy|Version"
    r"|Transferred|Initiator)"
    r"\s*(?::\s*(.*)|:?)",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"\s*(?:▼|▶|-|#|\*)*\s*(General|Response Headers|Request Headers|Query String Parameters|Form Data"
    r"|Request Payload|Request Body"
    r"|Payload|Response Body|Response|Preview|Timing|Cookies)\s*(?:\(\d+[^)]*\))?\s*:?\s*(?:view (?:source"
    r"|parsed|decoded).*|Raw)?\s*",
    re.IGNORECASE,
)
_HEADER = re.compile(r"\s*(:?[A-Za-z][A-Za-z0-9-]{0,60}):(?:\s+(.*)|\s*)")
_FIELD = re.compile(r"\s*([A-Za-z_]\w{1,40})\s*:(?:\s+(.*)|\s*)")
MAX_LINES = 200


def read_panel(source: Lines, index: int) -> tuple[Draft, int] | None:
    """Read the request that begins at a "Request URL" line; give it and the index behind it."""
    first = START.fullmatch(source.lines[index])
    if first is None:
        return None
    url, position = first.group(1), index + 1
    if url is None:
        url, position = _next_value(source, position)
        if not url.startswith(("http://", "https://")):
            return None
    panel = _Panel(Draft(index + 1, "raw", None, url))
    while position < len(source.lines) and position - index < MAX_LINES:
        behind = panel.read(source, position)
        if behind is None:
            break
        position = behind
    return panel.done(), position


def _next_value(source: Lines, position: int) -> tuple[str, int]:
    while position < len(source.lines) and not source.lines[position].strip():
        position += 1
    return (source.lines[position].strip(), position + 1) if position < len(source.lines) else ("", position)


class _Panel:
    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.section = "general"
        self.request_headers: list[tuple[str, str]] = []
        self.response_headers: list[tuple[str, str]] = []
        self.fields: list[tuple[str, str]] = []

    def read(self, source: Lines, position: int) -> int | None:
        """Read one line; give the index behind what was read, None where the panel ends."""
        line = source.lines[position]
        if not line.strip():
            return position + 1
        if START.fullmatch(line):
            return None
        if section := _SECTION.fullmatch(line):
            self.section = section.group(1).lower()
            return position + 1
        if self.section == "general" and (fact := _FACT.fullmatch(line)):
            value, behind = (fact.group(2), position + 1) if fact.group(2) else _next_value(source, position + 1)
            self._fact(fact.group(1).lower(), value)
            return behind
        return self._entry(source, position, line)

    def _fact(self, name: str, value: str) -> None:
        if name.endswith("method"):
            self.draft.method = value.upper().split()[0] if value else None
        elif name.startswith("status") and (number := re.search(r"\b([1-5]\d\d)\b", value)):
            self.draft.status = int(number.group(1))

    def _entry(self, source: Lines, position: int, line: str) -> int | None:
        bare = line.strip()
        if bare.startswith(("{", "[")):
            start = source.offsets[position] + len(line) - len(line.lstrip())
            end = end_of_object(source.text, start)
            if end is None:
                return None
            if self.section in ("response", "response body", "preview"):
                self.draft.response_body = source.text[start:end]
            elif self.section in ("request payload", "request body", "payload", "form data"):
                members = read_object(source.text[start:end]) if not self.fields else None
                if self.fields or (members is not None and is_answer(members) and not is_request_payload(members)):
                    return None  # the answer was pasted below the parameters without its heading
                self.draft.body = source.text[start:end]
            else:
                return None
            return source.behind(end, position)
        if self.section in ("form data", "request payload", "payload", "request body", "query string parameters"):
            return self._field(source, position, bare)
        if self.section in ("request headers", "response headers", "general") and (header := _HEADER.fullmatch(line)):
            value, behind = (header.group(2), position + 1) if header.group(2) else _next_value(source, position + 1)
            if self.section != "general":
                kept = self.request_headers if self.section == "request headers" else self.response_headers
                kept.append((header.group(1).lower(), value))
            return behind
        return None

    def _field(self, source: Lines, position: int, bare: str) -> int | None:
        if re.match(r"[A-Za-z_]\w*=[^\s]*&", bare) and self.section != "query string parameters":
            self.draft.body = bare
            return position + 1
        field = _FIELD.fullmatch(bare)
        if field is None:
            if self.fields and is_rest_of_value(bare):
                self.fields[-1] = (self.fields[-1][0], continued(self.fields[-1][1], bare))
                return position + 1
            return None
        value, behind = (field.group(2), position + 1) if field.group(2) else _next_value(source, position + 1)
        if self.section != "query string parameters":
            self.fields.append((field.group(1), value))
        return behind

    def done(self) -> Draft:
        """Give the request that the panel shows."""
        draft = self.draft
        if self.fields and draft.body is None:
            draft.body_params = self.fields
        if self.request_headers:
            draft.headers = self.request_headers
        if self.response_headers:
            draft.response_headers = self.response_headers
        if draft.method is None:
            draft.method = "POST" if draft.has_body else "GET"
        return draft
