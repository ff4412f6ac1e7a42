"""Reads the settings file: TOML, one level, and the line of each key, so that a complaint can name it."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path

import msgspec

from proofkey.core.errors import Misuse

LARGEST = 64 * 1024  # bytes


class SettingsFile(msgspec.Struct, frozen=True):
    """Values by key as TOML gives them, where each key stands, and the file's permissions."""

    path: Path
    values: Mapping[str, object]
    lines: Mapping[str, int]
    mode: int

    def place(self, key: str) -> str:
        """Name the line of a key, as compilers do."""
        return f"{self.path}:{self.lines.get(key, 1)}"


def read_file(path: Path) -> SettingsFile:
    """Read a file. Raises Misuse where it cannot be read or is no TOML."""
    import tomllib  # here and below: a start without a settings file is quicker for it

    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
    except OSError as error:
        raise Misuse(f"cannot read the settings file {path}: {error.strerror}") from None
    if len(raw) > LARGEST:
        raise Misuse(f"the settings file {path} is larger than {LARGEST} bytes")
    try:
        content = raw.decode("utf-8")
        values = tomllib.loads(content)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise Misuse(f"{path}:{line}: the settings file must be UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise Misuse(_complaint(path, content, str(error))) from None
    return SettingsFile(path, values, {key: _line_of(key, content) for key in values}, mode)


def _complaint(path: Path, content: str, message: str) -> str:
    # Its text ends with "(at line 3, column 9)" or "(at end of document)"; it quotes no value.
    found = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)", message)
    line = found[1] if found and found[1] else str(len(content.splitlines()) or 1)
    words = message[: found.start()] if found else message
    hint = ": a text stands in quotation marks" if words == "Invalid value" else ""
    return f"{path}:{line}: this is no TOML: {words}{hint}"


def _line_of(key: str, content: str) -> int:
    """Find the line on which a key of the top level, or its table, begins.

    What stands before a line that looks like it must be whole TOML without the key: then the line is no part of a text.
    """
    import tomllib

    name = re.escape(key)
    looks_like_it = re.compile(rf"\s*(\[{{1,2}}\s*)?(?:{name}|\"{name}\"|'{name}')\s*[\]=.]")
    lines = content.splitlines(keepends=True)
    for number, line in enumerate(lines, 1):
        if looks_like_it.match(line):
            try:
                if key not in tomllib.loads("".join(lines[: number - 1])):
                    return number
            except tomllib.TOMLDecodeError:
                continue
    return 1
