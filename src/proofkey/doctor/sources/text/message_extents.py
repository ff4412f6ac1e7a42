"""Where a text shows HTTP messages: raw, printed by a program, or copied from a browser's tools."""

from __future__ import annotations

from proofkey.doctor.sources.draft import Draft
from proofkey.doctor.sources.text.devtools import read_panel
from proofkey.doctor.sources.text.raw_http import read_answer, read_request
from proofkey.doctor.sources.text.segments import Cutting


def cut_message(cutting: Cutting, index: int, line: str) -> int | None:
    """Take a request or an answer in raw HTTP, or as a program prints one."""
    bare = line.lstrip()
    if ("Version: " in line or "send: b" in line) and (end := _printed_message(cutting, index)):
        return end
    if bare[:1] not in "GPDOHh":
        return None
    if request := read_request(cutting.source, index):
        cutting.put("request", index, request[1], draft=request[0])
        return request[1]
    if answer := read_answer(cutting.source, index):
        cutting.put("answer", index, answer[1], answer=answer[0])
        return answer[1]
    return None


def _printed_message(cutting: Cutting, index: int) -> int | None:
    # Loaded on first use: few texts hold what .NET or Python's http.client print.
    from proofkey.doctor.sources.printed.dotnet import read_dotnet
    from proofkey.doctor.sources.printed.http_client import read_http_client

    found = read_dotnet(cutting.source, index) or read_http_client(cutting.source, index)
    if found is None:
        return None
    message, end = found
    if isinstance(message, Draft):
        cutting.put("request", index, end, draft=message)
    else:
        cutting.put("answer", index, end, answer=message)
    return end


def cut_panel(cutting: Cutting, index: int, line: str) -> int | None:
    """Take what was copied from the request panel of a browser's tools."""
    if "url" not in line[:40].lower():
        return None
    panel = read_panel(cutting.source, index)
    if panel is None:
        return None
    cutting.put("request", index, panel[1], draft=panel[0])
    return panel[1]
