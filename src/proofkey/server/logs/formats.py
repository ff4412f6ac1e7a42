"""How a log record becomes a line: nothing in it can begin another line, and no long unreadable word is repeated."""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from types import TracebackType

_PLAIN = re.compile(r"[A-Za-z0-9_.:/@+\-]{1,400}")
# What codes, tokens, verifiers, cookies and keys look like; a message of an exception may quote what it choked on.
_UNREADABLE = re.compile(r"[A-Za-z0-9_~+/=%-]{20,}")
_LONGEST_MESSAGE = 300
_FRAMES = 40

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None] | None


class JsonLines(logging.Formatter):
    """One JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        line: dict[str, object] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        line.update(_fields(record))
        if (trace := _traceback(record.exc_info)) is not None:
            line["traceback"] = trace
        return json.dumps(line, ensure_ascii=True, default=str)


class HumanLines(logging.Formatter):
    """Time, level, logger, event, then name=value; a traceback follows indented."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        words = [_time(record), f"{record.levelname:<8}", record.name, _one_line(record.getMessage())]
        words.extend(f"{name}={_plain(value)}" for name, value in _fields(record).items())
        trace = _traceback(record.exc_info)
        return " ".join(words) + ("" if trace is None else "\n" + "\n".join(f"    {row}" for row in trace.splitlines()))


FORMATS = {"json": JsonLines, "human": HumanLines}


def redacted(message: str) -> str:
    """Take long unreadable words out of a text."""
    return _UNREADABLE.sub("(...)", message[:_LONGEST_MESSAGE])


def _fields(record: logging.LogRecord) -> dict[str, object]:
    fields: dict[str, object] = getattr(record, "fields", {})
    return {name: value for name, value in fields.items() if value is not None}


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _plain(value: object) -> str:
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=True)


def _one_line(text: str) -> str:
    return text if text.isprintable() else json.dumps(text, ensure_ascii=True)


def _traceback(exc_info: ExcInfo | bool) -> str | None:
    """Write an exception and its causes: places in the code, types, and messages without unreadable words."""
    if not isinstance(exc_info, tuple) or exc_info[1] is None:
        return None
    rows: list[str] = []
    error: BaseException | None = exc_info[1]
    seen: set[int] = set()
    while error is not None and id(error) not in seen and len(seen) < 5:
        seen.add(id(error))
        for frame in traceback.extract_tb(error.__traceback__)[-_FRAMES:]:
            rows.append(f"{frame.filename}:{frame.lineno} in {frame.name}")
        rows.append(f"{type(error).__name__}: {_one_line(redacted(str(error)))}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(rows)
