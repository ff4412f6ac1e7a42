"""The PostgreSQL store passes the suite that every store must pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from proofkey.server.store import open_store
from proofkey.testing.store_contract import Opening, StoreContract
from tests.postgres import empty


class TestPostgresStore(StoreContract):
    """One database per test; the grants of the suite fall into partitions of their days."""

    @pytest.fixture
    def open_store(self, postgres_store: str) -> Opening:
        """Open the database of this test."""
        return lambda: open_store(postgres_store)


class TestPostgresStoreInOnePiece(StoreContract):
    """As on engines of the protocol that know no declarative partitions: the grants are one table."""

    @pytest.fixture
    def open_store(self, postgres_stores: Callable[[bool], str]) -> Iterator[Opening]:
        """Open the one such database, empty."""
        url = postgres_stores(False)
        yield lambda: open_store(url)
        empty(url)
