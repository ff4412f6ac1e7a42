"""Reads a database address: which kind of store it names, and where."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from platformdirs import user_data_path

from proofkey.server.store.errors import StoreUnusable


@dataclass(frozen=True, slots=True)
class SqliteLocation:
    """A SQLite file."""

    path: Path

    @property
    def key_file(self) -> Path:
        """Where the key file is when PROOFKEY_KEY_FILE does not say: beside the database."""
        return self.path.with_name(self.path.name + ".key")


def locate(url: str | None) -> SqliteLocation:
    """Read an address; None is the default one. Raises StoreUnusable."""
    if url is None:
        return SqliteLocation(user_data_path("proofkey", appauthor=False) / "proofkey.db")
    scheme, colon, rest = url.partition("://")
    if not colon:
        raise StoreUnusable(
            f"'{scheme[:20]}' is no database address: write sqlite:////absolute/path or sqlite:///relative/path"
        )
    if scheme == "sqlite":
        return SqliteLocation(_sqlite_path(rest))
    if scheme in ("postgresql", "postgres"):
        # The address may hold a password: it is not repeated.
        raise StoreUnusable("this version of proofkey has no PostgreSQL store yet; use sqlite:////absolute/path")
    raise StoreUnusable(f"'{scheme[:20]}' is no kind of database that proofkey knows: use sqlite:////absolute/path")


def _sqlite_path(rest: str) -> Path:
    authority, slash, path = rest.partition("/")
    if authority or not slash:
        raise StoreUnusable("a SQLite address has three slashes and a relative path, or four and an absolute one")
    text = unquote(path)
    if not text or "\0" in text or "?" in text or text == ":memory:":
        raise StoreUnusable("a SQLite address names a file")
    return Path(text)
