"""Logs somebody in without a browser: follows redirects, keeps cookies, fills in the server's real forms."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from re import search
from typing import Literal
from urllib.parse import urljoin

import httpx

from proofkey.core.errors import ProofkeyError

Decision = Literal["allow", "deny"]
_STEPS = 12  # pages and redirects of one login


class LoginNotFinished(ProofkeyError):
    """The server showed an error, or the form again, in place of a way back to the client."""


@dataclass(slots=True)
class Form:
    """The first form of a page: the one that matters."""

    action: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    buttons: set[str] = field(default_factory=set)


class Person:
    """Somebody with a browser; cookies stay, so that a second login asks for no password."""

    def __init__(self, issuer: str, username: str, password: str, browser: httpx.Client) -> None:
        self._issuer = issuer
        self._username = username
        self._password = password
        self._browser = browser

    def log_in(self, url: str, *, decision: Decision = "allow") -> str:
        """Open an authorization URL and do what it takes; give the callback URL, which is not visited.

        Raises LoginNotFinished.
        """
        response = self._browser.get(url)
        tried = False
        for _ in range(_STEPS):
            if response.is_redirect:
                target = urljoin(str(response.url), response.headers["location"])
                if not target.startswith(f"{self._issuer}/"):
                    return target
                response = self._browser.get(target)
                continue
            form = first_form(response.text)
            if response.status_code != 200 or form is None or (tried and "password" in form.fields):
                break
            if urljoin(str(response.url), form.action).startswith(f"{self._issuer}/"):
                tried = "password" in form.fields
                self._fill_in(form, decision)
                response = self._browser.post(urljoin(str(response.url), form.action), data=form.fields)
                continue
            raise LoginNotFinished("the client asked for response_mode=form_post: its callback is no URL")
        raise _told(response, tried)

    def _fill_in(self, form: Form, decision: Decision) -> None:
        if "password" in form.fields:
            form.fields |= {"username": self._username, "password": self._password}
        if "decision" in form.buttons:
            form.fields["decision"] = decision


def first_form(page: str) -> Form | None:
    """Read the first form of a page."""
    parser = _FirstForm()
    parser.feed(page)
    return parser.form


class _FirstForm(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.form: Form | None = None
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        name = values.get("name")
        if tag == "form" and self.form is None:
            self.form = Form(values.get("action") or "")
            self._inside = True
        elif self._inside and self.form is not None and name:
            if tag == "input":
                self.form.fields[name] = values.get("value") or ""
            elif tag == "button":
                self.form.buttons.add(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


def _told(response: httpx.Response, tried: bool) -> LoginNotFinished:
    fault = search(r"/faults/([a-z0-9-]+)\"", response.text)
    if response.status_code == 200 and tried:
        return LoginNotFinished("user name and password do not fit together, or were wrong too often")
    request_id = response.headers.get("x-request-id", "none")
    return LoginNotFinished(
        f"the login ended with status {response.status_code} at {response.url.path} (request id {request_id})",
        fault=fault[1] if fault else None,
    )
