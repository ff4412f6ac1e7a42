"""Fences of Markdown: which lines stand between them, and what language they name."""

from __future__ import annotations

import re

_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})[ \t]*([\w+#.-]*)[^`]*")


def fence_tags(text: str) -> list[str | None]:
    """Give for every line the language tag of the fence around it, "" for an untagged fence, None outside."""
    tags: list[str | None] = []
    fence = ""
    tag: str | None = None
    for line in text.split("\n"):
        match = _FENCE.fullmatch(line) if "```" in line or "~~~" in line else None
        if match and not fence:
            fence, tag = match.group(1)[0] * 3, match.group(2)
            tags.append(None)
        elif match and match.group(1).startswith(fence):
            fence, tag = "", None
            tags.append(None)
        else:
            tags.append(tag)
    # A fence that is never closed is damage, not a block to the end of the text.
    return tags if not fence else [each if each is None or each else None for each in tags]


def without_fences(text: str, tags: list[str | None]) -> str:
    """Give a text whose fences are blank lines; what stands between them stays."""
    if "```" not in text and "~~~" not in text:
        return text
    return "\n".join(
        "" if _FENCE.fullmatch(line) and tags[i] is None else line for i, line in enumerate(text.split("\n"))
    )
