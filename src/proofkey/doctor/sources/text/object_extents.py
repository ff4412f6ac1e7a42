"""Where a text shows values by name: JSON objects, prints of programs, lists of parameters."""

from __future__ import annotations

import re

from proofkey.doctor.sources.text.extents import end_of_object
from proofkey.doctor.sources.text.pairs import read_pair, read_pairs
from proofkey.doctor.sources.text.segments import Cutting

MAX_OBJECTS = 300
MAX_NO_PRINTS = 40  # what looked like a print and was none; more of it is noise


def cut_object(cutting: Cutting, index: int, line: str) -> int | None:
    """Take a JSON object, or what is written like one."""
    bare = line.lstrip()
    if not bare.startswith("{") or cutting.objects >= MAX_OBJECTS:
        return None
    cutting.objects += 1
    start = cutting.source.offsets[index] + len(line) - len(bare)
    end = end_of_object(cutting.source.text, start)
    if end is None:
        cutting.objects += MAX_OBJECTS // 20  # a few unclosed brackets are damage, many are noise
        return None
    text = cutting.source.text[start:end]
    if not re.match(r"\{\s*(?:[\"'“”‘’][^\"'“”‘’\n]{1,80}[\"'“”‘’]\s*:|\w+\s*:\s*[\"'“]|\\?\"|\})", text):
        return None
    behind = cutting.source.behind(end, index)
    cutting.put("object", index, behind)
    cutting.found[-1].text = text
    return behind


def cut_print(cutting: Cutting, index: int, line: str) -> int | None:
    """Take an object that a program printed behind an error, a name or a label."""
    if cutting.objects >= MAX_OBJECTS or not ("{" in line or "rray" in line):
        return None
    from proofkey.doctor.sources.printed.opening import (  # first used here: HTTP has no prints
        opening_at,
        read_print,
    )
    from proofkey.doctor.sources.printed.php import read_php

    offset = cutting.source.offsets[index]
    opening = opening_at(cutting.source.text, offset, line)
    if opening is not None and cutting.no_prints < MAX_NO_PRINTS:
        found = read_print(cutting.source.text, opening)
        cutting.no_prints += found is None
    else:
        found = read_php(cutting.source.text, offset, line)
    if found is None:
        return None
    cutting.objects += 1
    behind = cutting.source.behind(found[1], index)
    cutting.put("print", index, behind, printed=found[0])
    return behind


def cut_pairs(cutting: Cutting, index: int, line: str) -> int | None:
    """Take a list of names and values, as in a form or a table."""
    if read_pair(line) is None:
        return None
    listed = read_pairs(cutting.source, index)
    if listed is None:
        return None
    cutting.put("pairs", index, listed[2], pairs=listed[0], written=listed[1])
    return listed[2]
