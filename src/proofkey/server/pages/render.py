"""Views in, pages out: each function pairs a template with the headers that its page needs.

Jinja2 is imported at the first page, not at start-up; a template is compiled once. Autoescape is on and an
undefined name is an error.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from proofkey.core.wire import Headers
from proofkey.server.pages import assets, display, references, scope_words, transcript, wording
from proofkey.server.pages.policy import security_headers
from proofkey.server.pages.site import AT_ROOT, Site
from proofkey.server.pages.views import (
    ConsentView,
    EndedView,
    ErrorView,
    ExpiredView,
    FaultLink,
    FaultView,
    HiddenFields,
    HomeView,
    LoginView,
    LogoutView,
)
from proofkey.server.pages.wording import error_words, stage_words, waiting_time

if TYPE_CHECKING:
    from jinja2 import Environment

# A field named "submit" would hide the form's own method, hence the prototype's.
SUBMIT_SCRIPT = "HTMLFormElement.prototype.submit.call(document.forms[0])"
_SUBMIT_HASH = "sha256-" + base64.b64encode(hashlib.sha256(SUBMIT_SCRIPT.encode()).digest()).decode()

_SCOPES_AT_ONCE = 8  # the rest unfolds, so that the buttons stay within reach


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it is sent. `repr` leaves the HTML out: forms carry sealed requests and codes."""

    html: bytes
    headers: Headers
    status: int = 200

    def __repr__(self) -> str:
        return f"Page({self.status}, {len(self.html)} bytes)"


def login_page(view: LoginView, site: Site = AT_ROOT) -> Page:
    """Ask for a user name and a password; 429 with Retry-After while attempts are throttled."""
    headers = security_headers(redirect_uri=view.redirect_uri)
    wait = view.retry_after
    html = render("login.html", site, view=view, wait=waiting_time(wait) if wait is not None else None)
    if wait is not None:
        return Page(html, (*headers, ("retry-after", str(max(1, wait)))), 429)
    return Page(html, headers)


def consent_page(view: ConsentView, site: Site = AT_ROOT) -> Page:
    """Ask whether an application may act for the person."""
    goal = display.destination(view.redirect_uri)
    lines = scope_words.in_order_of_weight(view.scopes)
    at_once = len(lines) if len(lines) <= _SCOPES_AT_ONCE + 2 else _SCOPES_AT_ONCE
    html = render(
        "consent.html",
        site,
        view=view,
        legend=scope_words.legend(lines),
        scopes=lines[:at_once],
        more_scopes=lines[at_once:],
        goal=goal,
        unverified=view.public and goal.kind != "site",
    )
    return Page(html, security_headers(redirect_uri=view.redirect_uri))


def error_page(view: ErrorView, site: Site = AT_ROOT) -> Page:
    """Say that a request cannot go on. What only developers may know is in `view.detail`, absent in production."""
    detail = view.detail
    comparison = None
    if detail is not None and detail.received_redirect_uri is not None:
        comparison = display.compare(detail.received_redirect_uri, detail.registered_redirect_uris)
    html = render("error.html", site, view=view, words=error_words(view.error), detail=detail, comparison=comparison)
    return Page(html, security_headers(), view.status)


def ended_page(view: EndedView, site: Site = AT_ROOT) -> Page:
    """Say that the person is signed out, or still signed in."""
    return Page(render("ended.html", site, view=view), security_headers())


def logout_page(view: LogoutView, site: Site = AT_ROOT) -> Page:
    """Ask whether to sign out, where the request alone does not prove it."""
    return Page(render("logout.html", site, view=view), security_headers(redirect_uri=view.redirect_uri))


def expired_page(view: ExpiredView, site: Site = AT_ROOT) -> Page:
    """Offer a way on from a form that came too late, twice or from a bookmark."""
    return Page(render("expired.html", site, view=view), security_headers(), 400)


def fault_page(view: FaultView, site: Site = AT_ROOT) -> Page:
    """Tell all about one kind of fault; `error_uri` points here in development."""
    links = [(reference, references.address(reference)) for reference in view.references]
    bad, good = transcript.read_pair(view.bad, view.good)
    html = render("fault.html", site, view=view, references=links, stage=stage_words(view.stage), bad=bad, good=good)
    return Page(html, security_headers())


def fault_index(faults: Iterable[FaultLink], site: Site = AT_ROOT) -> Page:
    """List the faults by the stage at which they happen, in the order given."""
    stages: dict[str, list[FaultLink]] = {}
    for fault in faults:
        stages.setdefault(fault.stage, []).append(fault)
    groups = [(stage, stage_words(stage), links) for stage, links in stages.items()]
    html = render("fault_index.html", site, groups=groups, count=sum(len(links) for *_, links in groups))
    return Page(html, security_headers())


def form_post_page(redirect_uri: str, params: HiddenFields, site: Site = AT_ROOT) -> Page:
    """Send response parameters by POST (OAuth 2.0 Form Post Response Mode 2).

    Of the pages outside of /admin/ the one with a script; without scripts its button does the same.
    """
    html = render(
        "form_post.html",
        site,
        redirect_uri=redirect_uri,
        params=tuple(params),
        goal=display.destination(redirect_uri),
        script=SUBMIT_SCRIPT,
    )
    return Page(html, security_headers(redirect_uri=redirect_uri, script_hash=_SUBMIT_HASH, own_forms=False))


def home_page(view: HomeView, site: Site = AT_ROOT) -> Page:
    """Show a developer what this server offers."""
    return Page(render("home.html", site, view=view), security_headers())


def render(template: str, site: Site, **context: object) -> bytes:
    """Fill in a template."""
    return _environment().get_template(template).render(context, site=site).encode("utf-8", "replace")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["name"] = display.one_line
    environment.filters["sentence"] = lambda text: display.one_line(text, display.SENTENCE_LENGTH)
    environment.filters["passage"] = lambda text: display.one_line(text, display.PASSAGE_LENGTH)
    environment.filters["uri"] = display.uri
    environment.filters["link"] = display.link
    environment.filters["moment"] = wording.moment
    environment.filters["machine_moment"] = wording.machine_moment
    environment.globals["asset"] = assets.path_of
    return environment
