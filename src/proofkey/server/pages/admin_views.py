"""What the admin pages are told, as plain values."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from proofkey.server.pages.views import HiddenFields

Section = Literal["journal", "clients", "users", "keys"]


@dataclass(frozen=True, slots=True)
class Frame:
    """What all admin pages share."""

    username: str
    is_admin: bool
    csrf: str
    section: Section
    development: bool
    notice: str = ""  # what was just done


@dataclass(frozen=True, slots=True)
class ClientName:
    """A client in a list to choose from."""

    client_id: str
    name: str


@dataclass(frozen=True, slots=True)
class ExchangeRow:
    """An exchange in the list."""

    request_id: str
    at: float
    client_id: str | None
    outcome: str  # "refused", "tokens", "code", "done"
    title: str
    slug: str | None
    endpoint: str
    status: int
    marks: tuple[str, ...]  # of the steps, for the small picture

    @property
    def version(self) -> str:
        """Name what is shown of it, so that a page knows whether it has this."""
        return hashlib.sha256(repr(self).encode("utf-8", "replace")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class JournalView:
    """The list of exchanges and what it was narrowed to."""

    rows: tuple[ExchangeRow, ...]
    version: str  # names the state of the list
    client_id: str = ""
    refused_only: bool = False
    older: float | None = None  # where the next page begins
    is_newest: bool = True  # the first page: it is kept up to date


@dataclass(frozen=True, slots=True)
class ClientRow:
    """A client in the list."""

    client_id: str
    name: str
    kind: str
    disabled: bool
    complaints: int
    owner: str = ""


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session in force."""

    name: str
    began_at: int
    expires_at: int
    is_own: bool


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A login at a client."""

    client_id: str
    at: int
    ended_at: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class UserRow:
    """An account in the list."""

    subject: str
    username: str
    email: str
    admin: bool
    disabled: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A sensitive action, asked about before it is done."""

    title: str
    sentences: tuple[str, ...]
    action: str  # path below /admin/
    button: str
    back: str  # path below /admin/, with its query
    hidden: HiddenFields = ()
    choices: tuple[tuple[str, str, str], ...] = ()  # value, label, words: of the field "how"
    needs_password: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A secret that is shown once. `repr` does not show it."""

    client_id: str
    name: str
    secret: str
    auth_method: str
    is_new_client: bool

    def __repr__(self) -> str:
        return f"NewSecret({self.client_id!r})"
