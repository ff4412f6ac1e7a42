"""The process itself, under the names that Prometheus' own libraries use; memory and files where /proc tells them."""

from __future__ import annotations

import os
import time
from pathlib import Path

from proofkey.server.metrics.exposition import single

_BEGAN = time.time()
_PROC = Path("/proc/self")


def process_lines() -> list[str]:
    """Write what is known of this process."""
    used = os.times()
    lines = [
        *single("process_start_time_seconds", "gauge", "When the process began, Unix time.", _BEGAN),
        *single("process_cpu_seconds_total", "counter", "Processor time used.", used.user + used.system),
    ]
    try:
        pages = int((_PROC / "statm").read_text().split()[1])
        files = len(os.listdir(_PROC / "fd"))
    except (OSError, ValueError, IndexError):
        return lines
    return [
        *lines,
        *single("process_resident_memory_bytes", "gauge", "Memory in use.", pages * os.sysconf("SC_PAGE_SIZE")),
        *single("process_open_fds", "gauge", "Open files and sockets.", files),
    ]
