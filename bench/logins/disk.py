"""Makes the disk of one server slower, or leaves it out while a database is filled, by a small library before libc."""

from __future__ import annotations

from pathlib import Path

from bench.logins.generator import compile_c

SOURCE = Path(__file__).resolve().parent.parent / "slow_disk" / "fsync.c"


def with_fsync(microseconds: int) -> dict[str, str]:
    """Give the environment in which every fsync takes so much longer; negative: takes no time. Raises NoCompiler."""
    library = compile_c(SOURCE, "fsync.so", "-shared", "-fPIC")
    return {"LD_PRELOAD": str(library), "BENCH_FSYNC_MICROSECONDS": str(microseconds)}
