"""What the words of servers and browsers speak of.

Every server words its refusals in its own way and some mislead, so words only choose among what the parameters leave
open. All wording is data (`words.toml`); a fault asks for topics and never matches texts itself.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

_QUOTES = re.compile(r"['\"`´‘’“”\[\]]")
_GAPS = re.compile(r"[\s_\-]+")
MAX_TEXT = 4000


def topics_of(error: str | None, text: str) -> frozenset[str]:
    """Name the topics of an error code and a sentence."""
    plain = plain_words(text[:MAX_TEXT])
    return frozenset(
        topic
        for topic, (errors, pattern) in _load().items()
        if (error in errors) or (plain and pattern is not None and pattern.search(plain))
    )


def plain_words(text: str) -> str:
    """Write a sentence in lower case, without quotes, with single spaces for "_", "-" and line breaks."""
    return _GAPS.sub(" ", _QUOTES.sub("", text)).strip().lower()


def topic_names() -> frozenset[str]:
    """Name every topic of the data file."""
    return frozenset(_load())


@lru_cache(maxsize=1)
def _load() -> dict[str, tuple[frozenset[str], re.Pattern[str] | None]]:
    data = tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))
    return {
        topic: (
            frozenset(entry.get("errors", ())),
            re.compile("|".join(f"(?:{text})" for text in entry["texts"])) if entry.get("texts") else None,
        )
        for topic, entry in data.items()
    }
