"""docs/cli.md and docs/faults/ are what the sources say: every command, every option, every fault."""

from __future__ import annotations

from scripts.generate_docs import out_of_date, pages
from tests.tidy.tree import name_of


def test_the_generated_pages_are_up_to_date() -> None:
    """`make docs` would change nothing."""
    assert [name_of(path) for path in out_of_date(pages())] == []
