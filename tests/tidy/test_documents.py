"""What the documents say is there: every package, every link, no path of somebody's machine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tidy.tree import ROOT, below, name_of, packages, tracked

MARKDOWN = below(".", ".md")
LINK = re.compile(r"\[[^\]]*\]\(([^()\s]+(?:\([^()\s]*\)[^()\s]*)*)(?:\s+\"[^\"]*\")?\)")
FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")

# Written in pieces, so that this file does not find itself.
MACHINE_PATHS = re.compile("|".join(("/" + "work/", "/" + "root/", "/" + r"home/(?!you\b|user\b|ada\b)\w+")))
REGISTRY_SETTINGS = re.compile(
    r"(--(extra-)?index-url|find-links|trusted-host|\bregistry\s*=|\"resolved\":)\s*[=:]?\s*\"?(?:https?|file)://"
)


def links(path: Path) -> Iterator[str]:
    """Give the targets of a document's links, those in code excepted."""
    text = CODE.sub("", FENCE.sub("", path.read_text(encoding="utf-8")))
    yield from LINK.findall(text)


def anchors(path: Path) -> set[str]:
    """Give the fragments by which the headings of a document can be linked."""
    headings = re.findall(r"^#{1,6}\s+(.+?)\s*#*$", FENCE.sub("", path.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", MARKDOWN, ids=name_of)
def test_links_within_the_repository_lead_somewhere(path: Path) -> None:
    """A relative link names a tracked file or folder, and a fragment a heading of it."""
    broken = []
    for link in links(path):
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            continue
        file, _, fragment = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        known = target in tracked() or any(each.is_relative_to(target) for each in tracked())
        if not known or (fragment and target.suffix == ".md" and fragment not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_every_document_can_be_reached() -> None:
    """From README.md, links lead to each document."""
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        reached.add(page)
        targets = {(page.parent / link.partition("#")[0]).resolve() for link in links(page) if ":" not in link}
        waiting += [target for target in targets if target in MARKDOWN and target not in reached]
    assert sorted(name_of(path) for path in set(MARKDOWN) - reached) == []


def test_the_map_has_every_package() -> None:
    """ARCHITECTURE.md gives each package its sentence, and README.md leads there."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert [package for package in packages() if not re.search(rf"^\| `{package}` \| \S", text, re.MULTILINE)] == []
    assert "ARCHITECTURE.md" in links(ROOT / "README.md")


def test_no_tracked_file_names_a_place_on_somebodys_machine() -> None:
    """Neither a folder of the machine it was written on nor a private package registry is committed."""
    found = []
    for path in tracked():
        text = path.read_bytes().decode("utf-8", errors="replace")
        found += [f"{name_of(path)}: {hit[0]}" for hit in MACHINE_PATHS.finditer(text)]
        found += [f"{name_of(path)}: {hit[0]}" for hit in REGISTRY_SETTINGS.finditer(text)]
    assert found == []
