"""Where a text shows code, and where a block of it ends."""

from __future__ import annotations

import re

from proofkey.doctor.sources.text.code_lines import language_of, looks_like_code
from proofkey.doctor.sources.text.command_extents import CURL
from proofkey.doctor.sources.text.segments import Cutting

MAX_BLOCK = 1_500  # lines of one block of code
_NO_LANGUAGE = frozenset(
    ["text", "txt", "http", "json", "none", "plaintext", "log", "logs", "console", "output", "url", "curl"]
)
_REMARKS = re.compile(r"(?:[ \t]*(?:(?:#|//)[^\n]*)?(?:\n|\Z))+")  # comments that belong to no code
_JSON = re.compile(r"[ \t]*\{\s*\"(?:error\w*|access_token|token_type|message|description|status)\"\s*:")


def cut_code(cutting: Cutting, index: int, line: str) -> int | None:
    """Take a block of code: a fence that names a language, or lines that look like code."""
    tag = (cutting.tags[index] or "").lower()
    # A fence may hold anything; only one that names a programming language is code from end to end.
    tagged = bool(tag) and tag not in _NO_LANGUAGE
    if not tagged and not looks_like_code(line, inside=False):
        return None
    end = index + 1
    depth = _depth(line)
    while end < len(cutting.source.lines) and end - index < MAX_BLOCK and _goes_on(cutting, end, depth, tagged=tagged):
        depth = max(0, depth + _depth(cutting.source.lines[end]))
        end += 1
    text = "\n".join(cutting.source.lines[index:end])
    if not tagged and _REMARKS.fullmatch(text):
        for each in range(index, end):
            cutting.put("prose", each, each + 1)
        return end
    cutting.put("code", index, end, language=language_of(text, tag))
    return end


def _goes_on(cutting: Cutting, index: int, depth: int, *, tagged: bool) -> bool:
    """Tell whether a line belongs to the block of code above it."""
    line = cutting.source.lines[index]
    if tagged:
        return cutting.tags[index] is not None
    if depth == 0 and _JSON.match(cutting.source.text, cutting.source.offsets[index]):
        return False  # what the code printed
    if line.strip():
        return not _starts_other(line) and looks_like_code(line, inside=True, depth=depth)
    ahead = index + 1
    while ahead < len(cutting.source.lines) and ahead - index < 3 and not cutting.source.lines[ahead].strip():
        ahead += 1
    if ahead >= len(cutting.source.lines):
        return False
    return looks_like_code(cutting.source.lines[ahead], inside=depth > 0, depth=depth)


def _starts_other(line: str) -> bool:
    bare = line.lstrip()
    return bool(CURL.match(bare) or (bare[:1] in "GPHD" and re.match(r"(?:GET|POST) (?:https?:/)?/|HTTP/\d", bare)))


def _depth(line: str) -> int:
    return sum(line.count(mark) for mark in "({[") - sum(line.count(mark) for mark in ")}]")
