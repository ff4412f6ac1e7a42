"""Where tokens are kept: a file that is its owner's alone, the system's keyring, or this process's memory.

`write` returns when the text is durable. Every read-and-write happens under `lock`, across processes.
"""

from __future__ import annotations

import os
import stat
import threading
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from proofkey.client.errors import NotKept
from proofkey.client.file_lock import locked
from proofkey.client.token_document import MAX_LENGTH


class TokenStore(Protocol):
    """Keeps one text."""

    def read(self) -> str | None:
        """Give the text, None where there is none. Raises NotKept."""

    def write(self, text: str) -> None:
        """Keep the text; on return a crash cannot lose it. Raises NotKept."""

    def erase(self) -> None:
        """Forget the text. Raises NotKept."""

    def lock(self) -> AbstractContextManager[None]:
        """Keep others out, in this process and in others. Raises NotKept."""


class FileStore:
    """A file with mode 0600; replaced whole, and synced, at each write."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)

    def read(self) -> str | None:
        """Read the file. Refuses one that others may read."""
        try:
            with self._path.open("rb") as file:
                mode = os.fstat(file.fileno()).st_mode
                data = file.read(MAX_LENGTH + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise NotKept(f"cannot read {self._path}: {error.strerror}") from error
        if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
            raise NotKept(f"others may read {self._path}: log out, log in again, and keep its mode at 0600")
        return data.decode("utf-8", "replace")

    def write(self, text: str) -> None:
        """Write beside it, sync, and put in its place: at any moment the file is the old or the new one."""
        new = self._path.with_name(f".{self._path.name}.new")  # one writer at a time holds the lock
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            new.unlink(missing_ok=True)
            descriptor = os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self._path)
            _sync(self._path.parent)
        except OSError as error:
            raise NotKept(f"cannot write {self._path}: {error.strerror}") from error

    def erase(self) -> None:
        """Remove the file."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            raise NotKept(f"cannot remove {self._path}: {error.strerror}") from error

    def lock(self) -> AbstractContextManager[None]:
        """Lock the file beside it."""
        return locked(self._path.with_name(f"{self._path.name}.lock"))


class KeyringStore:
    """The system's keyring (`pip install 'proofkey[keyring]'`); `lock_path` is where its lock file goes.

    Windows takes 1,280 characters only, which a login with JWTs exceeds: `write` raises NotKept.
    """

    def __init__(self, name: str, lock_path: str | os.PathLike[str], *, service: str = "proofkey") -> None:
        self._service, self._name, self._lock_path = service, name, Path(lock_path)

    @staticmethod
    def available() -> bool:
        """Tell whether the package is there, and a keyring behind it that protects what it holds."""
        try:
            import keyring
        except ModuleNotFoundError:
            return False
        try:
            return keyring.get_keyring().priority >= 1
        except Exception:
            return False  # backends raise what they like; one that cannot say is not used

    def read(self) -> str | None:
        """Ask the keyring."""
        import keyring

        try:
            return keyring.get_password(self._service, self._name)
        except Exception as error:  # backends raise what they like: errors of D-Bus, of Windows
            raise NotKept(f"the keyring cannot be read: {type(error).__name__}") from error

    def write(self, text: str) -> None:
        """Hand the text to the keyring."""
        import keyring

        try:
            keyring.set_password(self._service, self._name, text)
        except Exception as error:
            raise NotKept(f"the keyring does not take the tokens: {type(error).__name__}") from error

    def erase(self) -> None:
        """Remove the entry; one that is not there is no error."""
        import keyring
        from keyring.errors import PasswordDeleteError

        try:
            keyring.delete_password(self._service, self._name)
        except PasswordDeleteError:
            return
        except Exception as error:
            raise NotKept(f"the keyring does not forget the tokens: {type(error).__name__}") from error

    def lock(self) -> AbstractContextManager[None]:
        """Lock a file, since keyrings have no locks."""
        return locked(self._lock_path)


class MemoryStore:
    """This process's memory: for servers and tests that keep nothing."""

    def __init__(self) -> None:
        self._text: str | None = None
        self._lock = threading.Lock()

    def read(self) -> str | None:
        """Give the text."""
        return self._text

    def write(self, text: str) -> None:
        """Keep the text."""
        self._text = text

    def erase(self) -> None:
        """Forget the text."""
        self._text = None

    def lock(self) -> AbstractContextManager[None]:
        """Keep other threads out."""
        return _Held(self._lock)


class _Held(AbstractContextManager[None]):
    def __init__(self, lock: threading.Lock) -> None:
        self._lock = lock

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def _sync(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
