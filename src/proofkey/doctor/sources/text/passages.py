"""Where a forum thread turns from the question to the replies.

A request or a piece of code in a reply is advice: it is not what failed. Threads are often pasted without any mark
between the two, so the turn is told by who is spoken of: the asker says "I", a reply says "you" or gives orders.
"""

from __future__ import annotations

import re

_ASKER = re.compile(
    r"\b(?:I|I['’](?:m|ve|d|ll)|my|me|we|we['’](?:re|ve)|our|us)\b|^(?:thanks|thank you|any (?:idea|help|hint)"
    r"|edit\b|update\b)",
    re.I,
)
_REPLY = re.compile(
    r"\b(?:you|you['’](?:re|ve|ll|d)|your|yours|yourself)\b"
    r"|(?:^|[.!:]\s+)(?:check|make sure|ensure|try|use|verify|remove|add|replace|switch|keep|stop|drop|change"
    r"|set|send|call|do not|don['’]t"
    r"|double[- ]check|take|look|put|store|strip|encode|instead)\b",
    re.IGNORECASE,
)
_MARK = re.compile(
    r"\W*(?:(?:accepted |best |top )?(?:answer|repl(?:y|ies)|solution|response from|comment)s?(?:\s+(?:by|from"
    r"|#?\d+)\b.*)?|cause|fix|resolved)\s*:?\W*"
    r"|.{1,40}\b(?:replied|answered|commented|wrote)\b.{0,40}:?"
    r"|(?:cause|solution|answer|fix)\s*:\s.*",
    re.IGNORECASE,
)
_BACK = re.compile(r"\W*(?:edit|update|original poster|op)\b\s*(?:\d|:|-|\().*", re.IGNORECASE)
_QUESTION = re.compile(
    r"\?[\s\"”')*_]*$|\?\s|\bany (?:ideas?|help|hints?|thoughts|pointers)\b|\bthanks\b|\bthank you\b", re.I
)
_TROUBLE = re.compile(
    r"\b(?:4\d\d|invalid_\w+|error|fails?|failing|refuse[sd]?|reject(?:s|ed)?|mismatch|bad request|not work)", re.I
)


def advice_begins(paragraphs: list[tuple[int, str]]) -> int | None:
    """Give the line at which the replies begin, or None where all of the text is the asker's.

    `paragraphs` are the prose lines with their line numbers. There is no reply before trouble and a question were told.
    """
    troubled = asked = False
    for line, text in paragraphs:
        if asked and troubled:
            if _MARK.fullmatch(text.strip()):
                return line
            mine, theirs = len(_ASKER.findall(text)), len(_REPLY.findall(text))
            if theirs and theirs > mine and not _QUESTION.search(text) and not _BACK.match(text):
                return line
        troubled |= _TROUBLE.search(text) is not None
        asked |= _QUESTION.search(text) is not None
    return None
