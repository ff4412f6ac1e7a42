"""A pair of transcripts, with and without a fault: which message is which, and what differs.

Transcripts are HTTP messages one after the other, as the doctor's faults hold them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

_REQUEST = re.compile(r"[A-Z]+ \S+ HTTP/[\d.]+")
_RESPONSE = re.compile(r"HTTP/[\d.]+ \d{3}.*")
_PIECE = re.compile(r"[?&]?[^?&\s]+|\s+|[?&]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line: a parameter, or a word."""

    text: str
    differs: bool = False

    @property
    def name(self) -> str:
        """The piece without the character that joins it to the one before."""
        return self.text.lstrip("?&")


@dataclass(slots=True)
class Exchanged:
    """A request or a response."""

    sent: bool
    lines: list[list[Piece]] = field(default_factory=list)


def read_pair(bad: str, good: str) -> tuple[list[Exchanged], list[Exchanged]]:
    """Read two transcripts and mark in each what the other has not.

    Where requests differ, differing responses are what follows from it, and are not marked.
    """
    one, other = _read(bad), _read(good)
    if not bad or not good:
        return one, other
    for sent in (True, False):
        marked = _marked(one, other, sent), _marked(other, one, sent)
        if _differs(marked[0]) or _differs(marked[1]):
            return marked
    return one, other


def _read(text: str) -> list[Exchanged]:
    messages: list[Exchanged] = []
    for line in text.strip().splitlines():
        request = _REQUEST.fullmatch(line.rstrip()) is not None
        if request or _RESPONSE.fullmatch(line.rstrip()) or not messages:
            messages.append(Exchanged(sent=request))
        if line.strip() or (messages[-1].lines and messages[-1].lines[-1]):  # one blank line says as much as three
            messages[-1].lines.append([Piece(piece) for piece in _PIECE.findall(line.rstrip())])
    for message in messages:
        while message.lines and not message.lines[-1]:
            message.lines.pop()
    return messages


def _marked(messages: list[Exchanged], others: list[Exchanged], sent: bool) -> list[Exchanged]:
    known = {piece.name for message in others for line in message.lines for piece in line}
    return [
        Exchanged(
            message.sent,
            [
                [replace(piece, differs=message.sent is sent and piece.name not in known) for piece in line]
                for line in message.lines
            ],
        )
        for message in messages
    ]


def _differs(messages: list[Exchanged]) -> bool:
    return any(piece.differs for message in messages for line in message.lines for piece in line)
