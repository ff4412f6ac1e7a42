"""The server's log: one line per event, for people or as JSON, on standard error.

An event has a name and fields. No field is a secret, a user's name, or the value of a query parameter; whatever is
written passes `formats.py`, which also takes long unreadable words out of the texts of exceptions.
"""

from __future__ import annotations

import logging
import sys

from proofkey.server.logs.formats import FORMATS


def set_up(log_format: str, level: str) -> None:
    """Send all log lines of this process to standard error in a format."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(FORMATS[log_format]())
    # Of the place in the code, the thread and the process nothing is written, so nothing need be found out.
    logging._srcfile = None  # as the HOWTO of logging says
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # What these say of a start and an end, our own events say too; and a third party's debugging may say anything.
    for name in ("asyncio", "opentelemetry", "urllib3", "asyncpg"):
        logging.getLogger(name).setLevel(logging.WARNING)


def event(log: logging.Logger, level: int, name: str, *, traceback: bool = False, **fields: object) -> None:
    """Log an event; `traceback` adds that of the exception being handled. Fields that are None are left out."""
    if log.isEnabledFor(level):
        log.log(level, name, extra={"fields": fields}, exc_info=traceback)
