"""Somebody at the control address, and people whose requests pass the layer."""

from __future__ import annotations

from typing import Any

import httpx

from tests.server.person import Person


class Asker:
    """Asks over ASGI, as a program of this machine does."""

    def __init__(self, layer, server, name: str = "these-tests") -> None:
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(layer),
            base_url=f"{server.settings.issuer}/development/control",
            headers={"proofkey-control": name},
        )

    async def __aenter__(self) -> Asker:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    async def __call__(self, path: str, order: object | None = None) -> Any:
        """Get, or post an order; give what is answered."""
        answer = await (self.http.get(path) if order is None else self.http.post(path, json=order))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def fail(self, name: str, **order: object) -> dict[str, Any]:
        """Ask for a failure."""
        return await self("/failures", {"name": name, **order})


class PersonBehind(Person):
    """A person whose browser, and whose app, go through the layer."""

    def __init__(self, layer, server, **account: str) -> None:
        super().__init__(server, **account)
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(layer), base_url=server.settings.issuer, follow_redirects=False
        )
