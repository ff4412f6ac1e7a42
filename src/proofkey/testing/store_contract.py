"""The suite that a store must pass; a test class of yours inherits from it and says how to open a store.

    class TestMyStore(StoreContract):
        @pytest.fixture
        def open_store(self, tmp_path):
            return lambda: my_open_store(tmp_path)

Every call of `open_store()` must open the same, at first empty, store once more: the suite restarts it, and opens it
from several threads at once. Needs pytest and pytest-asyncio.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeAlias

import pytest
import pytest_asyncio

from proofkey.server.store.protocol import Store
from proofkey.testing.grant_contract import GrantContract
from proofkey.testing.journal_contract import JournalContract
from proofkey.testing.registry_contract import RegistryContract
from proofkey.testing.restore_contract import RestoreContract

Opening: TypeAlias = Callable[[], Awaitable[Store]]


class StoreContract(GrantContract, RegistryContract, JournalContract, RestoreContract):
    """All parts together."""

    pytestmark = pytest.mark.asyncio

    @pytest.fixture
    def open_store(self) -> Opening:
        """Give the function that opens the store under test."""
        raise NotImplementedError("a store's test class says how to open it")

    @pytest_asyncio.fixture
    async def store(self, open_store: Opening) -> AsyncIterator[Store]:
        """Open the store, and close it after the test."""
        opened = await open_store()
        yield opened
        await opened.close()
