"""Builds the example apps as their authors would, pointed at a server of the test."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from scripts.programs import ROOT
from tests.browser.sites import MODULE
from tests.clients.packages import example

PATIENCE = 400  # seconds


def build_react(mode: str, node: Path, into: Path, gateway: str, client_id: str) -> Path:
    """Build with Vite; `mode` is development or production, which React tells apart. Give the folder to serve."""
    folder = example("react").folder
    settings = {"NODE_ENV": mode, "VITE_GATEWAY": gateway, "VITE_CLIENT_ID": client_id}
    vite = [str(node), "node_modules/vite/bin/vite.js", "build", "--mode", mode, "--outDir", str(into)]
    _run(vite, folder, settings)
    return into


def build_angular(node: Path, into: Path, gateway: str, client_id: str) -> Path:
    """Build with Angular's command line; its strict compiler checks the module's type declarations, too."""
    folder = example("angular").folder
    defined = ["--define", f"GATEWAY='{gateway}'", "--define", f"CLIENT_ID='{client_id}'"]
    ng = [str(node), "node_modules/@angular/cli/bin/ng.js", "build", "--output-path", str(into), *defined]
    _run(ng, folder, {"NG_BUILD_MAX_WORKERS": "1", "NG_CLI_ANALYTICS": "false", "CI": "true"})
    return into / "browser"


def copy_plain(into: Path, gateway: str, client_id: str) -> Path:
    """Do what the plain page's instructions say, and write the settings into its script."""
    shutil.copytree(ROOT / "examples" / "plain", into, dirs_exist_ok=True)
    shutil.copytree(MODULE, into / "proofkey")
    script = (into / "app.js").read_text()
    for default, chosen in (("http://127.0.0.1:8400", gateway), ("my-plain-page", client_id)):
        assert default in script
        script = script.replace(default, chosen)
    (into / "app.js").write_text(script)
    return into


BUILDS: dict[str, Callable[[Path, Path, str, str], Path]] = {
    "react-development": lambda *given: build_react("development", *given),
    "react-production": lambda *given: build_react("production", *given),
    "angular": build_angular,
}


def _run(command: list[str], folder: Path, settings: dict[str, str]) -> None:
    ended = subprocess.run(
        command, cwd=folder, env=os.environ | settings, capture_output=True, text=True, timeout=PATIENCE
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
