"""Where a text shows commands that send a request: curl, wget, PowerShell, HTTPie."""

from __future__ import annotations

import re

from proofkey.doctor.sources.draft import Draft
from proofkey.doctor.sources.text.curl import read_curl
from proofkey.doctor.sources.text.extents import end_of_object
from proofkey.doctor.sources.text.httpie import COMMAND as HTTPIE
from proofkey.doctor.sources.text.httpie import read_httpie
from proofkey.doctor.sources.text.powershell import COMMAND as POWERSHELL
from proofkey.doctor.sources.text.powershell import read_invocation
from proofkey.doctor.sources.text.segments import Cutting
from proofkey.doctor.sources.text.shell_words import Command, read_command

MAX_COMMANDS = 100

CURL = re.compile(r"(?<![\w/.-])curl(?:\.exe)?(?=[ \t]+(?:[-\"'$^`]|https?:|\\))", re.IGNORECASE)
_WGET = re.compile(r"(?<![\w/.-])wget(?=[ \t]+[-\"'$h])")
_HASHTABLE = re.compile(r"[ \t]*\$\w+[ \t]*=[ \t]*@\{")


def cut_command(cutting: Cutting, index: int, line: str) -> int | None:
    """Take a command line of curl, wget, PowerShell or HTTPie."""
    if cutting.commands >= MAX_COMMANDS:
        return None
    offset = cutting.source.offsets[index]
    lowered = line.lower()
    if ("curl" in lowered and (match := CURL.search(line))) or ("wget" in lowered and (match := _WGET.search(line))):
        cutting.commands += 1
        command = read_command(cutting.source.text, offset + match.start(), cutting.variables)
        draft = read_curl(_as_curl(command.words), index + 1)
        return _put_command(cutting, index, command.end, draft, command)
    if ("invoke-" in lowered or "irm" in lowered or "iwr" in lowered) and (match := POWERSHELL.search(line)):
        cutting.commands += 1
        draft, end = read_invocation(cutting.source.text, offset + match.start(), index + 1, cutting.tables)
        return _put_command(cutting, index, end, draft, None)
    if lowered.lstrip(" $>").startswith(("http ", "https ", "xh ")) and (match := HTTPIE.search(line)):
        cutting.commands += 1
        command = read_command(cutting.source.text, offset + match.start(), cutting.variables)
        draft = read_httpie(command.words, index + 1)
        return _put_command(cutting, index, command.end, draft, command)
    return None


def _put_command(cutting: Cutting, index: int, end: int, draft: Draft | None, command: Command | None) -> int | None:
    if draft is None:
        return None
    behind = max(cutting.source.behind(end, index), index + 1)
    cutting.put("command", index, behind, draft=draft, command=command)
    return behind


def cut_table(cutting: Cutting, index: int, line: str) -> int | None:
    """Pass over a PowerShell hashtable that is assigned; it is read where it is used."""
    if not cutting.tables or not (match := _HASHTABLE.match(line)):
        return None
    end = end_of_object(cutting.source.text, cutting.source.offsets[index] + match.end() - 1)
    if end is None:
        return None
    behind = cutting.source.behind(end, index)
    cutting.put("code", index, behind)
    return behind


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
