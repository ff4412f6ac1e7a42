"""A development server behind the layer, over ASGI."""

from __future__ import annotations

import pytest

from proofkey.server.app import App
from proofkey.server.development.layer import DevelopmentLayer
from tests.server.development.asking import Asker


@pytest.fixture
async def layer(server):
    """The layer around the application of `server`."""
    return DevelopmentLayer(server, App(server), pages=("http://localhost:5173",))


@pytest.fixture
async def ask(layer, server):
    """Somebody who asks for failures."""
    async with Asker(layer, server) as asker:
        yield asker


@pytest.fixture
async def ada(layer, server):
    """Ada at her browser, before the layer."""
    from tests.server.development.asking import PersonBehind

    async with PersonBehind(layer, server) as person:
        yield person
