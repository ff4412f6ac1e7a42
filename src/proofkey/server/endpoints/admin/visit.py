"""One request to an admin page, by somebody who may be there; and the answers that the pages share."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from proofkey.core.params import Params
from proofkey.core.records import User
from proofkey.server.admin import forms
from proofkey.server.admin.visitor import Visitor
from proofkey.server.answers import page_answer
from proofkey.server.http import Answer, Request, see_other
from proofkey.server.logs import event
from proofkey.server.pages import admin, render
from proofkey.server.pages.admin_views import Frame, Section
from proofkey.server.pages.views import ErrorView
from proofkey.server.running import Server

log = logging.getLogger("proofkey.admin")

# What the page after a form says was done; the address carries the key only.
DONE = {
    "saved": "Saved.",
    "registered": "Registered.",
    "disabled": "Disabled. Nobody can log in with it now.",
    "enabled": "Enabled.",
    "removed": "Removed, and its logins have ended.",
    "session-ended": "The session and its logins have ended.",
    "all-ended": "All sessions and logins of this person have ended.",
    "rotated": "There are new keys. They are used in ten minutes.",
    "rotated-now": "There are new keys, and they are in use.",
    "rotated-ended": "There are new keys, and every login has ended.",
}


@dataclass(frozen=True, slots=True)
class Visit:
    """The request with its parameters: those of the form where there is one, else of the query."""

    server: Server
    request: Request
    visitor: Visitor
    params: Params

    @property
    def is_form(self) -> bool:
        """Tell whether something is to be done."""
        return self.request.method == "POST"

    @property
    def now(self) -> float:
        """The time in seconds since the epoch."""
        return self.request.arrived_at

    def frame(self, section: Section) -> Frame:
        """Give what stands around every page."""
        return Frame(
            username=self.visitor.user.username,
            is_admin=self.visitor.is_admin,
            csrf=forms.token(self.server, self.request, self.visitor),
            section=section,
            development=self.server.settings.development,
            notice="" if self.is_form else DONE.get(self.params.get("done") or "", ""),
        )

    def page(self, name: str, section: Section, *, status: int = 200, **context: object) -> Answer:
        """Answer with a page."""
        return page_answer(admin.admin_page(name, self.frame(section), self.server.site, status=status, **context))

    def go_to(self, path: str, *query: tuple[str, str]) -> Answer:
        """Go on after a form."""
        return see_other(self.server.url(f"/admin/{path}") + (f"?{Params(query).encode()}" if query else ""))

    def note(self, action: str, on: str) -> None:
        """Log who did what; by subject, not by name, and never a secret."""
        by, request_id = self.visitor.user.subject, self.request.id
        event(log, logging.INFO, "administration", by=by, action=action, on=on, request_id=request_id)

    def missing(self) -> Answer:
        """Say that there is nothing of this name; somebody else's looks the same."""
        return missing(self.server, self.request)


def forbidden(server: Server, user: User) -> Answer:
    """Refuse an account that has nothing to see here."""
    return page_answer(admin.forbidden_page(user.username, server.site))


def missing(server: Server, request: Request) -> Answer:
    """Say that there is no such page."""
    view = ErrorView(404, "not_found", "There is nothing of this name, or not for you.", request.id)
    return page_answer(render.error_page(view, server.site))
