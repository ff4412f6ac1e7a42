"""Cut a text into segments: prose, code, commands, raw HTTP, objects, pages, each with the line where it begins.

Only extents are decided here; what a segment says is read by the module of its kind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from proofkey.doctor.sources.draft import Draft
from proofkey.doctor.sources.text.code_lines import Language, language_of, looks_like_code
from proofkey.doctor.sources.text.curl import read_curl
from proofkey.doctor.sources.text.devtools import read_panel
from proofkey.doctor.sources.text.extents import end_of_object, end_of_page
from proofkey.doctor.sources.text.fences import fence_tags, without_fences
from proofkey.doctor.sources.text.httpie import COMMAND as HTTPIE
from proofkey.doctor.sources.text.httpie import read_httpie
from proofkey.doctor.sources.text.pairs import read_pair, read_pairs
from proofkey.doctor.sources.text.powershell import COMMAND as POWERSHELL
from proofkey.doctor.sources.text.powershell import read_assignments, read_invocation
from proofkey.doctor.sources.text.raw_http import Answer, Lines, read_answer, read_request
from proofkey.doctor.sources.text.shell_words import Command, read_command
from proofkey.doctor.sources.text.traces import without_traces

if TYPE_CHECKING:
    from proofkey.doctor.sources.printed.unshown import Printed

Kind: TypeAlias = Literal["prose", "code", "command", "request", "answer", "object", "print", "pairs", "page", "blank"]

MAX_COMMANDS = 100
MAX_OBJECTS = 300
MAX_NO_PRINTS = 40  # what looked like a print and was none; more of it is noise
MAX_BLOCK = 1_500  # lines of one block of code

_CURL = re.compile(r"(?<![\w/.-])curl(?:\.exe)?(?=[ \t]+(?:[-\"'$^`]|https?:|\\))", re.IGNORECASE)
_WGET = re.compile(r"(?<![\w/.-])wget(?=[ \t]+[-\"'$h])")
_NO_LANGUAGE = frozenset(
    ["text", "txt", "http", "json", "none", "plaintext", "log", "logs", "console", "output", "url", "curl"]
)
_HASHTABLE = re.compile(r"[ \t]*\$\w+[ \t]*=[ \t]*@\{")
_ASSIGNMENT = re.compile(
    r"^[ \t]*(?:export[ \t]+|set[ \t]+)?([A-Za-z_]\w*)=(\"[^\"\n$`]*\"|'[^'\n]*'|[^\s\"'$`&|;(]+)[ \t]*;?$", re.M
)
_JSON = re.compile(r"[ \t]*\{\s*\"(?:error\w*|access_token|token_type|message|description|status)\"\s*:")
_PAGE = re.compile(r"<(?:!doctype html|html)\b", re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b[^>]*>", re.IGNORECASE)
_MARKUP = re.compile(r"</?[a-zA-Z][\w-]*(?:\s[^<>]*)?/?>.*|<!.*")


@dataclass(slots=True)
class Segment:
    """A stretch of the text; `text` is it, `line` (from 1) where it begins."""

    kind: Kind
    line: int
    text: str
    language: Language = "other"
    draft: Draft | None = None  # of a command or a request
    answer: Answer | None = None
    command: Command | None = None
    printed: Printed | None = None
    pairs: list[tuple[str, str]] = field(default_factory=list)
    written: bool = False  # the pairs are as in a form: not decoded yet


def cut(text: str) -> list[Segment]:
    """Cut a text, whose line ends are LF, into its segments in order."""
    return _Cutter(text).run()


class _Cutter:
    def __init__(self, text: str) -> None:
        self.tags = fence_tags(text)
        self.source = Lines.of(without_traces(without_fences(text, self.tags)))
        self.variables = {name: value.strip("\"'") for name, value in _ASSIGNMENT.findall(text[:500_000])}
        self.tables = read_assignments(text) if "Invoke-" in text or "irm " in text or "iwr " in text else {}
        self.commands = self.objects = self.no_prints = 0
        self.found: list[Segment] = []
        self._readers = (
            self._message, self._panel, self._table, self._command, self._object, self._print, self._pairs,
            self._page, self._code,
        )  # fmt: skip

    def run(self) -> list[Segment]:
        index = 0
        lines = self.source.lines
        while index < len(lines):
            if not lines[index].strip():
                self._put("blank", index, index + 1)
                index += 1
            else:
                index = self._read(index)
        return self.found

    def _read(self, index: int) -> int:
        line = self.source.lines[index]
        if len(line) <= 100_000:
            for reader in self._readers:
                end = reader(index, line)
                if end is not None:
                    return max(end, index + 1)
        self._put("prose", index, index + 1)
        return index + 1

    def _put(self, kind: Kind, start: int, end: int, **more: object) -> None:
        text = "\n".join(self.source.lines[start:end])
        segment = Segment(kind, start + 1, text)
        for name, value in more.items():
            setattr(segment, name, value)
        self.found.append(segment)

    def _message(self, index: int, line: str) -> int | None:
        bare = line.lstrip()
        if ("Version: " in line or "send: b" in line) and (end := self._printed_message(index)):
            return end
        if bare[:1] not in "GPDOHh":
            return None
        if request := read_request(self.source, index):
            self._put("request", index, request[1], draft=request[0])
            return request[1]
        if answer := read_answer(self.source, index):
            self._put("answer", index, answer[1], answer=answer[0])
            return answer[1]
        return None

    def _printed_message(self, index: int) -> int | None:
        # Loaded on first use: few texts hold what .NET or Python's http.client print.
        from proofkey.doctor.sources.printed.dotnet import read_dotnet
        from proofkey.doctor.sources.printed.http_client import read_http_client

        found = read_dotnet(self.source, index) or read_http_client(self.source, index)
        if found is None:
            return None
        message, end = found
        if isinstance(message, Draft):
            self._put("request", index, end, draft=message)
        else:
            self._put("answer", index, end, answer=message)
        return end

    def _panel(self, index: int, line: str) -> int | None:
        if "url" not in line[:40].lower():
            return None
        panel = read_panel(self.source, index)
        if panel is None:
            return None
        self._put("request", index, panel[1], draft=panel[0])
        return panel[1]

    def _pairs(self, index: int, line: str) -> int | None:
        if read_pair(line) is None:
            return None
        listed = read_pairs(self.source, index)
        if listed is None:
            return None
        self._put("pairs", index, listed[2], pairs=listed[0], written=listed[1])
        return listed[2]

    def _table(self, index: int, line: str) -> int | None:
        """Pass over a PowerShell hashtable that is assigned; it is read where it is used."""
        if not self.tables or not (match := _HASHTABLE.match(line)):
            return None
        end = end_of_object(self.source.text, self.source.offsets[index] + match.end() - 1)
        if end is None:
            return None
        behind = self.source.behind(end, index)
        self._put("code", index, behind)
        return behind

    def _command(self, index: int, line: str) -> int | None:
        if self.commands >= MAX_COMMANDS:
            return None
        offset = self.source.offsets[index]
        lowered = line.lower()
        if ("curl" in lowered and (match := _CURL.search(line))) or (
            "wget" in lowered and (match := _WGET.search(line))
        ):
            self.commands += 1
            command = read_command(self.source.text, offset + match.start(), self.variables)
            draft = read_curl(_as_curl(command.words), index + 1)
            return self._put_command(index, command.end, draft, command)
        if ("invoke-" in lowered or "irm" in lowered or "iwr" in lowered) and (match := POWERSHELL.search(line)):
            self.commands += 1
            draft, end = read_invocation(self.source.text, offset + match.start(), index + 1, self.tables)
            return self._put_command(index, end, draft, None)
        if lowered.lstrip(" $>").startswith(("http ", "https ", "xh ")) and (match := HTTPIE.search(line)):
            self.commands += 1
            command = read_command(self.source.text, offset + match.start(), self.variables)
            draft = read_httpie(command.words, index + 1)
            return self._put_command(index, command.end, draft, command)
        return None

    def _put_command(self, index: int, end: int, draft: Draft | None, command: Command | None) -> int | None:
        if draft is None:
            return None
        behind = max(self.source.behind(end, index), index + 1)
        self._put("command", index, behind, draft=draft, command=command)
        return behind

    def _object(self, index: int, line: str) -> int | None:
        bare = line.lstrip()
        if not bare.startswith("{") or self.objects >= MAX_OBJECTS:
            return None
        self.objects += 1
        start = self.source.offsets[index] + len(line) - len(bare)
        end = end_of_object(self.source.text, start)
        if end is None:
            self.objects += MAX_OBJECTS // 20  # a few unclosed brackets are damage, many are noise
            return None
        text = self.source.text[start:end]
        if not re.match(r"\{\s*(?:[\"'“”‘’][^\"'“”‘’\n]{1,80}[\"'“”‘’]\s*:|\w+\s*:\s*[\"'“]|\\?\"|\})", text):
            return None
        behind = self.source.behind(end, index)
        self._put("object", index, behind)
        self.found[-1].text = text
        return behind

    def _print(self, index: int, line: str) -> int | None:
        """Take an object that a program printed behind an error, a name or a label."""
        if self.objects >= MAX_OBJECTS or not ("{" in line or "rray" in line):
            return None
        from proofkey.doctor.sources.printed.opening import (  # first used here: HTTP has no prints
            opening_at,
            read_print,
        )
        from proofkey.doctor.sources.printed.php import read_php

        offset = self.source.offsets[index]
        opening = opening_at(self.source.text, offset, line)
        if opening is not None and self.no_prints < MAX_NO_PRINTS:
            found = read_print(self.source.text, opening)
            self.no_prints += found is None
        else:
            found = read_php(self.source.text, offset, line)
        if found is None:
            return None
        self.objects += 1
        behind = self.source.behind(found[1], index)
        self._put("print", index, behind, printed=found[0])
        return behind

    def _page(self, index: int, line: str) -> int | None:
        bare = line.lstrip()
        if not bare.startswith("<"):
            return None
        start = self.source.offsets[index]
        if _PAGE.match(bare):
            end = self.source.behind(end_of_page(self.source.text, start), index)
            return self._markup(index, max(end, index + 1))
        if _SCRIPT.match(bare):
            return self._markup(index, min(index + MAX_BLOCK, len(self.source.lines)), script_only=True)
        if _MARKUP.fullmatch(bare) and len(bare) < 2_000:
            self._put("page", index, index + 1)
            return index + 1
        return None

    def _markup(self, index: int, end: int, *, script_only: bool = False) -> int:
        """Take the scripts of a page as code and the rest as markup."""
        position = index
        inside = False
        begin = index
        while position < end:
            line = self.source.lines[position].lower()
            if not inside and "<script" in line and "</script" not in line:
                self._put("page", begin, position + 1)
                inside, begin = True, position + 1
            elif inside and "</script" in line:
                if position > begin:
                    self._put("code", begin, position, language="javascript")
                inside, begin = False, position
                if script_only:
                    self._put("page", position, position + 1)
                    return position + 1
            position += 1
        if inside:
            self._put("code", begin, end, language="javascript")
        elif begin < end:
            self._put("page", begin, end)
        return end

    def _code(self, index: int, line: str) -> int | None:
        tag = (self.tags[index] or "").lower()
        # A fence may hold anything; only one that names a programming language is code from end to end.
        tagged = bool(tag) and tag not in _NO_LANGUAGE
        if not tagged and not looks_like_code(line, inside=False):
            return None
        end = index + 1
        depth = _depth(line)
        while end < len(self.source.lines) and end - index < MAX_BLOCK and self._goes_on(end, depth, tagged=tagged):
            depth = max(0, depth + _depth(self.source.lines[end]))
            end += 1
        text = "\n".join(self.source.lines[index:end])
        self._put("code", index, end, language=language_of(text, tag))
        return end

    def _goes_on(self, index: int, depth: int, *, tagged: bool) -> bool:
        """Tell whether a line belongs to the block of code above it."""
        line = self.source.lines[index]
        if tagged:
            return self.tags[index] is not None
        if depth == 0 and _JSON.match(self.source.text, self.source.offsets[index]):
            return False  # what the code printed
        if line.strip():
            return not self._starts_other(line) and looks_like_code(line, inside=True, depth=depth)
        ahead = index + 1
        while ahead < len(self.source.lines) and ahead - index < 3 and not self.source.lines[ahead].strip():
            ahead += 1
        if ahead >= len(self.source.lines):
            return False
        return looks_like_code(self.source.lines[ahead], inside=depth > 0, depth=depth)

    def _starts_other(self, line: str) -> bool:
        bare = line.lstrip()
        return bool(
            _CURL.match(bare) or (bare[:1] in "GPHD" and re.match(r"(?:GET|POST) (?:https?:/)?/|HTTP/\d", bare))
        )


def _depth(line: str) -> int:
    return sum(line.count(mark) for mark in "({[") - sum(line.count(mark) for mark in ")}]")


def _as_curl(words: list[str]) -> list[str]:
    """Give the arguments; those of wget are rewritten to curl's."""
    if not words or words[0].lower() != "wget":
        return words[1:]
    names = {"--post-data": "--data", "--header": "--header", "--method": "--request", "--body-data": "--data"}
    rewritten: list[str] = []
    for word in words[1:]:
        name, equals, value = word.partition("=")
        if name in names:
            rewritten += [names[name], value] if equals else [names[name]]
        elif not word.startswith("-") or rewritten[-1:] in (["--data"], ["--header"], ["--request"]):
            rewritten.append(word)
    return rewritten
