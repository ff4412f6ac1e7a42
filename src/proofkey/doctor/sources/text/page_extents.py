"""Where a text shows web pages, and which of their lines are scripts."""

from __future__ import annotations

import re

from proofkey.doctor.sources.text.code_extents import MAX_BLOCK
from proofkey.doctor.sources.text.extents import end_of_page
from proofkey.doctor.sources.text.segments import Cutting

_PAGE = re.compile(r"<(?:!doctype html|html)\b", re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b[^>]*>", re.IGNORECASE)
_MARKUP = re.compile(r"</?[a-zA-Z][\w-]*(?:\s[^<>]*)?/?>.*|<!.*")


def cut_page(cutting: Cutting, index: int, line: str) -> int | None:
    """Take a web page, a script in its tags, or a line of markup."""
    bare = line.lstrip()
    if not bare.startswith("<"):
        return None
    start = cutting.source.offsets[index]
    if _PAGE.match(bare):
        end = cutting.source.behind(end_of_page(cutting.source.text, start), index)
        return _markup(cutting, index, max(end, index + 1))
    if _SCRIPT.match(bare):
        return _markup(cutting, index, min(index + MAX_BLOCK, len(cutting.source.lines)), script_only=True)
    if _MARKUP.fullmatch(bare) and len(bare) < 2_000:
        cutting.put("page", index, index + 1)
        return index + 1
    return None


def _markup(cutting: Cutting, index: int, end: int, *, script_only: bool = False) -> int:
    """Take the scripts of a page as code and the rest as markup."""
    position = index
    inside = False
    begin = index
    while position < end:
        line = cutting.source.lines[position].lower()
        if not inside and "<script" in line and "</script" not in line:
            cutting.put("page", begin, position + 1)
            inside, begin = True, position + 1
        elif inside and "</script" in line:
            if position > begin:
                cutting.put("code", begin, position, language="javascript")
            inside, begin = False, position
            if script_only:
                cutting.put("page", position, position + 1)
                return position + 1
        position += 1
    if inside:
        cutting.put("code", begin, end, language="javascript")
    elif begin < end:
        cutting.put("page", begin, end)
    return end
