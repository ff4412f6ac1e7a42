"""The plugin in suites of its own: found by pytest, undone after each test, apart in parallel workers, light."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = """
import pytest
from proofkey import Client

CALLBACK = "http://127.0.0.1:8765/callback"

@pytest.fixture(params=["proofkey_server", "proofkey_process"])
def login(request):
    return request.getfixturevalue(request.param)
"""

LEAKS = """
import pytest

SEEN = {}

@pytest.mark.parametrize("turn", [1, 2])
def test_nothing_is_left_of_the_test_before(login, turn):
    assert abs(login.now - __import__("time").time()) < 30
    assert login.refusals() == []
    assert login.http.get("/oauth/jwks").status_code == 200
    site = login.add_client("site", redirect_uri="https://app.example/callback")  # free again
    ada = login.add_user("ada")
    assert SEEN.setdefault(login.issuer, turn) == 1  # the same server, and it was quick
    login.move_time(86_400)
    login.fail("unavailable", endpoint="jwks")
    login.fail("drop-cors", client=site)
    login.rotate_keys()
    assert login.http.get("/oauth/jwks").status_code == 503
"""


_WITHOUT = [part for name in ("schemathesis", "asyncio", "hypothesispytest") for part in ("-p", f"no:{name}")]


def run(folder: Path, *arguments: str, **files: str) -> subprocess.CompletedProcess[str]:
    """Run a suite in a pytest of its own, where warnings are errors."""
    (folder / "conftest.py").write_text(CONFTEST)
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", *_WITHOUT]
    return subprocess.run(
        [*command, *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=110
    )


def test_each_test_finds_the_server_untouched(tmp_path: Path) -> None:
    """Failures, time, clients and people of a test are gone when the next one begins; in parallel workers too."""
    ended = run(tmp_path, test_leaks=LEAKS)
    assert ended.returncode == 0, ended.stdout
    assert "4 passed" in ended.stdout


PARALLEL = """
import time
import pytest
from pathlib import Path

@pytest.mark.parametrize("number", range(4))
def test_workers_do_not_meet(login, number, worker_id):
    Path(f"{worker_id}-{number}.issuer").write_text(login.issuer)
    login.add_client("site", redirect_uri="https://app.example/callback")
    login.move_time(1000 * (number + 1))
    with login.fail("unavailable", endpoint="metadata") as failing:
        for _ in range(5):
            assert login.http.get("/.well-known/openid-configuration").status_code == 503
        assert failing.hits == 5
    assert abs(login.now - time.time() - 1000 * (number + 1)) < 30
"""


def test_two_workers_at_once(tmp_path: Path) -> None:
    """Each has servers of its own: the same names, times and failures do not meet."""
    ended = run(tmp_path, "-n", "2", test_parallel=PARALLEL)
    assert ended.returncode == 0, ended.stdout
    issuers = {path.name.partition("-")[0]: set() for path in tmp_path.glob("*.issuer")}
    for path in tmp_path.glob("*.issuer"):
        issuers[path.name.partition("-")[0]].add(path.read_text())
    assert len(issuers) == 2
    one, other = issuers.values()
    assert not one & other


SETTINGS = """
import pytest
from proofkey.testing import ServerSettings

class TestGenesys:
    @pytest.fixture
    def proofkey_settings(self):
        return ServerSettings(personality="genesys")

    def test_it_is_another_server(self, login):
        assert login._call("GET", "")["personality"] == "genesys"

def test_the_usual_one(login):
    assert login._call("GET", "")["personality"] == "standard"
"""


def test_a_class_has_settings_of_its_own(tmp_path: Path) -> None:
    """The fixture that says them is overridden as any other."""
    ended = run(tmp_path, test_settings=SETTINGS)
    assert ended.returncode == 0, ended.stdout


BROKEN = """
import os, signal
from pathlib import Path

def test_it_dies(proofkey_process):
    import subprocess
    children = subprocess.run(["pgrep", "-P", str(os.getpid())], capture_output=True, text=True).stdout.split()
    for child in children:
        try:
            if b"proofkey" in Path(f"/proc/{child}/cmdline").read_bytes():
                os.kill(int(child), signal.SIGKILL)
        except FileNotFoundError:
            pass

def test_the_next_has_a_new_one(proofkey_process):
    assert proofkey_process.http.get("/healthz").status_code == 200
"""


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds the server's process in /proc")
def test_a_server_that_died_is_replaced(tmp_path: Path) -> None:
    """One test may kill it; that test fails, the next one does not."""
    ended = run(tmp_path, test_broken=BROKEN)
    assert "2 passed, 1 error" in ended.stdout, ended.stdout


WITHOUT = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("argon2", "httptools"):
            raise ModuleNotFoundError("no module named " + name, name=name)
sys.meta_path.insert(0, Absent())
"""

ASKING = """
import sys

def test_nothing_heavy_is_loaded():
    loaded = [name for name in sys.modules if name.startswith("proofkey.")]
    assert sorted(loaded) == ["proofkey.testing", "proofkey.testing.plugin"]
    assert "httpx" not in sys.modules

def test_it_is_asked_for(proofkey_server):
    raise AssertionError
"""


def test_where_only_the_client_is_installed(tmp_path: Path) -> None:
    """Suites run; a test that asks for the server is told what to install, in one line."""
    (tmp_path / "without_server.py").write_text(WITHOUT)
    (tmp_path / "test_asking.py").write_text(ASKING)
    ended = run_bare(tmp_path)
    assert "1 passed, 1 error" in ended.stdout, ended.stdout
    assert "the authorization server is not installed here (no argon2, httptools): pip install 'proofkey[testing]'" in (
        ended.stdout
    )
    assert "Traceback" not in ended.stdout


def run_bare(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a suite that has no conftest.py and loads no other plugin."""
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(folder)}
    options = ["-p", "without_server", "-p", "proofkey.testing.plugin", "-p", "no:cacheprovider"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *options, "-W", "error"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
