"""What each page is told, as plain values.

Texts may come from strangers: the templates escape them, `display` caps them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

HiddenFields: TypeAlias = tuple[tuple[str, str], ...]  # names and values that a form sends back unseen


@dataclass(frozen=True, slots=True)
class LoginView:
    """A person has to sign in for an application."""

    action: str
    hidden: HiddenFields
    client_name: str
    redirect_uri: str  # validated; its origin goes into the policy
    username: str = ""  # what was typed, or a login_hint
    failed: bool = False  # wrong name or wrong password: the page does not say which
    retry_after: int | None = None  # seconds until another attempt is looked at
    note: str | None = None  # the demo tells its account here


@dataclass(frozen=True, slots=True)
class ConsentView:
    """A person decides what an application may do."""

    action: str
    hidden: HiddenFields
    client_name: str
    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    username: str
    public: bool  # the client cannot prove who it is
    switch_account_url: str | None = None


@dataclass(frozen=True, slots=True)
class ErrorDetail:
    """What development adds to an error page. Production never has one."""

    fault: str | None = None  # slug
    title: str = ""
    explanation: str = ""
    fix: str = ""
    fault_url: str | None = None
    evidence: tuple[tuple[str, str], ...] = ()  # where, what
    received_redirect_uri: str | None = None
    registered_redirect_uris: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ErrorView:
    """A request that cannot go on, and cannot be sent back to the application either."""

    status: int
    error: str  # RFC 6749 4.1.2.1, or "not_found", "forbidden", "method_not_allowed"
    description: str
    request_id: str
    detail: ErrorDetail | None = None


@dataclass(frozen=True, slots=True)
class EndedView:
    """The session has ended, or goes on because the person was asked and stays."""

    application_url: str | None = None  # where it lives on the web, by its registered redirect URI
    client_name: str = ""
    stayed: bool = False


@dataclass(frozen=True, slots=True)
class LogoutView:
    """A request to sign out that the person must confirm (RP-Initiated Logout 2)."""

    action: str
    hidden: HiddenFields
    client_name: str = ""
    username: str = ""
    redirect_uri: str | None = None


@dataclass(frozen=True, slots=True)
class ExpiredView:
    """A form that came too late, twice or from a bookmark."""

    client_name: str = ""  # known where the form was ours, and only too old
    application_url: str | None = None  # where it lives on the web, by its registered redirect URI


@dataclass(frozen=True, slots=True)
class CodeSample:
    """Code that does it right."""

    language: str  # as people write it: JavaScript, Python
    code: str


@dataclass(frozen=True, slots=True)
class FaultLink:
    """A fault named on another page."""

    slug: str
    title: str
    stage: str = ""


@dataclass(frozen=True, slots=True)
class FaultView:
    """All that is known about a kind of fault."""

    slug: str
    title: str
    stage: str
    blame: str
    happened: str
    refused_because: str
    fix: str
    samples: tuple[CodeSample, ...] = ()
    tempting_wrong_fix: str = ""
    causes: tuple[str, ...] = ()
    references: tuple[str, ...] = ()  # "RFC 7636 4.2"
    bad: str = ""  # a transcript: HTTP messages one after the other
    good: str = ""
    related: tuple[FaultLink, ...] = ()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A line of the development home page."""

    method: str
    path: str
    words: str
    link: bool = False  # a browser can open it


@dataclass(frozen=True, slots=True)
class HomeView:
    """What a developer finds at the root of a development server."""

    issuer: str
    personality: str
    endpoints: tuple[Endpoint, ...]
    demo_url: str | None = None
    may_administer: bool = False  # whoever looks is an administrator or owns a client
