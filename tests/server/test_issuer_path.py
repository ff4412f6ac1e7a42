"""An issuer with a path: a proxy in front may take the path off or leave it (docs/operations.md)."""

from __future__ import annotations

import pytest

from tests.server.person import Person, open_test_server

ADDRESSES = ["/oauth/token", "/login", "/logout", "/livez", "/api/v2/users/me"]
NOWHERE = ["/elsewhere", "/tenant2/livez", "livez"]


@pytest.mark.parametrize("path", ["/tenant", "/oauth", "/log", "/login", "/api", "/oauth/v2"])
async def test_every_address_is_found_with_the_path_and_without_it(tmp_path, path: str) -> None:
    """Also where the path is how an address of ours begins."""
    server = await open_test_server(tmp_path, issuer=f"https://login.example{path}", development=False)
    async with Person(server) as person:

        async def status(address: str) -> int:
            return (await person.http.get(f"https://login.example{address}")).status_code

        found = {address: await status(path + address) for address in ADDRESSES}
        assert found == {address: await status(address) for address in ADDRESSES}
        assert 404 not in found.values()
        assert {await status(path + address) for address in NOWHERE} == {404}
    await server.close()
