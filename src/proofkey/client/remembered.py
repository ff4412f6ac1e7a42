"""The logins that the command line remembers: at which server, as which client. Their tokens are kept apart.

Each is a file without secrets in the data folder; `current` names the one that was used last.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from platformdirs import user_data_path

from proofkey.client.errors import LoginRequired, NotKept
from proofkey.client.token_stores import FileStore, KeyringStore, TokenStore
from proofkey.core.errors import Misuse
from proofkey.core.metadata import ServerMetadata

_MAX_LENGTH = 65_536  # bytes


@dataclass(frozen=True, slots=True)
class Login:
    """Where somebody logged in; `region` is set for Genesys Cloud."""

    server: ServerMetadata
    client_id: str
    redirect_uri: str
    region: str | None = None

    @property
    def name(self) -> str:
        """Give the name of its files."""
        return hashlib.sha256(f"{self.server.issuer}\0{self.client_id}".encode()).hexdigest()[:24]


class Memory:
    """The folder that holds the remembered logins."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or user_data_path("proofkey", appauthor=False) / "logins"

    def remember(self, login: Login) -> None:
        """Write a login down and make it the current one. Raises NotKept."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._replace(f"{login.name}.json", json.dumps(asdict(login), indent=1))
            self._replace("current", login.name)
        except OSError as error:
            raise NotKept(f"cannot write to {self.folder}: {error.strerror}") from error

    def recall(self, *, issuer: str | None = None, client_id: str | None = None) -> Login:
        """Give the login that fits, the current one where nothing is asked for.

        Raises LoginRequired, Misuse where several fit, NotKept.
        """
        if issuer is None and client_id is None:
            current = self._read("current")
            login = self._load(f"{current.strip()}.json") if current else None
            if login is None:
                raise LoginRequired("nobody is logged in: proofkey login --issuer URL --client-id ID")
            return login
        every = [self._load(path.name) for path in sorted(self.folder.glob("*.json"))]
        fitting = [
            login
            for login in every
            if login is not None
            and issuer in (None, login.server.issuer)
            and client_id in (None, login.client_id)
        ]  # fmt: skip
        if not fitting:
            raise LoginRequired("nobody is logged in there: proofkey login")
        if len(fitting) > 1:
            raise Misuse("several logins fit: name the issuer or region, and the client, with --client-id")
        return fitting[0]

    def forget(self, login: Login) -> None:
        """Remove what was written down. The lock file stays: another process may hold it."""
        (self.folder / f"{login.name}.json").unlink(missing_ok=True)
        if (self._read("current") or "").strip() == login.name:
            (self.folder / "current").unlink(missing_ok=True)

    def store(self, login: Login) -> TokenStore:
        """Say where its tokens are: in the keyring where there is one, in an owner-only file otherwise."""
        path = self.folder / f"{login.name}.tokens"
        if not path.exists() and KeyringStore.available():
            return KeyringStore(login.name, path.with_name(f"{path.name}.lock"))
        return FileStore(path)

    def file_store(self, login: Login) -> TokenStore:
        """Give the owner-only file, for tokens that the keyring does not take; once there, it goes first."""
        return FileStore(self.folder / f"{login.name}.tokens")

    def _load(self, name: str) -> Login | None:
        text = self._read(name)
        if text is None:
            return None
        try:
            document = json.loads(text)
            server = document.pop("server")
            listed = {name: tuple(value) for name, value in server.items() if isinstance(value, list)}
            return Login(ServerMetadata(**server | listed), **document)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise NotKept(f"{self.folder / name} is not what proofkey wrote; log in again") from None

    def _read(self, name: str) -> str | None:
        try:
            with (self.folder / name).open("rb") as file:
                return file.read(_MAX_LENGTH).decode("utf-8", "replace")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise NotKept(f"cannot read {self.folder / name}: {error.strerror}") from error

    def _replace(self, name: str, text: str) -> None:
        new = self.folder / f".{name}.{secrets.token_hex(4)}"
        descriptor = os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        new.replace(self.folder / name)
