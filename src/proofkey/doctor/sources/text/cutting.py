"""Cut a text into segments: each line is offered to the readers of every kind, in the order in which they are sure.

Only extents are decided here and in the readers; what a segment says is read by the module of its kind.
"""

from __future__ import annotations

import re

from proofkey.doctor.sources.text.code_extents import cut_code
from proofkey.doctor.sources.text.command_extents import cut_command, cut_table
from proofkey.doctor.sources.text.fences import fence_tags, without_fences
from proofkey.doctor.sources.text.message_extents import cut_message, cut_panel
from proofkey.doctor.sources.text.object_extents import cut_object, cut_pairs, cut_print
from proofkey.doctor.sources.text.page_extents import cut_page
from proofkey.doctor.sources.text.powershell import read_assignments
from proofkey.doctor.sources.text.raw_http import Lines
from proofkey.doctor.sources.text.segments import Cutting, Segment
from proofkey.doctor.sources.text.traces import without_traces

MAX_LINE = 100_000  # characters; a longer line is noise

_ASSIGNMENT = re.compile(
    r"^[ \t]*(?:export[ \t]+|set[ \t]+)?([A-Za-z_]\w*)=(\"[^\"\n$`]*\"|'[^'\n]*'|[^\s\"'$`&|;(]+)[ \t]*;?$", re.M
)
# Each gives the index behind the segment that begins at a line; None where there is none of its kind.
_READERS = (cut_message, cut_panel, cut_table, cut_command, cut_object, cut_print, cut_pairs, cut_page, cut_code)


def cut(text: str) -> list[Segment]:
    """Cut a text, whose line ends are LF, into its segments in order."""
    tags = fence_tags(text)
    cutting = Cutting(
        Lines.of(without_traces(without_fences(text, tags))),
        tags,
        {name: value.strip("\"'") for name, value in _ASSIGNMENT.findall(text[:500_000])},
        read_assignments(text) if "Invoke-" in text or "irm " in text or "iwr " in text else {},
    )
    index = 0
    lines = cutting.source.lines
    while index < len(lines):
        if not lines[index].strip():
            cutting.put("blank", index, index + 1)
            index += 1
        else:
            index = _segment_at(cutting, index)
    return cutting.found


def _segment_at(cutting: Cutting, index: int) -> int:
    """Add the segment that begins at a line, and give the index behind it."""
    line = cutting.source.lines[index]
    if len(line) <= MAX_LINE:
        for reader in _READERS:
            end = reader(cutting, index, line)
            if end is not None:
                return max(end, index + 1)
    cutting.put("prose", index, index + 1)
    return index + 1
