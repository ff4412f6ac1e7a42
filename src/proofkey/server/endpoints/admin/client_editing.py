"""The form of a client: lint at every save, and of two people who save at once the second is told."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import replace

from proofkey.core.client_auth import hash_secret
from proofkey.core.params import Params
from proofkey.core.records import ClientRecord
from proofkey.core.secret import ClientSecret
from proofkey.server.admin import forms
from proofkey.server.admin.client_form import NEW, Reading, read
from proofkey.server.admin.visitor import visible_client
from proofkey.server.answers import page_answer
from proofkey.server.endpoints.admin.questions import ask
from proofkey.server.endpoints.admin.visit import Visit
from proofkey.server.http import Answer
from proofkey.server.pages import admin
from proofkey.server.pages.admin_views import NewSecret, Question
from proofkey.server.registration import Complaint, complaints
from proofkey.server.scopes import EVERYBODY
from proofkey.server.store.documents import write

_TAKEN = Complaint("client_id", "there is a client of this id already", fatal=True)
_CHANGED = Complaint(
    "name", "somebody changed this client while you did; here is what is stored now, and nothing of yours was saved",
    fatal=True,
)  # fmt: skip
_SURE = "sure"  # the field of a form that was asked about
_SECRET_COMES = (
    "It is public now. With a secret, the application gets no tokens until it has the secret and sends it.",
    "The secret is shown once. What else you changed is saved with it.",
)
_SECRET_GOES = (
    "Its present secret is forgotten: any program can call itself this client then; PKCE alone protects its logins.",
    "What else you changed is saved with it.",
)


async def new(visit: Visit) -> Answer:
    """Register a client."""
    if not visit.is_form:
        return _page(visit, NEW, (), is_new=True)
    reading = await _with_owner(visit, read(visit.params, None, is_admin=visit.visitor.is_admin))
    client = reading.client
    if reading.can_be_saved:
        client, secret = with_secret(replace(client, created_at=int(visit.now), modified_at=int(visit.now)), None)
        if await visit.server.store.swap_client(None, client):
            visit.note("registered client", client.client_id)
            return show_secret(visit, client, secret, is_new=True) if secret else _back_to(visit, client, "registered")
        reading = replace(reading, problems=(_TAKEN, *reading.problems))
    return _page(visit, client, reading.problems, is_new=True, owner_name=reading.owner_name, refused=True)


async def edit(visit: Visit) -> Answer:
    """Show a client, and save what was changed."""
    old = await visible_client(visit.server, visit.visitor, visit.params.get("client_id"))
    if old is None:
        return visit.missing()
    if not visit.is_form:
        return _page(visit, old, tuple(complaints(old)), owner_name=await _name_of(visit, old.owner))
    reading = await _with_owner(visit, read(visit.params, old, is_admin=visit.visitor.is_admin))
    if not hmac.compare_digest(version_of(old), visit.params.get("version") or ""):
        problems = (_CHANGED, *complaints(old))
        return _page(visit, old, problems, owner_name=await _name_of(visit, old.owner), refused=True)
    if not reading.can_be_saved:
        return _page(visit, reading.client, reading.problems, owner_name=reading.owner_name, refused=True, stored=old)
    if reading.client.is_public != old.is_public and (asked := await _ask_about_secret(visit, old)) is not None:
        return asked
    client, secret = with_secret(replace(reading.client, modified_at=int(visit.now)), old)
    if not await visit.server.store.swap_client(old, client):
        return _page(visit, old, (_CHANGED, *complaints(old)), owner_name=reading.owner_name, refused=True)
    visit.note("changed client", client.client_id)
    return show_secret(visit, client, secret, is_new=False) if secret else _back_to(visit, client, "saved")


async def _ask_about_secret(visit: Visit, old: ClientRecord) -> Answer | None:
    """A secret that comes or goes is asked about as a new one is; the question brings the whole form back."""
    own = (forms.FIELD, _SURE, "password")
    question = Question(
        title=f"A secret for {old.name}?" if old.is_public else f"{old.name} without a secret?",
        sentences=_SECRET_COMES if old.is_public else _SECRET_GOES,
        action="clients/edit",
        button="Save, and make a secret" if old.is_public else "Save, and end the secret",
        back=f"clients/edit?{Params([('client_id', old.client_id)]).encode()}",
        hidden=(*((name, value) for name, value in visit.params if name not in own), (_SURE, "yes")),
    )
    return await ask(visit, "clients", question, answered=visit.params.get(_SURE) is not None)


def with_secret(client: ClientRecord, old: ClientRecord | None) -> tuple[ClientRecord, ClientSecret | None]:
    """Give a client that became confidential a secret; take it from one that became public."""
    if client.is_public:
        return replace(client, secret_hash=None), None
    if old is not None and not old.is_public and client.secret_hash is not None:
        return client, None
    return make_secret(client)


def make_secret(client: ClientRecord) -> tuple[ClientRecord, ClientSecret]:
    """Make a secret of 256 random bits; the record has its hash."""
    secret = ClientSecret(secrets.token_urlsafe(32))
    return replace(client, secret_hash=hash_secret(secret)), secret


def show_secret(visit: Visit, client: ClientRecord, secret: ClientSecret, *, is_new: bool) -> Answer:
    """Show a secret in the answer to its own form: no address leads to it, and sending the form again is refused."""
    view = NewSecret(client.client_id, client.name, secret.reveal(), client.auth_method, is_new)
    return page_answer(admin.admin_page("secret", visit.frame("clients"), visit.server.site, view=view))


def version_of(client: ClientRecord) -> str:
    """Name the state of a client, so that a form can say which one it was made from."""
    return hashlib.sha256(write(client).encode()).hexdigest()


def _page(
    visit: Visit,
    client: ClientRecord,
    problems: tuple[Complaint, ...],
    *,
    is_new: bool = False,
    owner_name: str = "",
    refused: bool = False,
    stored: ClientRecord | None = None,
) -> Answer:
    stored = stored or client
    return visit.page(
        "client",
        "clients",
        status=400 if refused else 200,
        client=client,
        is_new=is_new,
        disabled=stored.disabled,
        has_secret=not stored.is_public,
        version="" if is_new else version_of(stored),
        problems=problems,
        refused=refused,
        warnings=[each for each in problems if not (each.fatal and refused)],
        scopes="" if client.scopes == EVERYBODY else " ".join(client.scopes),
        owner_name=owner_name,
        further_open=refused or client.access_token_lifetime is not None or client.trusted or not client.require_pkce,
    )


def _back_to(visit: Visit, client: ClientRecord, done: str) -> Answer:
    return visit.go_to("clients/edit", ("client_id", client.client_id), ("done", done))


async def _with_owner(visit: Visit, reading: Reading) -> Reading:
    """Find the subject of the owner that was typed; nobody where the field is empty."""
    if not visit.visitor.is_admin:
        return reading
    if not reading.owner_name:
        return replace(reading, client=replace(reading.client, owner=None))
    user = await visit.server.store.user_named(reading.owner_name)
    if user is None:
        unknown = Complaint("owner", "there is no user of this name", fatal=True)
        return replace(reading, problems=(*reading.problems, unknown))
    return replace(reading, client=replace(reading.client, owner=user.subject))


async def _name_of(visit: Visit, subject: str | None) -> str:
    user = await visit.server.store.user(subject) if subject and visit.visitor.is_admin else None
    return user.username if user is not None else ""
