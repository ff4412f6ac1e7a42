"""Code inside sentences: `const challenge = btoa(...);` in the middle of a line, or between backticks."""

from __future__ import annotations

import re

from proofkey.doctor.sources.source_code import Block
from proofkey.doctor.sources.text.code_lines import language_of
from proofkey.doctor.sources.text.segments import Segment

MAX_STATEMENT = 2_000
_START = re.compile(
    r"\b(?:const|let|var)\s+[\w$]+\s*=\s*(?=[\w$(\[{`'\"])"
    r"|\b\w*(?:[Cc]hallenge|[Vv]erifier)\w*\s*=\s*(?=[A-Za-z_$][\w$.]*\()"
)
_TICKS = re.compile(r"`([^`\n]{8,1000})`")
_TALKS_OF = re.compile(r"challenge|verifier", re.IGNORECASE)


def inline_blocks(segments: list[Segment]) -> list[Block]:
    """Give the statements that stand inside prose."""
    found: list[Block] = []
    for segment in segments:
        if segment.kind != "prose" or len(segment.text) > 20_000:
            continue
        text = segment.text
        for match in _START.finditer(text):
            found.append(_block(text[match.start() : _end_of_statement(text, match.end())], segment.line))
        for match in _TICKS.finditer(text):
            code = match.group(1)
            if "(" in code and not _START.search(code):
                name = _TALKS_OF.findall(text[: match.start()])
                found.append(
                    _block(f"{'code_' + name[-1].lower()} = {code}" if name and "=" not in code else code, segment.line)
                )
    return found


def _block(code: str, line: int) -> Block:
    return Block(language_of(code) if language_of(code) == "python" else "javascript", line, code)


def _end_of_statement(text: str, start: int) -> int:
    """Give the offset behind the statement: at the semicolon, or where brackets are closed and the sentence goes on."""
    depth = 0
    quote = ""
    for position in range(start, min(len(text), start + MAX_STATEMENT)):
        character = text[position]
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"`":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
            if depth <= 0 and not text[position + 1 : position + 2].strip(" .;)[(,"):
                following = text[position + 1 : position + 3].strip()
                if not following.startswith((".", "[", "(")) or not following[1:2].isalpha():
                    return position + 1
        elif character == ";" and depth <= 0:
            return position + 1
    return min(len(text), start + MAX_STATEMENT)
