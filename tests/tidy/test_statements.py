"""What every Python that is supported takes of SQL, though not each of them is tried here."""

from __future__ import annotations

import re

from tests.tidy.tree import below, name_of


def test_no_statement_of_sqlite_numbers_its_placeholders() -> None:
    """`?1` with a tuple warns in Python 3.12.0 to 3.12.3, and a test suite may turn warnings into errors."""
    programs = {name_of(path): path.read_text(encoding="utf-8") for path in below("src")}
    users = {name: text for name, text in programs.items() if "sqlite3" in text}
    assert users
    assert [name for name, text in users.items() if re.search(r"\?\d", text)] == []
