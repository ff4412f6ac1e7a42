"""The SQLite store passes the suite that every store must pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from proofkey.server.store import open_store
from proofkey.testing.store_contract import Opening, StoreContract


class TestSqliteStore(StoreContract):
    """One file per test."""

    @pytest.fixture
    def open_store(self, tmp_path: Path) -> Opening:
        """Open the file of this test."""
        return lambda: open_store(f"sqlite:///{tmp_path}/proofkey.db")
