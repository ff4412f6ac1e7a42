"""The browser module as a bundler ships it: how many bytes a page has to load."""

from __future__ import annotations

import gzip
import json
import subprocess
from pathlib import Path

import pytest

from tests.browser.sites import MODULE
from tests.clients.packages import JavaScriptClients

pytestmark = [pytest.mark.clients, pytest.mark.timeout(600)]

LOGIN_LIMIT = 3_300  # the smallest peer is 3,308, with none of the checks
ALL_LIMIT = 8_000


def size_of(entry: str, folder: Path, javascript: JavaScriptClients, node: Path) -> int:
    """Bundle and minify with esbuild, compress as servers do, and count bytes."""
    source = folder / "entry.js"
    source.write_text(entry)
    esbuild = javascript.file("esbuild", "bin/esbuild")
    command = [node, esbuild, source, "--bundle", "--minify", "--format=esm", "--legal-comments=none"]
    bundle = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout
    return len(gzip.compress(bundle, 9, mtime=0))


def test_login_refresh_and_logout_are_smaller_than_any_peer(
    tmp_path: Path, javascript: JavaScriptClients, node: Path
) -> None:
    """proofkey.js alone: login, callback, refresh under a lock, logout."""
    entry = f"export {{ createClient }} from {json.dumps(str(MODULE / 'proofkey.js'))};"
    size = size_of(entry, tmp_path, javascript, node)
    assert 2_000 < size <= LOGIN_LIMIT


def test_all_modules_together_stay_small(tmp_path: Path, javascript: JavaScriptClients, node: Path) -> None:
    """Whoever takes everything."""
    modules = sorted(MODULE.glob("*.js"))
    entry = "\n".join(f"export * from {json.dumps(str(module))};" for module in modules)
    size = size_of(entry, tmp_path, javascript, node)
    assert len(modules) >= 8
    assert LOGIN_LIMIT < size <= ALL_LIMIT
