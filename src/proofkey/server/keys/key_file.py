"""The key outside the database, under which all other keys are wrapped (decision 2).

Named by PROOFKEY_KEY_FILE; without it, made beside a SQLite file. Only its owner may read it. A backup of the
database never holds it, and the two should not be kept together.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from pathlib import Path

from proofkey.core.errors import Misuse
from proofkey.server.store.location import PostgresLocation, locate

VARIABLE = "PROOFKEY_KEY_FILE"
KEY_LENGTH = 32

_HEADING = "proofkey-key-file-1"
_FORM = re.compile(_HEADING + r" ([A-Za-z0-9_-]{43})\s*")


class KeyFileUnusable(Misuse):
    """The key file is missing, open to others, or no key file."""


def key_file_path(database: str | None, environ: Mapping[str, str] = os.environ) -> Path:
    """Say where the key file of a database is.

    Raises StoreUnusable where the address is no good, KeyFileUnusable where nothing names one for PostgreSQL.
    """
    if named := environ.get(VARIABLE):
        return Path(named)
    location = locate(database)
    if isinstance(location, PostgresLocation):
        raise KeyFileUnusable(
            f"PostgreSQL needs a key file outside the database: name one in {VARIABLE}, the same for every process"
        )
    return location.key_file


def read_key_file(path: Path) -> bytes:
    """Read the key, 32 bytes. Raises KeyFileUnusable."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(1024).decode("ascii", "replace")
    except OSError as error:
        raise KeyFileUnusable(f"cannot read the key file {path}: {error.strerror}") from error
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise KeyFileUnusable(
            f"others may read the key file {path} (mode {stat.S_IMODE(mode):04o}); "
            f"make it its owner's alone: chmod 600 '{path}'"
        )
    if not (found := _FORM.fullmatch(text)):
        raise KeyFileUnusable(f"{path} is no proofkey key file")
    return urlsafe_b64decode(found[1] + "=")


def make_key_file(path: Path, entropy: Callable[[int], bytes] = secrets.token_bytes) -> bytes:
    """Make a key file that only its owner can read, and give its key.

    Where another process makes it at the same time, both get the same key. Raises KeyFileUnusable.
    """
    text = f"{_HEADING} {urlsafe_b64encode(entropy(KEY_LENGTH)).decode().rstrip('=')}\n"
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            _put_in_place(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise KeyFileUnusable(f"cannot make the key file {path}: {error.strerror}") from error
    return read_key_file(path)


def _put_in_place(temporary: Path, path: Path) -> None:
    try:
        os.link(temporary, path)  # appears whole, and never over another one
    except FileExistsError:
        return
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
