"""The back end for front end, over ASGI and WSGI, with servers that we did not write."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from proofkey.bff import Bff, Discover
from tests.bff.visitors import AsgiVisitor, Loop, WsgiVisitor, expire_token, goes_to, key_of_session
from tests.clients.servers.foreign import ForeignServer

pytestmark = [pytest.mark.clients, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def loop() -> Iterator[Loop]:
    """An event loop in a thread."""
    loop = Loop()
    yield loop
    loop.close()


@pytest.mark.parametrize("over", ["asgi", "wsgi"])
def test_a_whole_session(foreign: ForeignServer, loop: Loop, over: str) -> None:
    """Login, the person's name, a refresh at expiry and one on demand, logout with revocation."""
    party = Discover(foreign.issuer, **foreign.settings("web"), require_signature=True)
    bff = Bff(party, scopes=foreign.scopes, extra=foreign.extra)
    visitor = AsgiVisitor(bff, loop) if over == "asgi" else WsgiVisitor(bff)
    try:
        assert goes_to(visitor.go(foreign.log_in(visitor.begin("/orders")))) == "/orders"
        who = visitor.fetch("/bff/user").json()
        assert (who["logged_in"], who["user"]["name"]) == (True, "Ada")
        handle = key_of_session(visitor).hex()
        first = visitor.tokens_for(handle)
        expire_token(visitor)
        assert visitor.tokens_for(handle) != first
        renewed = visitor.fetch("/bff/refresh", "POST").json()
        assert renewed["logged_in"] is True

        out = visitor.fetch("/bff/logout", "POST")
        assert out.json()["revoked"] is True, out.text
        assert visitor.fetch("/bff/user").json()["logged_in"] is False
    finally:
        visitor.close()
