"""A production server has no control address, no layer, and does not load the code."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import httpx

from tests.server.network import ROOT, register, serve

LOAD_ALL = """
import importlib, pkgutil, sys
import proofkey.cli.serve, proofkey.server
for found in pkgutil.walk_packages(proofkey.server.__path__, "proofkey.server."):
    if not found.name.startswith("proofkey.server.development"):
        importlib.import_module(found.name)
print([name for name in sys.modules if name.startswith("proofkey.server.development.")])
"""


def test_nothing_of_the_server_loads_it() -> None:
    """Every other module is imported, and none of these is; `serve` asks for them in development mode only."""
    ended = subprocess.run([sys.executable, "-c", LOAD_ALL], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert ended.stdout.strip() == "[]", ended.stderr


def test_a_production_server_has_no_such_address(tmp_path: Path) -> None:
    """As it is served, on loopback and to whoever knows the header."""
    url = f"sqlite:///{tmp_path}/proofkey.db"
    asyncio.run(register(url))
    with serve(tmp_path, url) as served, httpx.Client(base_url=served.issuer) as http:
        for path in ("", "/failures", "/time", "/reset"):
            for method in ("GET", "POST", "OPTIONS"):
                answer = http.request(method, f"/development/control{path}", headers={"proofkey-control": "x"})
                assert answer.status_code == 404


def test_pages_cannot_be_let_in_without_development(tmp_path: Path) -> None:
    """The option is refused, not ignored; and so is development for an issuer of the network."""
    for options, words in (
        (["--dangerously-let-page-control", "http://localhost:1"], "with --development only"),
        (["--development", "--issuer", "https://login.example"], "loopback"),
    ):
        command = [sys.executable, "-m", "proofkey", "serve", "--port", "0", *options]
        database = ["--database", f"sqlite:///{tmp_path}/proofkey.db"]
        ended = subprocess.run([*command, *database], cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert ended.returncode == 2
        assert words in ended.stderr
