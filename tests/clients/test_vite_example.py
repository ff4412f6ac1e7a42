"""The Vite example's own tests, and the Vitest snippets of docs/testing-your-login.md, run by Vitest."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.programs import ROOT
from tests.clients.packages import NotInstalled, example

pytestmark = [pytest.mark.clients, pytest.mark.timeout(900)]

PAGE = ROOT / "docs" / "testing-your-login.md"


@pytest.fixture(scope="module")
def app() -> Path:
    """The example with what it depends on."""
    try:
        return example("vite_app").folder
    except NotInstalled as failure:
        pytest.fail(str(failure), pytrace=False)


def run_vitest(app: Path, folder: Path, node: Path, chromium: Path) -> str:
    """Run the suite of a folder; give what it prints."""
    environment = os.environ | {"CHROMIUM": str(chromium), "PROOFKEY": f"{sys.executable} -m proofkey", "NO_COLOR": "1"}
    command = [str(node), str(app / "node_modules" / "vitest" / "vitest.mjs"), "run"]
    ended = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_each_failure_is_produced_and_handled(app: Path, node: Path, chromium: Path) -> None:
    """By the app's own tests, in a real browser, against its built pages."""
    printed = run_vitest(app, app, node, chromium)
    assert re.search(r"Tests\s+18 passed", printed), printed


def test_the_snippets_of_the_documentation(app: Path, node: Path, chromium: Path, tmp_path: Path) -> None:
    """As they stand."""
    setup, suite = re.findall(r"^```js\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    (tmp_path / "package.json").write_text('{ "type": "module" }')
    (tmp_path / "vitest.config.js").write_text("export default { test: { globalSetup: './setup.js' } };")
    (tmp_path / "setup.js").write_text(setup)
    (tmp_path / "shown.test.js").write_text(suite)
    (tmp_path / "node_modules").symlink_to(app / "node_modules")
    assert re.search(r"Tests\s+1 passed", run_vitest(app, tmp_path, node, chromium))


def test_the_package_is_where_the_documentation_takes_it_from() -> None:
    """The folder that its command prints holds the package that its snippets import."""
    (command,) = re.findall(r'"\$\(python -c \'(.*?)\'\)(/\w+)"', PAGE.read_text(encoding="utf-8"))
    printed = subprocess.run([sys.executable, "-c", command[0]], capture_output=True, text=True, check=True).stdout
    assert '"proofkey-testing"' in Path(printed.strip() + command[1], "package.json").read_text()
