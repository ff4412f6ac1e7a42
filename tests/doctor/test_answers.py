"""The commands that docs/answers shows give what the pages say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from proofkey.doctor.diagnose import diagnose
from proofkey.doctor.sources import read

ANSWERS = Path(__file__).parents[2] / "docs" / "answers"
PAGES = sorted(ANSWERS.glob("0*.md"))


def test_every_document_has_its_answer() -> None:
    """Five documents, five pages."""
    assert [page.name[:3] for page in PAGES] == ["000", "001", "002", "003", "004"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_command_names_what_the_page_says(page: Path) -> None:
    """`proofkey doctor FILE` names the faults in the page's sentence, the first one first."""
    text = page.read_text()
    command = re.search(r"\$ proofkey doctor (docs/answers/\S+\.http)", text)
    sentence = re.search(r"^names (.+?)[.:]", text, re.MULTILINE | re.DOTALL)
    assert command
    assert sentence
    expected = re.findall(r"`([a-z0-9-]+)`", sentence[1])
    source = ANSWERS.parents[1] / command[1]
    named = [each.fault.slug for each in diagnose(read(source.name, source.read_bytes())).findings]
    assert named[0] in expected
    assert set(expected) <= set(named)
