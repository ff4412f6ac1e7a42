"""What one line of prose mentions: URLs, statuses, errors, objects, form bodies, values given by name.

A line gives its mentions in the order in which they stand in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from proofkey.doctor.sources.printed.maps import BEGINNING
from proofkey.doctor.sources.text.extents import end_of_object
from proofkey.doctor.sources.text.statuses import status_in
from proofkey.doctor.sources.text.urls import find_urls

MentionKind: TypeAlias = Literal["url", "path", "status", "object", "form", "value", "error", "type", "log"]
MAX_LINE = 50_000

_OBJECT = re.compile(rf"\{{\s*(?:\\?[\"'“‘]\w+\\?[\"'”’]\s*:|\w+:\s*[\"'])|{BEGINNING}")
_FORM = re.compile(
    r"(?<![\w?&/=])(?:[A-Za-z_]\w{1,40}=(?:[^\s\"'`<>&]|<[\w.\-]{1,60}>)*&)+[A-Za-z_]\w{1,40}=(?:[^\s\"'`<>]|<[\w.\-]{1,60}>)*"
)
_PROTOCOL_FIELD = re.compile(r"(?:^|[&=])(?:grant_type|code_verifier|refresh_token|client_id|redirect_uri)=")
_PATH = re.compile(r"(?<![\w/.:}\])])/(?:[\w.\-]+/){0,6}(?:access_)?token\b(?![\w?/])")
_LOG = re.compile(r"\"(GET|POST|OPTIONS) (\S+) HTTP/[\d.]+\" (\d{3})")
_ERROR = re.compile(
    r"\b(invalid_grant|invalid_request|invalid_client|unauthorized_client|unsupported_grant_type|invalid_scope|access_denied"
    r"|redirect_uri_mismatch|bad_verification_code|invalid_pkce_package|unsupported_response_type|login_required|interaction_required"
    r"|consent_required|use_dpop_nonce|invalid_target|bad_code_verifier)\b"
)
_DESCRIPTION = re.compile(
    r"(?:error_description|description|message|saying|says|text|reads|reading|with)\b[\s:=,]*"
    r"(?:[\"“‘'`*]+([^\"”’`*\n]{4,200})[\"”’'`*]|([A-Z][^.\n\"”]{4,200}?)(?=[.,;]|$))",
)
_QUOTED_AFTER = re.compile(r"[\"”’'`*]?\s*[:\-–,(]+\s*[\"“‘'`]?([A-Z][^\"”’`\n]{6,200}?)[\"”’`.)]*(?=[\"”’`.)]|$)")
_VALUE = re.compile(
    r"\b(code[_ -]?verifier|code[_ -]?challenge|verifier|challenge|state|nonce|client[_ ]?id"
    r"|authorization code|auth code|code)\b"
    r"(?:\s+(?:(?:that|which|as)\s+)?(?:I|we|it|the app|my app|my code)\s+(?:\w+\s+){0,2}?\w+)?"  # challenge I send:
    r"[\"'`*”)]{0,3}\s*(?:\([^()\n]{0,40}\)\s*)?(?:is|was|were|=>|->|:|=|→)\s*(?:the\s+|this\s+)?[\"'`“*<(]{0,3}([A-Za-z0-9\-._~+/=%]{16,2000})",
    re.IGNORECASE,
)
_VALUE_BESIDE = re.compile(
    r"\b(code[_ -]?verifier|code[_ -]?challenge|verifier|challenge)\s+[\"'`“*<(]{0,3}([A-Za-z0-9\-._~+/=%]{40,2000})",
    re.IGNORECASE,
)
_FIELD_OF_A_LOG = re.compile(r"(?:body|data|payload|form|params|query)=(?=[A-Za-z_]\w*=)")
_TYPE = re.compile(r"content-type\b[^\n]{0,30}?((?:application|multipart|text)/[\w.+-]+)", re.IGNORECASE)
_NAMES = {
    "codeverifier": "code_verifier", "verifier": "code_verifier", "codechallenge": "code_challenge",
    "challenge": "code_challenge", "clientid": "client_id", "authorizationcode": "code", "authcode": "code",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mention:
    """One thing that a line speaks of, at an offset of it; `name` and `number` as the kind needs."""

    kind: MentionKind
    offset: int
    text: str
    name: str = ""
    number: int = 0


def mentions_of(line: str) -> list[Mention]:
    """Give what a line mentions, in order; an over-long line mentions nothing."""
    if len(line) > MAX_LINE:
        return []
    line = line.replace("^&", "&")  # as cmd.exe wants it written
    urls = [Mention("url", offset, text) for offset, text in find_urls(line)]
    objects = list(_objects(line))
    taken = [(mention.offset, mention.offset + len(mention.text)) for mention in (*urls, *objects)]
    found = [*urls, *objects]
    found += [
        mention
        for mention in (*_forms(line), *_paths(line), *_values(line), *_logs(line))
        if not any(start <= mention.offset < end for start, end in taken)
    ]
    if status := status_in(line):
        found.append(Mention("status", status[0], "", number=status[1]))
    if (error := _error(line)) and not any(start <= error.offset < end for start, end in taken):
        found.append(error)
    if kind := _TYPE.search(line):
        found.append(Mention("type", kind.start(), kind.group(1).lower()))
    return sorted(found, key=lambda mention: mention.offset)


def _objects(line: str) -> Iterator[Mention]:
    position = 0
    for _ in range(5):
        match = _OBJECT.search(line, position)
        end = end_of_object(line, match.start()) if match else None
        if match is None or end is None:
            return
        yield Mention("object", match.start(), line[match.start() : end])
        position = end


def _forms(line: str) -> Iterator[Mention]:
    if "=" not in line or "&" not in line:
        return
    for match in _FORM.finditer(line):
        if _PROTOCOL_FIELD.search(match.group()):
            yield Mention("form", match.start(), _FIELD_OF_A_LOG.sub("", match.group(), count=1).rstrip(".,;)"))


def _paths(line: str) -> Iterator[Mention]:
    for match in _PATH.finditer(line):
        yield Mention("path", match.start(), match.group())


def _values(line: str) -> Iterator[Mention]:
    for match in (*_VALUE.finditer(line), *_VALUE_BESIDE.finditer(line)):
        plain = match.group(1).lower().replace("_", "").replace(" ", "").replace("-", "")
        value = match.group(2).rstrip(".,:;")
        if len(value) >= 16 and not value.startswith(("http", "//")):
            yield Mention("value", match.start(), value, name=_NAMES.get(plain, plain))


def _logs(line: str) -> Iterator[Mention]:
    for match in _LOG.finditer(line):
        yield Mention("log", match.start(), match.group(2), name=match.group(1), number=int(match.group(3)))


def _error(line: str) -> Mention | None:
    match = _ERROR.search(line)
    if match is None:
        return None
    rest = line[match.end() : match.end() + 400]
    described = _QUOTED_AFTER.match(rest) or _DESCRIPTION.search(rest)
    text = next((group for group in described.groups() if group), "") if described else ""
    return Mention("error", match.start(), text.strip(), name=match.group(1))
