"""Go through the segments of a text in order and give each to what reads its kind."""

from __future__ import annotations

from proofkey.doctor.sources.draft import Draft
from proofkey.doctor.sources.text.objects import take_object, take_print
from proofkey.doctor.sources.text.payloads import take_pairs
from proofkey.doctor.sources.text.reading import Reading
from proofkey.doctor.sources.text.segments import Segment
from proofkey.doctor.sources.text.sentences import take_prose


def take_all(reading: Reading, segments: list[Segment], from_code: list[Draft]) -> None:
    """Read segments in order; the requests that code would send are taken where the code stands."""
    waiting = sorted(from_code, key=lambda draft: draft.line)
    for segment in segments:
        while waiting and waiting[0].line < segment.line:
            reading.add_from_code(waiting.pop(0))
        take(reading, segment)
    for draft in waiting:
        reading.add_from_code(draft)


def take(reading: Reading, segment: Segment) -> None:
    """Read one segment that is the asker's own."""
    match segment.kind:
        case "request" | "command":
            if segment.draft is not None:
                reading.add(segment.draft)
        case "answer":
            if segment.answer is not None:
                reading.answer(segment.answer)
        case "object":
            take_object(reading, segment.text, segment.line)
        case "print":
            if segment.printed is not None:
                take_print(reading, segment.printed, segment.line)
        case "pairs":
            take_pairs(reading, segment)
        case "page":
            _take_page(reading, segment)
        case "prose":
            take_prose(reading, segment)
        case _:
            pass


def _take_page(reading: Reading, segment: Segment) -> None:
    target = reading.drafts[-1] if reading.drafts else None
    if target is not None and target.method == "POST" and target.response_body is None:
        if segment.line - target.line < 40:
            target.response_body = segment.text
    elif reading.unclaimed and reading.unclaimed[-1].body is None and segment.line - reading.unclaimed[-1].line < 5:
        reading.unclaimed[-1].body = segment.text
