"""Reads what PostgreSQL says about a statement."""

from __future__ import annotations


def count_of(status: str) -> int:
    """Give the number of rows that a statement touched; its status ends with it, as in `DELETE 3`."""
    return int(status.rpartition(" ")[2])
