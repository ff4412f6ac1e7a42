"""What is done to a client beside its form: a new secret, disabling, removal."""

from __future__ import annotations

import hmac
from dataclasses import replace

from proofkey.server.admin.visitor import visible_client
from proofkey.server.endpoints.admin.client_editing import make_secret, show_secret, version_of
from proofkey.server.endpoints.admin.questions import ask
from proofkey.server.endpoints.admin.visit import Visit, forbidden
from proofkey.server.http import Answer
from proofkey.server.pages.admin_views import Question


async def new_secret(visit: Visit) -> Answer:
    """Make a new secret and show it once; the form sent a second time finds another client than it was made from."""
    client = await visible_client(visit.server, visit.visitor, visit.params.get("client_id"))
    if client is None or client.is_public:
        return visit.missing()
    question = Question(
        title=f"A new secret for {client.name}?",
        sentences=(
            "The present secret is refused from then on: the application cannot get tokens until it has the new one.",
            "The new one is shown once.",
        ),
        action="clients/secret",
        button="Make a new secret",
        back=_edit(client.client_id),
        hidden=(("client_id", client.client_id), ("version", version_of(client))),
    )
    if visit.is_form and not hmac.compare_digest(version_of(client), visit.params.get("version") or ""):
        question = replace(question, problem="This client was changed since you were asked. Nothing was done.")
        return visit.page("question", "clients", status=409, question=question)
    if (asked := await ask(visit, "clients", question)) is not None:
        return asked
    changed, secret = make_secret(replace(client, modified_at=int(visit.now)))
    if not await visit.server.store.swap_client(client, changed):
        question = replace(question, problem="This client was changed since you were asked. Nothing was done.")
        return visit.page("question", "clients", status=409, question=question)
    visit.note("made a new secret for client", client.client_id)
    return show_secret(visit, changed, secret, is_new=False)


async def switch(visit: Visit) -> Answer:
    """Disable or enable. An owner may stop a client; to let it go on takes an administrator."""
    client = await visible_client(visit.server, visit.visitor, visit.params.get("client_id"))
    if client is None:
        return visit.missing()
    disabled = visit.params.get("disabled") == "yes"
    if not disabled and not visit.visitor.is_admin:
        return forbidden(visit.server, visit.visitor.user)
    await visit.server.store.disable_client(client.client_id, disabled=disabled, now=visit.now)
    visit.note("disabled client" if disabled else "enabled client", client.client_id)
    done = "disabled" if disabled else "enabled"
    return visit.go_to("clients/edit", ("client_id", client.client_id), ("done", done))


async def remove(visit: Visit) -> Answer:
    """Remove a client with its consents; its logins end."""
    client = await visible_client(visit.server, visit.visitor, visit.params.get("client_id"))
    if client is None:
        return visit.missing()
    question = Question(
        title=f"Remove {client.name}?",
        sentences=(
            "Nobody can log in with it any more, and everybody who is logged in with it is logged out of it.",
            "It cannot be brought back. To stop it for a while, disable it.",
        ),
        action="clients/remove",
        button="Remove",
        back=_edit(client.client_id),
        hidden=(("client_id", client.client_id),),
    )
    if (asked := await ask(visit, "clients", question)) is not None:
        return asked
    await visit.server.store.remove_client(client.client_id, now=visit.now)
    visit.note("removed client", client.client_id)
    return visit.go_to("clients/", ("done", "removed"))


def _edit(client_id: str) -> str:
    from proofkey.core.params import Params

    return f"clients/edit?{Params([('client_id', client_id)]).encode()}"
