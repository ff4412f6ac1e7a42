"""One version everywhere."""

from __future__ import annotations

import json
import re
import tomllib

import proofkey
from tests.tidy.tree import ROOT, tracked


def test_package_and_project_agree() -> None:
    """`proofkey.__version__` is that of pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert proofkey.__version__ == project["version"]


def test_the_browser_module_has_the_same_version() -> None:
    """Each package.json of ours that states a version states this one."""
    stated = {
        path: json.loads(path.read_text(encoding="utf-8")).get("version")
        for path in tracked()
        if path.name == "package.json" and "proofkey" in str(json.loads(path.read_text(encoding="utf-8")).get("name"))
    }
    assert {path: version for path, version in stated.items() if version not in (None, proofkey.__version__)} == {}


def test_the_changelog_knows_the_version() -> None:
    """The changelog has a section for this version, or an open one for what comes."""
    headings = re.findall(r"^## \[([^\]]+)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] in ("Unreleased", proofkey.__version__)
