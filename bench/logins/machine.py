"""Describes the machine and the interpreter, without names and paths."""

from __future__ import annotations

import os
import platform
import sysconfig
from pathlib import Path


def describe_machine() -> dict[str, str]:
    """Say what figures depend on."""
    options = sysconfig.get_config_var("CONFIG_ARGS") or ""
    optimized = "--enable-optimizations" in options
    build = "built with profile-guided optimization" if optimized else "built without profile-guided optimization"
    system = _first("/etc/os-release", "PRETTY_NAME").strip('"')
    return {
        "processor": f"{os.cpu_count()} cores of {_first('/proc/cpuinfo', 'model name') or platform.machine()}",
        "memory": f"{int((_first('/proc/meminfo', 'MemTotal') or '0').split()[0]) // 1_000_000} GB",
        "system": f"{system}, Linux {platform.release().split('-')[0]}",
        "interpreter": f"{platform.python_implementation()} {platform.python_version()}, {build}",
    }


def _first(path: str, name: str) -> str:
    """Give the first value of that name in a file of `name: value` or `name=value` lines."""
    try:
        lines = Path(path).read_text(errors="replace").splitlines()
    except OSError:
        return ""
    for line in lines:
        if line.startswith(name):
            return line[len(name) :].lstrip(" \t:=").strip()
    return ""
