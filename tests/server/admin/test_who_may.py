"""Who may open what: administrators all, owners their clients, others nothing (attacks A50, A52)."""

from __future__ import annotations

import pytest

from proofkey.server.endpoints.admin.entrance import DOORS
from tests.server.admin.office import Clerk, fields_of, texts_of

EVERYWHERE = {
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
PAGES = {
    "": "all",
    "journal/exchange?request_id=abcdef0123456789": "all",
    "clients/": "all",
    "clients/edit?client_id=spa": "all",
    "clients/secret?client_id=spa": "none",  # it is public: there is no secret to renew
    "clients/remove?client_id=spa": "all",
    "clients/edit?client_id=other": "admin",
    "clients/remove?client_id=other": "admin",
    "clients/new": "admin",
    "users/": "admin",
    "users/user?subject=subject-ada": "admin",
    "users/end-all?subject=subject-ada": "admin",
    "keys/": "admin",
    "keys/rotate": "admin",
}


async def statuses(clerk: Clerk) -> dict[str, int]:
    """Open every page as somebody."""
    await clerk.enter()
    return {page: (await clerk.http.get(f"/admin/{page}")).status_code for page in PAGES}


def test_every_door_is_tried() -> None:
    """A page that is added is added here, too."""
    tried = {page.partition("?")[0] for page in PAGES}
    assert tried == {path for path, door in DOORS.items() if "GET" in door.methods} - {"journal/news"}


async def test_an_administrator_may_all(root: Clerk) -> None:
    """Every page opens, but for what is not there."""
    found = await statuses(root)
    missing = {page for page, who in PAGES.items() if who == "none" or "request_id" in page}
    assert {page for page, status in found.items() if status != 200} == missing
    assert {found[page] for page in missing} == {404}


async def test_an_owner_may_what_concerns_the_own_clients(owner: Clerk) -> None:
    """Others' clients look as if they were not there; the rest is refused."""
    found = await statuses(owner)
    assert {page for page, status in found.items() if status == 200} == {
        "",
        "clients/",
        "clients/edit?client_id=spa",
        "clients/remove?client_id=spa",
    }
    assert found["clients/edit?client_id=other"] == found["clients/remove?client_id=other"] == 404
    assert {found[page] for page in ("clients/new", "users/", "keys/", "keys/rotate")} == {403}


async def test_anybody_else_gets_a_plain_403(eve: Clerk) -> None:
    """For every page, those that do not exist included."""
    assert set((await statuses(eve)).values()) == {403}
    page = await eve.http.get("/admin/nowhere")
    assert page.status_code == 403
    assert "Nothing here for you" in page.text
    assert "Journal" not in page.text


async def test_a_stranger_is_asked_to_sign_in(office) -> None:
    """On every page, by the normal login page; the list that scripts ask for says 401."""
    async with Clerk(office) as nobody:
        for path in PAGES:
            page = await nobody.http.get(f"/admin/{path}")
            assert page.status_code == 200
            assert "<h1>Sign in</h1>" in page.text
        assert (await nobody.http.get("/admin/journal/news")).status_code == 401
        assert (await nobody.http.post("/admin/keys/rotate", data={"how": "end"})).text.count("<h1>Sign in</h1>") == 1


async def test_no_page_is_for_other_sites(root: Clerk) -> None:
    """No CORS, no frame, no cache, one policy; on refusals, too."""
    await root.enter()
    for path in (*PAGES, "nowhere"):
        page = await root.http.get(f"/admin/{path}", headers={"origin": "https://evil.example"})
        assert not [name for name in page.headers if name.startswith("access-control-")]
        policy = page.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert page.headers["cache-control"] == "no-store"
        if page.status_code == 200:
            assert {name: page.headers[name] for name in EVERYWHERE} == EVERYWHERE
            assert "default-src 'none'; script-src 'self'" in policy
    preflight = await root.http.options("/admin/", headers={"origin": "https://evil.example"})
    assert preflight.status_code == 405


async def test_who_stops_being_an_owner_is_out_at_once(owner: Clerk) -> None:
    """The session goes on; the pages do not."""
    assert (await owner.open("clients/edit?client_id=spa")).status_code == 200
    (mine,) = [client for client in await owner.server.store.clients() if client.client_id == "spa"]
    from dataclasses import replace

    await owner.server.store.put_client(replace(mine, owner="subject-root"))
    assert (await owner.http.get("/admin/")).status_code == 403


async def test_the_map_of_the_server_shows_the_way_to_those_who_may(office, owner: Clerk, eve: Clerk) -> None:
    """Nobody else learns of it there."""
    async with Clerk(office) as nobody:
        assert "/admin/" not in (await nobody.http.get("/")).text
    await eve.enter()
    assert "/admin/" not in (await eve.http.get("/")).text
    await owner.enter()
    assert "/admin/" in (await owner.http.get("/")).text


async def test_an_owner_cannot_raise_the_own_client(owner: Clerk) -> None:
    """What only an administrator gives is neither offered nor taken: trust, another owner, no PKCE, admin scopes."""
    fields = await owner.fields_of("clients/edit?client_id=spa", "clients/edit")
    assert not {"trusted", "owner", "require_pkce"} & set(fields)
    before = await owner.server.store.client("spa")
    assert before is not None
    raised = fields | {"owner": "eve", "name": "Renamed"}  # and without the tick of `trusted`
    raised |= {"auth_method": "client_secret_basic", "redirect_uris": "https://app.example/callback"}
    asked = await owner.send("clients/edit", raised)
    shown = await owner.send("clients/edit", fields_of(asked.text, "clients/edit"))
    assert shown.status_code == 200  # it became confidential: its secret is shown
    after = await owner.server.store.client("spa")
    assert after is not None
    assert (after.name, after.trusted, after.owner, after.require_pkce) == ("Renamed", True, "subject-ada", True)
    fields = await owner.fields_of("clients/edit?client_id=spa", "clients/edit")
    refused = await owner.send("clients/edit", fields | {"scopes": "openid oauth"})
    assert refused.status_code == 400
    assert "Only an administrator gives the scope oauth" in refused.text


async def test_an_owner_may_stop_a_client_and_not_let_it_go_on(owner: Clerk, root: Clerk) -> None:
    """What an administrator stopped stays stopped."""
    fields = await owner.fields_of("clients/edit?client_id=spa", "clients/switch")
    assert (await owner.send("clients/switch", fields)).status_code == 303
    stopped = await owner.open("clients/edit?client_id=spa")
    assert "An administrator can enable it again" in stopped.text
    assert (await owner.send("clients/switch", fields | {"disabled": "no"})).status_code == 403
    saved = await owner.send("clients/edit", fields_of(stopped.text, "clients/edit") | {"name": "Still stopped"})
    assert saved.status_code == 303
    found = await owner.server.store.client("spa")
    assert found is not None
    assert (found.name, found.disabled) == ("Still stopped", True)
    fields = await root.fields_of("clients/edit?client_id=spa", "clients/switch")
    assert (await root.send("clients/switch", fields)).headers["location"].endswith("done=enabled")


@pytest.mark.parametrize("path", ["clients/edit", "clients/switch", "clients/remove", "clients/secret"])
async def test_an_owner_reaches_no_other_client_by_a_form(owner: Clerk, path: str) -> None:
    """The client's id in the form is worth as much as in the address."""
    fields = await owner.fields_of("clients/edit?client_id=spa", "clients/switch")
    before = await owner.server.store.client("other")
    assert (await owner.send(path, fields | {"client_id": "other"})).status_code == 404
    assert await owner.server.store.client("other") == before


async def test_an_owner_sees_the_journal_of_the_own_clients_only(owner: Clerk, root: Clerk, eve: Clerk) -> None:
    """By list, by filter, by request id, and by the list that the script asks for."""
    ids = {}
    for client_id in ("spa", "other", "unknown"):
        form = {
            "grant_type": "authorization_code",
            "code": "nonsense",
            "client_id": client_id,
            "code_verifier": "v" * 43,
        }
        ids[client_id] = (await eve.token(**form)).headers["x-request-id"]
    await owner.enter()
    await root.enter()
    for path in ("", "journal/news?", "?client_id=other", "journal/news?client_id=other", "?client_id=nowhere"):
        page = (await owner.http.get(f"/admin/{path}")).text
        assert (ids["spa"] in page) is ("client_id" not in path)
        assert ids["other"] not in page
        assert ids["unknown"] not in page
    everything = (await root.http.get("/admin/")).text
    assert all(each in everything for each in ids.values())
    only = (await root.http.get("/admin/?client_id=other")).text
    assert ids["other"] in only
    assert ids["spa"] not in only
    shown = {
        name: (await owner.http.get(f"/admin/journal/exchange?request_id={each}")).status_code
        for name, each in ids.items()
    }
    assert shown == {"spa": 200, "other": 404, "unknown": 404}
    hidden = (await owner.http.get(f"/admin/journal/exchange?request_id={ids['other']}")).text
    absent = (await owner.http.get(f"/admin/journal/exchange?request_id={'0' * 32}")).text
    assert hidden.replace(ids["other"], "0" * 32)[:2000] == absent[:2000]
    assert all("v" * 43 not in texts_of(entry) for entry in await owner.server.store.journal())
