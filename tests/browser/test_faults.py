"""The browser speaks of the faults of the catalogue, and of no others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from proofkey.doctor import catalogue
from tests.browser.sites import MODULE

SCRIPTS = sorted(MODULE.glob("*.js"))
NAMED = re.compile(r"(?:failure|ProofkeyError)\(\s*'([^']+)'|fault = (?:\w+ \? )?'([^']+)'|: '([a-z]+(?:-[a-z0-9]+)+)'")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_every_named_fault_has_a_page(script: Path) -> None:
    """`proofkey explain` knows each name that a script gives to an error."""
    named = {name for match in NAMED.findall(script.read_text(encoding="utf-8")) for name in match if name}
    assert named - set(catalogue.slugs()) == set()


def test_the_search_finds_the_faults() -> None:
    """The pattern sees the ways in which a fault is named."""
    named = {name for match in NAMED.findall((MODULE / "proofkey.js").read_text(encoding="utf-8")) for name in match}
    assert {"insecure-page-no-webcrypto", "state-mismatch", "error-hidden-in-200", "scope-refused"} <= named
