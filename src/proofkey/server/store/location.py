"""Reads a database address: which kind of store it names, and where."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from proofkey.server.store.errors import StoreUnusable

_HINT = "write sqlite:////absolute/path, sqlite:///relative/path or postgresql://user@host/database"
_HOSTS = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._%-]*)(?::[0-9]{1,5})?")


class SqliteLocation(msgspec.Struct, frozen=True):
    """A SQLite file."""

    path: Path

    @property
    def key_file(self) -> Path:
        """Where the key file is when PROOFKEY_KEY_FILE does not say: beside the database."""
        return self.path.with_name(self.path.name + ".key")

    @property
    def shown(self) -> str:
        """The address as it may be printed."""
        return f"sqlite:///{self.path.absolute()}"


class PostgresLocation(msgspec.Struct, frozen=True):
    """A PostgreSQL database. `url` may hold a password, so only `shown` is ever printed."""

    url: str
    shown: str

    def __repr__(self) -> str:
        return f"PostgresLocation({self.shown!r})"


Location: TypeAlias = SqliteLocation | PostgresLocation


def locate(url: str | None) -> Location:
    """Read an address; None is the default one. Raises StoreUnusable, in words that repeat no password."""
    if url is None:
        from platformdirs import user_data_path  # only who names no database needs it

        return SqliteLocation(user_data_path("proofkey", appauthor=False) / "proofkey.db")
    scheme, colon, rest = url.partition("://")
    if not colon:
        raise StoreUnusable(f"that is no database address: {_HINT}")
    if scheme == "sqlite":
        return SqliteLocation(_sqlite_path(rest))
    if scheme in ("postgresql", "postgres"):
        return PostgresLocation(url, _shown(url))
    raise StoreUnusable(f"'{scheme[:20]}' is no kind of database that proofkey knows: {_HINT}")


def _sqlite_path(rest: str) -> Path:
    authority, slash, path = rest.partition("/")
    if authority or not slash:
        raise StoreUnusable("a SQLite address has three slashes and a relative path, or four and an absolute one")
    text = unquote(path)
    if not text or "\0" in text or "?" in text or text == ":memory:":
        raise StoreUnusable("a SQLite address names a file")
    return Path(text)


def _shown(url: str) -> str:
    """Give a PostgreSQL address without its password and options, after making sure that a driver can read it."""
    try:
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    except ValueError:
        raise StoreUnusable("the PostgreSQL address cannot be read") from None
    authority, _, hosts = parts.netloc.rpartition("@")
    if "@" in authority or parts.fragment or not all(_HOSTS.fullmatch(host) for host in hosts.split(",")):
        raise StoreUnusable(
            "the PostgreSQL address cannot be read: write @ : / ? # and % in a password as %40 %3A %2F %3F %23 %25"
        )
    user = authority.partition(":")[0] or options.get("user", "")
    database = parts.path.removeprefix("/") or options.get("dbname", "") or options.get("database", "")
    if not database:
        raise StoreUnusable("a PostgreSQL address names a database: postgresql://user@host/database")
    where = f"{user}{'@' if user else ''}{hosts}"
    socket = f"?host={options['host']}" if "host" in options else ""
    return f"postgresql://{where}/{database}{socket}"
