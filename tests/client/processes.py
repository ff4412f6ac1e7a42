"""Programs that ask together: each says `ready`, waits for a line on standard input, and prints what it got."""

from __future__ import annotations

import subprocess
import sys


def ask_at_once(program: str, *arguments: str, processes: int = 4) -> set[str]:
    """Run a program in several processes, let them go together, and give the different things that they printed."""
    command = [sys.executable, "-c", program, *arguments]
    pipe = subprocess.PIPE
    running = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(processes)]
    try:
        for process in running:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in running:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        return {process.communicate(timeout=60)[0] for process in running}
    finally:
        for process in running:
            process.kill()
            process.wait()
