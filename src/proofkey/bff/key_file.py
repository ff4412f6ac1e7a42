"""The file with the sealing keys: its owner's alone, one key a line, the newest first.

A backup of the sessions never holds it, and the two should not be kept together.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from proofkey.bff.sealing import KEY_LENGTH, SealingKeys
from proofkey.core.errors import Misuse

VARIABLE = "PROOFKEY_BFF_KEY_FILE"
_HEADING = "proofkey-bff-key-1"
_LINE = re.compile(_HEADING + r" ([A-Za-z0-9_-]{43})")
_MAX_LENGTH = 8192  # bytes


def find_keys(beside: Path | None, environ: Mapping[str, str] = os.environ) -> SealingKeys:
    """Give the keys of the file that PROOFKEY_BFF_KEY_FILE names, else of the one beside a database, made if need be.

    Raises Misuse where there is neither, or where others may read the file.
    """
    if named := environ.get(VARIABLE):
        return read_key_file(Path(named))
    if beside is None:
        raise Misuse(f"sessions in a database are sealed with a key outside it: name its file by {VARIABLE}, or keys=")
    if not beside.exists():
        make_key_file(beside)
    return read_key_file(beside)


def read_key_file(path: Path) -> SealingKeys:
    """Read the keys. Raises Misuse."""
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            text = file.read(_MAX_LENGTH).decode("ascii", "replace")
    except OSError as error:
        raise Misuse(f"cannot read the key file {path}: {error.strerror}") from error
    if os.name == "posix" and mode & 0o077:
        raise Misuse(f"others may read the key file {path} (mode {mode:04o}): chmod 600 '{path}'")
    lines = [_LINE.fullmatch(line.strip()) for line in text.splitlines() if line.strip()]
    if not lines or not all(lines):
        raise Misuse(f"{path} is no file of sealing keys: each line is '{_HEADING}' and 43 characters of base64url")
    return SealingKeys(urlsafe_b64decode(line[1] + "=") for line in lines if line)


def make_key_file(path: Path) -> None:
    """Make a file with one new key; where another process makes it at the same time, one of them wins."""
    text = f"{_HEADING} {urlsafe_b64encode(secrets.token_bytes(KEY_LENGTH)).decode().rstrip('=')}\n"
    new = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(new, path)
        finally:
            new.unlink(missing_ok=True)
    except OSError as error:
        raise Misuse(f"cannot make the key file {path}: {error.strerror}") from error
