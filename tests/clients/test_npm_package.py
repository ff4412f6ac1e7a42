"""The package as npm would publish it."""

from __future__ import annotations

import json
import subprocess

import pytest

from scripts.setup import environment
from tests.browser.sites import MODULE
from tests.clients.packages import npm

pytestmark = pytest.mark.clients


def test_the_package_holds_every_module_with_its_types_and_nothing_else() -> None:
    """No build, no script that runs on installation, no dependency."""
    command = [*npm(), "pack", "--dry-run", "--json", "--ignore-scripts"]
    printed = subprocess.run(
        command, cwd=MODULE, env=environment(), capture_output=True, text=True, check=True, timeout=120
    ).stdout
    [packed] = json.loads(printed)
    files = {each["path"] for each in packed["files"]}
    modules = {path.name for path in MODULE.glob("*.js")}
    types = {path.name for path in MODULE.glob("*.d.ts")}
    assert {name.removesuffix(".js") for name in modules} == {name.removesuffix(".d.ts") for name in types}
    assert files == modules | types | {"package.json", "README.md"}
    manifest = json.loads((MODULE / "package.json").read_text())
    assert not {"dependencies", "scripts", "bin"} & set(manifest)
    assert {each["default"].removeprefix("./") for each in manifest["exports"].values()} == modules
