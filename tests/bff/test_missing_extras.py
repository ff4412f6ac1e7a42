"""What somebody reads who installed the package without the extra that a module of the back end needs."""

from __future__ import annotations

import subprocess
import sys

import pytest

IMPORT_WITHOUT = "import sys; sys.modules[sys.argv[1]] = None; __import__(sys.argv[2])"


@pytest.mark.parametrize(
    ("package", "module", "extra"),
    [
        ("starlette.applications", "proofkey.bff.starlette", "starlette"),
        ("flask", "proofkey.bff.flask", "flask"),
        ("psycopg", "proofkey.bff.postgres_sessions", "bff-postgres"),
        ("cryptography.exceptions", "proofkey.bff.sealing", "bff"),
    ],
)
def test_a_missing_package_is_named_with_its_extra(package: str, module: str, extra: str) -> None:
    """The last line of the traceback says what to install."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_WITHOUT, package, module], capture_output=True, text=True, check=False
    )
    assert f"pip install 'proofkey[{extra}]'" in done.stderr.splitlines()[-1]
