"""What the words of servers and browsers speak of.

Every server words its refusals in its own way and some mislead, so words only choose among what the parameters leave
open. All wording is data (`words.toml`); a fault asks for topics and never matches texts itself.
"""

from __future__ import annotations

import re
import tomllib
from functools import cached_property, lru_cache
from pathlib import Path

_QUOTES = re.compile(r"['\"`´‘’“”\[\]]")
_GAPS = re.compile(r"[\s_\-]+")
MAX_TEXT = 4000


def topics_of(error: str | None, text: str) -> frozenset[str]:
    """Name the topics of an error code and a sentence."""
    plain = plain_words(text[:MAX_TEXT])
    return frozenset(
        topic
        for topic, wording in _load().items()
        if error in wording.errors or (plain and wording.pattern is not None and wording.pattern.search(plain))
    )


def plain_words(text: str) -> str:
    """Write a sentence in lower case, without quotes, with single spaces for "_", "-" and line breaks."""
    return _GAPS.sub(" ", _QUOTES.sub("", text)).strip().lower()


def topic_names() -> frozenset[str]:
    """Name every topic of the data file."""
    return frozenset(_load())


class _Wording:
    """What is said about one topic; its pattern is compiled when a sentence is looked at for the first time."""

    def __init__(self, errors: list[str], texts: list[str]) -> None:
        self.errors = frozenset(errors)
        self._texts = texts

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        return re.compile("|".join(f"(?:{text})" for text in self._texts)) if self._texts else None


@lru_cache(maxsize=1)
def _load() -> dict[str, _Wording]:
    data = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
    return {topic: _Wording(entry.get("errors", []), entry.get("texts", [])) for topic, entry in data.items()}
