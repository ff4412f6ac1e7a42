"""Whether a settings file keeps what it holds in secret: a password in an address must not lie open to everybody.

Its group may read it: so does the server where root owns the file. The key file is stricter (`keys/key_file.py`).
"""

from __future__ import annotations

import os
from urllib.parse import parse_qs, urlsplit

from proofkey.core.errors import Misuse
from proofkey.server.configuration.file import SettingsFile
from proofkey.server.configuration.options import OPTIONS

OTHERS_READ = 0o004


def check_secrecy(file: SettingsFile) -> None:
    """Refuse a file with a secret that everybody on this machine may read. Raises Misuse."""
    if os.name != "posix" or not file.mode & OTHERS_READ:
        return
    for option in OPTIONS:
        value = file.values.get(option.name)
        if option.tells_secrets and isinstance(value, str) and holds_secret(value):
            raise Misuse(
                f"{file.place(option.name)}: everybody on this machine may read the secret in {option.name} "
                f"(mode {file.mode:04o}): chmod o= '{file.path}', or say it in {option.variable}"
            )


def holds_secret(address: str) -> bool:
    """Tell whether an address has a password, or a query where collectors want their key."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    password = parts.netloc.rpartition("@")[0].partition(":")[2]
    if parts.scheme in ("http", "https"):
        return bool(password or parts.query)
    return bool(password or "password" in parse_qs(parts.query))
