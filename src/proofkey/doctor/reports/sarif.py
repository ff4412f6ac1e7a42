"""The report as SARIF 2.1.0, which code-scanning services read: faults are rules, findings are results.

GitHub asks for more than the standard does: every result has a place with a line, and a fingerprint that lasts.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from proofkey import __version__
from proofkey.doctor import catalogue
from proofkey.doctor.diagnose import Diagnosis
from proofkey.doctor.diagnosed import Diagnosed
from proofkey.doctor.fault import Fault
from proofkey.doctor.redact import Redactor, redactor_of

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {"proven": "error", "likely": "warning", "possible": "note"}
MAX_TEXT = 1000  # GitHub cuts descriptions at 1024 characters
MAX_RESULTS = 5000

_ENTRY = re.compile(r"entry (\d+)")
_LINE = re.compile(r"(?:(.*?)[ ,:]+)?\bline (\d+)")


def write(diagnosis: Diagnosis, inputs: Mapping[str, bytes]) -> dict[str, Any]:
    """Give the report as a SARIF log without secrets; `inputs` are the names and octets of what was read."""
    clean = redactor_of(diagnosis.capture, diagnosis.logins)
    places = _Places(inputs)
    slugs = catalogue.slugs()
    results = [_result(each, places, clean, slugs.index(each.fault.slug)) for each in diagnosis.findings[:MAX_RESULTS]]
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "proofkey doctor",
                        "semanticVersion": __version__,
                        "rules": [_rule(fault) for fault in catalogue.faults()],
                    }
                },
                "automationDetails": {"id": "proofkey-doctor/"},
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "toolExecutionNotifications": [
                            {"level": "note", "message": {"text": clean.clean(note[:MAX_TEXT])}}
                            for note in diagnosis.capture.damage[:20]
                        ],
                    }
                ],
                "properties": {"verdict": diagnosis.verdict},
                "results": results,
            }
        ],
    }


def _rule(fault: Fault) -> dict[str, Any]:
    return {
        "id": fault.slug,
        "name": "".join(word.capitalize() for word in fault.slug.split("-")),
        "shortDescription": {"text": fault.title[:MAX_TEXT]},
        "fullDescription": {"text": fault.meaning[:MAX_TEXT]},
        "help": {
            "text": f"{fault.meaning}\n\nFix: {fault.fix}",
            "markdown": f"{fault.meaning}\n\n**Fix:** {fault.fix}\n\n{'; '.join(fault.spec)}",
        },
        "helpUri": catalogue.page_of(fault.slug),
        "properties": {"tags": ["oauth", "pkce", fault.stage.replace("_", "-")]},
    }


def _result(each: Diagnosed, places: _Places, clean: Redactor, index: int) -> dict[str, Any]:
    finding = each.finding
    where = [one.where for one in finding.evidence]
    sources = {message.where: message.source for message in each.login.messages} if each.login is not None else {}
    shown = [f"{clean.clean(one.where)}: {clean.clean(one.what)}" for one in finding.evidence[:20]]
    words = f"{each.fault.title}. {clean.clean(finding.explanation)} Fix: {clean.clean(finding.fix or each.fault.fix)}"
    name, line = places.of(where[0] if where else "", sources)
    mark = "\n".join((each.fault.slug, _relative(name), str(line), each.login.id if each.login is not None else ""))
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": _relative(name)},
            "region": {"startLine": line},
        },
    }
    if where:
        location["logicalLocations"] = [{"fullyQualifiedName": clean.clean(where[0])}]
    return {
        "ruleId": each.fault.slug,
        "ruleIndex": index,
        "level": LEVELS[finding.certainty.word],
        "message": {"text": words[: 4 * MAX_TEXT]},
        "locations": [location],
        "partialFingerprints": {"primaryLocationLineHash": f"{hashlib.sha256(mark.encode()).hexdigest()[:16]}:1"},
        "properties": {"certainty": finding.certainty.word, "evidence": [text[:MAX_TEXT] for text in shown]},
    }


class _Places:
    """Finds the input and the line that a piece of evidence speaks of; what is not known is line 1."""

    def __init__(self, inputs: Mapping[str, bytes]) -> None:
        self._inputs = inputs
        self._entries: dict[str, list[int]] = {}

    def of(self, where: str, sources: Mapping[str, str]) -> tuple[str, int]:
        """Give the input's name and the line, from 1."""
        name = sources.get(where.partition(",")[0]) or next(iter(sources.values()), next(iter(self._inputs), "input"))
        if found := _LINE.match(where):
            short = (found.group(1) or "").strip()
            named = [each for each in self._inputs if short and each.replace("\\", "/").endswith(short)]
            return (named[0] if named else name), max(1, int(found.group(2)))
        if found := _ENTRY.match(where):
            lines = self._lines_of(name)
            number = int(found.group(1))
            return name, lines[number - 1] if number <= len(lines) else 1
        return name, 1

    def _lines_of(self, name: str) -> list[int]:
        """Give the line at which each entry of a HAR file begins."""
        if name not in self._entries:
            self._entries[name] = _entry_lines(self._inputs.get(name, b""))
        return self._entries[name]


class _Log(msgspec.Struct):
    entries: list[msgspec.Raw]


class _Har(msgspec.Struct):
    log: _Log


def _entry_lines(data: bytes) -> list[int]:
    try:
        entries = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=_Har).log.entries
    except (msgspec.DecodeError, UnicodeDecodeError):
        return []
    lines, line, at = [], 1, 0
    for entry in entries:
        octets = bytes(entry)
        start = data.find(octets, at)
        line += data.count(b"\n", at, start)
        lines.append(line)
        line += octets.count(b"\n")
        at = start + len(octets)
    return lines


def _relative(name: str) -> str:
    """Write a file's name as a URI: relative where it is in the current folder, as checkouts are scanned."""
    if name == "standard input":
        return "stdin"
    path = Path(name)
    try:
        return quote(path.resolve().relative_to(Path.cwd()).as_posix())
    except (ValueError, OSError):
        return path.resolve().as_uri()
