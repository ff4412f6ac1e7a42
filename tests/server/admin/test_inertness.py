"""Admin pages run nothing but the journal's script, style nothing in place, and name every field (CSP, axe's basis)."""

from __future__ import annotations

import re
from collections import Counter

from tests.server.admin.office import Clerk, failed_login
from tests.server.pages.conftest import Document

PAGES = (
    *("", "clients/", "clients/new", "clients/edit?client_id=spa", "clients/remove?client_id=spa", "users/"),
    *("users/user?subject=subject-ada", "users/end-all?subject=subject-ada", "keys/", "keys/rotate"),
    *("journal/exchange?request_id=00000000", "journal/exchange?request_id={}"),
)


async def test_nothing_runs_and_nothing_comes_from_elsewhere(root: Clerk) -> None:
    """One script, by address, on the journal; no handler, no style attribute, only local addresses."""
    response, _ = await failed_login(root)
    for path in PAGES:
        page = await root.open(path.format(response.headers["x-request-id"]))
        document = Document(page.text)
        scripts = document.all("script")
        assert [script.text for script in scripts] == [""] * (path == "")
        assert all(re.fullmatch(r"/assets/journal\.[0-9a-f]{16}\.js", script["src"]) for script in scripts)
        assert not document.all("style", "iframe", "object", "embed", "base")
        for element in document.elements:
            assert not [name for name in element.attributes if name.startswith("on") or name == "style"]
            for name in ("href", "src", "action"):
                if name in element.attributes:
                    assert element[name].startswith(("/", "#")), element


async def test_every_field_has_a_name_and_every_id_is_its_own(root: Clerk) -> None:
    """A label for each, and one heading of the first rank."""
    response, _ = await failed_login(root)
    for path in PAGES:
        document = Document((await root.open(path.format(response.headers["x-request-id"]))).text)
        ids = Counter(element["id"] for element in document.elements if element["id"])
        assert [each for each, count in ids.items() if count > 1] == []
        assert len(document.all("h1")) == 1
        named = {label["for"] for label in document.all("label")}
        for field in document.all("input", "select", "textarea"):
            inside = any(parent.tag == "label" for parent in field.parents)
            assert field["type"] == "hidden" or inside or field["id"] in named, (path, field)
        for element in document.elements:
            for described in element["aria-describedby"].split():
                assert described in ids, (path, described)
