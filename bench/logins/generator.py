"""The load generator: compiled where it is needed, run on a core of its own, its one line of JSON read."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.logins.processes import on_core
from scripts.programs import CACHE

SOURCES = Path(__file__).resolve().parent.parent / "generator"


class NoCompiler(Exception):
    """There is nothing here that compiles C."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one run of the generator asks for."""

    port: int
    plan: Path
    token_path: str
    use_path: str | None = None
    require: str | None = None  # a member that the token answer must have beside the access token
    connections: int = 64
    seconds: float = 5
    warm_up: float = 1
    samples: int = 0
    wrong_verifier: bool = False
    replay: bool = True

    def words(self) -> list[str]:
        """Write the generator's command line."""
        words = [
            *("--port", str(self.port), "--plan", str(self.plan), "--token-path", self.token_path),
            *("--connections", str(self.connections), "--seconds", f"{self.seconds:g}"),
            *("--warm-up", f"{self.warm_up:g}", "--samples", str(self.samples)),
        ]
        words += ["--use-path", self.use_path] if self.use_path else []
        words += ["--require", self.require] if self.require else []
        words += ["--wrong-verifier"] if self.wrong_verifier else []
        return words if self.replay else [*words, "--no-replay"]


def compile_c(source: Path, name: str, *options: str) -> Path:
    """Compile a C file into the cache, once for each state of its folder. Raises NoCompiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise NoCompiler("no C compiler (cc, gcc or clang) was found")
    state = hashlib.sha256(" ".join(options).encode())
    for each in sorted(source.parent.glob("*.[ch]")):
        state.update(each.read_bytes())
    target = CACHE / "bench" / "compiled" / f"{state.hexdigest()[:16]}-{name}"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(f"{target.name}.{os.getpid()}")
        command = [compiler, "-O2", "-std=gnu11", "-Wall", "-Wextra", *options, "-o", str(fresh), str(source)]
        subprocess.run(command, check=True)
        fresh.rename(target)
    return target


def generator() -> Path:
    """Give the compiled generator."""
    return compile_c(SOURCES / "flows.c", "flows")


def drive(load: Load, *, core: int | None = None, at: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Run the generator and give what it counted; `at` is called with "begin" and "end" of the time measured.

    Raises RuntimeError where it gave up.
    """

    command = [str(generator()), *load.words()]
    with on_core(core):
        running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with running:
        assert running.stdout is not None
        assert running.stderr is not None
        found: dict[str, Any] | None = None
        for line in running.stdout:
            if line.startswith("{"):
                found = json.loads(line)
            else:
                at(line.strip())
        said = running.stderr.read()
    if found is None or running.returncode != 0:
        raise RuntimeError(f"the generator ended with {running.returncode}: {said[:3000]}")
    return found | {"said": said[:3000]}
