"""Writes docs/cli.md from the parsers, docs/faults/*.md from the catalogue, docs/conformance.md from the tests, and the
list of decisions.

What is written from its source cannot say what is not so.

Usage: python -m scripts.generate_docs [--check]; with --check it writes nothing and fails where a page is out of date.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from scripts.cli_page import write_cli_page
from scripts.conformance_page import PAGE as CONFORMANCE
from scripts.conformance_page import write_conformance_page
from scripts.fault_pages import write_fault_index, write_fault_page
from scripts.programs import ROOT

DOCS = ROOT / "docs"


def main(arguments: list[str]) -> int:
    """Write the pages, or check them; 1 if one is out of date."""
    for name in [name for name in os.environ if name.startswith("PROOFKEY_")]:
        del os.environ[name]  # defaults come from the environment; a page must not depend on whose it is
    stale = out_of_date(pages())
    if "--check" in arguments:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is out of date; run: make docs", file=sys.stderr)
        return 1 if stale else 0
    for path, text in stale.items():
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        print(f"{'removed' if text is None else 'wrote'} {path.relative_to(ROOT)}")
    return 0


def pages() -> dict[Path, str]:
    """Give the text of every generated page."""
    from proofkey.cli.main import parser
    from proofkey.doctor import catalogue

    faults = catalogue.faults()
    known = catalogue.slugs()
    written = {DOCS / "faults" / f"{fault.slug}.md": write_fault_page(fault, known) for fault in faults}
    return written | {
        DOCS / "faults" / "README.md": write_fault_index(faults),
        DOCS / "cli.md": write_cli_page(parser()),
        CONFORMANCE: write_conformance_page(),
        DOCS / "decisions" / "README.md": write_decision_index(),
    }


def write_decision_index() -> str:
    """List the decisions by the first line of their pages, which is their title with its number."""
    records = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    titles = [record.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ") for record in records]
    lines = [f"- [{title}]({record.name})" for title, record in zip(titles, records, strict=True)]
    opening = "# Decisions\n\nWhat was decided, why, and what follows. Listed by `make docs`.\n\n"
    return opening + "\n".join(lines) + "\n"


def out_of_date(wanted: dict[Path, str]) -> dict[Path, str | None]:
    """Give the pages whose file differs, and None for a page whose fault is gone."""
    differ: dict[Path, str | None] = {
        path: text for path, text in wanted.items() if not path.is_file() or path.read_text(encoding="utf-8") != text
    }
    return differ | {path: None for path in (DOCS / "faults").glob("*.md") if path not in wanted}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
