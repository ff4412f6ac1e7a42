"""Save the complete entries of a HAR file that ends too early: a disk was full, a download or a paste broke off."""

from __future__ import annotations

import re

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_LIST = re.compile(rb'"entries"\s*:\s*\[')
MAX_CUT = 64 * 1024 * 1024


def mend(data: bytes) -> bytes | None:
    """Give the file up to its last complete entry, closed; None where no entry is complete.

    A file that is damaged before its end stays damaged: it does not decode afterwards either.
    """
    start = _LIST.search(data) if len(data) <= MAX_CUT else None
    if start is None:
        return None
    depth = last = 0
    for token in _TOKEN.finditer(data, start.end()):
        match token.group()[:1]:
            case b"{" | b"[":
                depth += 1
            case b"}" | b"]":
                depth -= 1
                if depth == 0:
                    last = token.end()
                elif depth < 0:
                    break  # the list is complete; what is behind it is not
            case _:
                pass
    if not last:
        return None
    opened = data[: start.start()].count(b"{") - data[: start.start()].count(b"}")
    return data[:last] + b"]" + b"}" * max(1, opened)
