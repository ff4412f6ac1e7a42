"""What the words of servers and browsers speak of.

Every server words its refusals in its own way and some mislead, so words only choose among what the parameters leave
open. All wording is data (`words.py`); a fault asks for topics and never matches texts itself.
"""

from __future__ import annotations

import re
from functools import lru_cache

from proofkey.doctor.dialects.words import WORDS

_QUOTES = dict.fromkeys(map(ord, "'\"`´‘’“”[]"))
_GAPS = re.compile(r"[\s_\-]+")
_MEANS_SOMETHING = re.compile(r"[\\^$.|?*+()\[\]{}]")  # in a regular expression
MAX_TEXT = 4000


def topics_of(error: str | None, text: str) -> frozenset[str]:
    """Name the topics of an error code and a sentence."""
    plain = plain_words(text[:MAX_TEXT])
    return frozenset(
        topic
        for topic, wording in WORDS.items()
        if error in wording.errors or (plain and any(_says(plain, pattern) for pattern in wording.texts))
    )


def plain_words(text: str) -> str:
    """Write a sentence in lower case, without quotes, with single spaces for "_", "-" and line breaks."""
    return _GAPS.sub(" ", text.translate(_QUOTES)).strip().lower()


def _says(plain: str, pattern: str) -> bool:
    """Tell whether a pattern fits; most are ruled out by a word of theirs, and never compiled."""
    return all(letters in plain for letters in anchors_of(pattern)) and _compiled(pattern).search(plain) is not None


@lru_cache(maxsize=1024)
def anchors_of(pattern: str) -> tuple[str, ...]:
    """Give letters without which a pattern cannot fit: its literal beginning and its literal end.

    A pattern offers its choices in brackets: one with a '|' outside of them has no such letters.
    """
    marks = list(_MEANS_SOMETHING.finditer(pattern))
    if not marks:
        return (pattern,)
    first, last = marks[0], marks[-1]
    beginning = pattern[: first.start() - (first.group() in "?*{")]  # those make the letter before them optional
    return beginning, pattern[last.end() + (last.group() == "\\") :]


_compiled = lru_cache(maxsize=1024)(re.compile)
