"""Plain `proofkey` needs none of its extras: core, client, doctor and the command line import without them."""

from __future__ import annotations

import subprocess
import sys
import tomllib

import pytest

from tests.tidy.tree import ROOT

# What the extras install, by the names they are imported under.
EXTRAS = {
    "argon2-cffi": "argon2",
    "cryptography": "cryptography",
    "jinja2": "jinja2",
    "uvloop": "uvloop",
    "httptools": "httptools",
    "asyncpg": "asyncpg",
    "psycopg": "psycopg",
    "starlette": "starlette",
    "flask": "flask",
    "keyring": "keyring",
    "joserfc": "joserfc",
    "requests": "requests",
    "opentelemetry-api": "opentelemetry",
    "opentelemetry-sdk": "opentelemetry.sdk",
    "opentelemetry-exporter-otlp-proto-http": "opentelemetry.exporter",
    "pytest": "pytest",
    "pytest-asyncio": "pytest_asyncio",
}

WITHOUT = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name in {absent!r}:
            raise ModuleNotFoundError("no module named " + name, name=name)
sys.meta_path.insert(0, Absent())
import {module}
"""


def test_every_extra_is_listed_here() -> None:
    """An extra that pyproject.toml adds is tried too."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    names = {each.split(";")[0].split(">")[0].split("[")[0].strip() for group in extras.values() for each in group}
    assert names - {"proofkey"} == set(EXTRAS)


@pytest.mark.parametrize(
    "module", ["proofkey", "proofkey.core", "proofkey.client", "proofkey.doctor", "proofkey.cli.main"]
)
def test_a_plain_installation_imports(module: str) -> None:
    """The package's plain part imports where no extra is installed."""
    program = WITHOUT.format(absent=set(EXTRAS.values()), module=module)
    run = subprocess.run([sys.executable, "-W", "error", "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
