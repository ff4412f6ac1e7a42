"""Read Invoke-RestMethod and Invoke-WebRequest: strings, here-strings, hashtables, variables, splatting.

A hashtable as -Body of a POST leaves as a form; a string leaves as it is, under the form content type unless
-ContentType says otherwise (documentation of Invoke-WebRequest).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TypeAlias

from proofkey.doctor.sources.draft import Draft
from proofkey.doctor.sources.text.shell_words import powershell_string

FORM = "application/x-www-form-urlencoded"
MAX_STATEMENT = 20_000
_MAX_DEPTH = 20

COMMAND = re.compile(r"(?<![\w-])(?:Invoke-RestMethod|Invoke-WebRequest|irm|iwr)(?=[ \t`]+[-@$\"'h])", re.IGNORECASE)
_ASSIGNMENT = re.compile(r"^[ \t]*\$(?:\w+:)?(\w+)[ \t]*=[ \t]*(?=[@\"'\[(])", re.MULTILINE)
_SPACE = re.compile(r"(?:[ \t]|`[ \t]*\r?\n)+")
_LAYOUT = re.compile(r"(?:[ \t\r\n;,]|`[ \t]*\r?\n|#[^\n]*)+")
_KEY = re.compile(r"\[?[A-Za-z_][\w.-]*\]?")
_BARE = re.compile(r"[^\s;,|(){}\"'`]+")


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that the text does not give: `$code`, a call."""

    text: str


@dataclass(frozen=True, slots=True)
class Json:
    """A value sent through ConvertTo-Json."""

    value: Value


Value: TypeAlias = "str | dict[str, Value] | Json | Unknown"


class _Reader:
    def __init__(self, text: str, position: int, variables: dict[str, Value]) -> None:
        self.text = text
        self.position = position
        self.variables = variables

    def skip(self, pattern: re.Pattern[str]) -> None:
        if match := pattern.match(self.text, self.position):
            self.position = match.end()

    def value(self, depth: int = 0) -> Value:
        """Read one expression, with `| ConvertTo-Json` behind it."""
        found = self._primary(depth)
        pipe = re.compile(r"[ \t]*\|[ \t]*(ConvertTo-Json)[^)\n;]*", re.IGNORECASE).match(self.text, self.position)
        if pipe:
            self.position = pipe.end()
            return Json(found)
        return found

    def _primary(self, depth: int) -> Value:
        text, position = self.text, self.position
        if depth > _MAX_DEPTH:
            return Unknown("")
        if here := re.compile(r"@([\"'])[ \t]*\n").match(text, position):
            end = text.find("\n" + here.group(1) + "@", here.end() - 1)
            end = len(text) if end < 0 else end
            self.position = min(len(text), end + 3)
            return self._filled(text[here.end() : max(end, here.end())])
        if text.startswith("@{", position):
            return self._hashtable(position + 2, depth)
        if text[position : position + 1] in ('"', "'"):
            found, self.position, _ = powershell_string(text, position, self._texts())
            return found
        if cast := re.compile(r"\[[\w.]+\](?=[@\"'$(])").match(text, position):
            self.position = cast.end()
            return self._primary(depth + 1)
        if text.startswith("(", position):
            self.position += 1
            inner = self.value(depth + 1)
            close = text.find(")", self.position)
            self.position = len(text) if close < 0 else close + 1
            return inner
        bare = _BARE.match(text, position)
        self.position = bare.end() if bare else position + 1
        word = bare.group() if bare else ""
        if word.startswith("$"):
            return self.variables.get(word[1:].rpartition(":")[2].lower(), Unknown(word))
        return word

    def _hashtable(self, position: int, depth: int) -> dict[str, Value]:
        found: dict[str, Value] = {}
        self.position = position
        while self.position < len(self.text):
            self.skip(_LAYOUT)
            if self.text.startswith("}", self.position):
                self.position += 1
                break
            if self.text[self.position : self.position + 1] in ('"', "'"):
                name, self.position, _ = powershell_string(self.text, self.position, {})
            elif key := _KEY.match(self.text, self.position):
                name, self.position = key.group(), key.end()
            else:
                break
            self.skip(_SPACE)
            if not self.text.startswith("=", self.position):
                break
            self.position += 1
            self.skip(_SPACE)
            found[name] = self.value(depth + 1)
            if len(found) > 200:
                break
        return found

    def _filled(self, text: str) -> str:
        texts = self._texts()
        return re.sub(r"\$(\w+)", lambda match: texts.get(match.group(1), match.group()), text)

    def _texts(self) -> dict[str, str]:
        return {name: value for name, value in self.variables.items() if isinstance(value, str)}


