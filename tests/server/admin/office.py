"""People at the admin pages: they sign in, open pages and send the forms that they find there."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace

import httpx

from proofkey.core.records import JournalEntry
from tests.server.person import PASSWORD, Attempt, Person, code_for, first_form


class Clerk(Person):
    """Somebody who uses the admin pages."""

    async def enter(self, path: str = "/admin/") -> httpx.Response:
        """Open an admin page and sign in for it; give the answer to the login form."""
        page = await self.http.get(path)
        form = first_form(page.text)
        return await self.http.post(form.action, data=form.fields | {"username": self.username, "password": PASSWORD})

    async def open(self, path: str) -> httpx.Response:
        """Open a page below /admin/, signing in where it is asked for."""
        page = await self.http.get(f"/admin/{path}")
        if 'name="password"' in page.text and "/admin/login" in page.text:
            answer = await self.enter(f"/admin/{path}")
            assert answer.status_code == 303, answer.text[:400]
            page = await self.http.get(f"/admin/{path}")
        return page

    async def token_of_forms(self, path: str = "clients/") -> str:
        """Give the token that stands in the forms of this session."""
        page = await self.open("clients/new" if path == "clients/" else path)
        found = re.search(r'name="csrf" value="([^"]+)"', page.text)
        assert found, page.text[:400]
        return found[1]

    async def send(self, path: str, fields: dict[str, object], **headers: str) -> httpx.Response:
        """Send a form to a path below /admin/, with the token of the session where none is given."""
        return await self.http.post(f"/admin/{path}", data=fields, headers=headers)

    async def fields_of(self, path: str, action: str) -> dict[str, object]:
        """Read the fields of the form of a page that goes to an action, as a browser would send it unchanged."""
        return fields_of((await self.open(path)).text, action)


def fields_of(page: str, action: str) -> dict[str, object]:
    """Read what a browser would send of a form: inputs that are ticked or have a value, texts, chosen options."""
    found = re.search(rf'<form[^>]*action="[^"]*/admin/{re.escape(action)}"[^>]*>(.*?)</form>', page, re.DOTALL)
    assert found, page
    fields: dict[str, object] = {}
    for tag in re.findall(r"<input[^>]*>", found[1]):
        values = dict(re.findall(r'([a-z]+)="([^"]*)"', tag))
        if values.get("type") in ("checkbox", "radio") and " checked" not in tag:
            continue
        name, value = values["name"], _text(values.get("value", ""))
        fields[name] = [*fields[name], value] if name in fields else [value]  # type: ignore[misc]
    for name, value in re.findall(r'<textarea[^>]*name="([a-z_]+)"[^>]*>(.*?)</textarea>', found[1], re.DOTALL):
        fields[name] = _text(value)
    for name, options in re.findall(r'<select[^>]*name="([a-z_]+)"[^>]*>(.*?)</select>', found[1], re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    return fields


def _text(html: str) -> str:
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&#34;", '"'), ("&#39;", "'"), ("&amp;", "&")):
        html = html.replace(entity, character)
    return html


def secret_in(page: str) -> str:
    """Read the secret off the page that shows it."""
    found = re.search(r'class="select secret">([^<]+)<', page)
    assert found, page[:600]
    return found[1]


async def failed_login(person: Person, client_id: str = "spa") -> tuple[httpx.Response, Attempt]:
    """Log in and redeem the code with a verifier that was hashed twice; give the refusal."""
    attempt = Attempt(authorize={"client_id": client_id}, token={"client_id": client_id})
    once = base64.urlsafe_b64encode(hashlib.sha256(attempt.verifier.encode()).digest()).decode().rstrip("=")
    twice = base64.urlsafe_b64encode(hashlib.sha256(once.encode()).digest()).decode().rstrip("=")
    attempt = replace(attempt, authorize=attempt.authorize | {"code_challenge": twice})
    response = await person.token(**attempt.form(await code_for(person, attempt)))
    assert response.status_code == 400
    return response, attempt


def texts_of(entry: JournalEntry) -> str:
    """Give all that an entry says."""
    return " ".join([entry.endpoint, *(f"{name}={what}" for name, what in entry.details)])