def read_assignments(text: str) -> dict[str, Value]:
    """Read `$name = value` lines; names in lower case."""
    variables: dict[str, Value] = {}
    for count, match in enumerate(_ASSIGNMENT.finditer(text)):
        if count >= 100:
            break
        reader = _Reader(text[match.end() : match.end() + MAX_STATEMENT], 0, variables)
        variables[match.group(1).lower()] = reader.value()
    return variables


def read_invocation(text: str, start: int, line: int, variables: dict[str, Value]) -> tuple[Draft | None, int]:
    """Read the Invoke-... command at `start`; give its request, None where it names no URL, and the offset behind."""
    window = text[start : start + MAX_STATEMENT]
    command = COMMAND.match(window)
    reader = _Reader(window, command.end() if command else 0, variables)
    arguments: dict[str, Value] = {}
    while True:
        reader.skip(_SPACE)
        rest = window[reader.position : reader.position + 1]
        if rest in ("\n", "", "|", ";", ")", "}"):
            lost_backtick = re.compile(r"\n[ \t]*(?=-[A-Z][A-Za-z]+[ \t])").match(window, reader.position)
            if not lost_backtick:
                break
            reader.position = lost_backtick.end()
        if name := re.compile(r"-([A-Za-z]+)(?::[ \t]*)?").match(window, reader.position):
            reader.position = name.end()
            reader.skip(_SPACE)
            ahead = window[reader.position : reader.position + 1]
            if ahead in ("-", "\n", "", "|", ";", ")"):
                arguments[name.group(1).lower()] = ""
            else:
                arguments[name.group(1).lower()] = reader.value()
        elif splat := re.compile(r"@(\w+)").match(window, reader.position):
            reader.position = splat.end()
            table = variables.get(splat.group(1).lower())
            if isinstance(table, dict):
                arguments |= {key.lower(): value for key, value in table.items()}
        else:
            arguments.setdefault("uri", reader.value())
    return _draft(arguments, line), start + reader.position


def _draft(arguments: dict[str, Value], line: int) -> Draft | None:
    url = _text(arguments.get("uri", ""))
    if "://" not in url and not url.startswith("$"):
        return None
    method = _text(arguments.get("method", "")).upper()
    table = arguments.get("headers")
    headers = [(name.lower(), _text(value)) for name, value in table.items()] if isinstance(table, dict) else []
    body = arguments.get("body", arguments.get("form"))
    draft = Draft(line, "command", method or "GET", url, headers, body_line=line)
    content_type = _text(arguments.get("contenttype", "")) or draft.header("content-type") or ""
    if "form" in arguments and not content_type:
        content_type = "multipart/form-data; boundary=powershell"
    match body:
        case None:
            draft.body = ""
        case dict():
            fields = [(name, _text(value)) for name, value in body.items()]
            if draft.method == "GET":
                draft.url += ("&" if "?" in url else "?") + "&".join(f"{name}={value}" for name, value in fields)
                draft.body = ""
            else:
                draft.body_params = fields
        case Json(value):
            draft.body = json.dumps(_plain(value))
        case Unknown():
            draft.body = None
        case str():
            draft.body = body
    if body is not None and draft.method != "GET" and draft.header("content-type") is None:
        headers.append(("content-type", content_type or FORM))
    return draft


def _plain(value: Value) -> object:
    match value:
        case dict():
            return {name: _plain(member) for name, member in value.items()}
        case Json(inner):
            return _plain(inner)
        case Unknown(text):
            return text
        case str():
            return value


def _text(value: Value | None) -> str:
    match value:
        case str():
            return value
        case Unknown(text):
            return text
        case Json(inner):
            return json.dumps(_plain(inner))
        case _:
            return ""
