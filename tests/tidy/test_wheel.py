"""The built wheel works on its own: in a new environment, in an empty folder, far from the checkout."""

from __future__ import annotations

import json
import os
import re
import signal
import site
import subprocess
import sys
import zipfile
from pathlib import Path

import httpx
import pytest

from proofkey.doctor import catalogue
from tests.tidy.tree import ROOT, SOURCE, tracked


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    run = subprocess.run(build, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def proofkey(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel, and nothing of the checkout, in an environment that borrows this one's libraries."""
    environment = tmp_path_factory.mktemp("installed") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    packages = next(environment.glob("lib/python3*/site-packages"))
    # A folder named in a .pth file is searched, but its own .pth files, such as that of the checkout, are not read.
    (packages / "borrowed.pth").write_text("\n".join(site.getsitepackages()))
    pip = [sys.executable, "-m", "pip", "--python", str(environment / "bin" / "python"), "install", "--quiet"]
    run = subprocess.run(
        [*pip, "--no-deps", "--no-index", "--ignore-installed", str(wheel)], capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    return environment / "bin" / "proofkey"


def run_outside(folder: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder with nothing of the checkout on any path."""
    environment = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return subprocess.run(
        command, cwd=folder, env=environment | {"HOME": str(folder)}, capture_output=True, text=True, timeout=60
    )


def test_every_tracked_file_of_the_package_is_in_the_wheel(wheel: Path) -> None:
    """Pages, styles, scripts, word lists and schemas are package data."""
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    source = {path.relative_to(SOURCE.parent).as_posix() for path in tracked() if path.is_relative_to(SOURCE)}
    assert source - packed == set()


def test_the_wheel_carries_its_licence(wheel: Path) -> None:
    """The text of the licence is in the metadata."""
    with zipfile.ZipFile(wheel) as archive:
        assert any(name.endswith(".dist-info/licenses/LICENSE") for name in archive.namelist())


def test_the_installed_package_is_not_the_checkout(proofkey: Path, tmp_path: Path) -> None:
    """The other tests of this file look at the wheel."""
    run = run_outside(tmp_path, proofkey.parent / "python", "-c", "import proofkey; print(proofkey.__file__)")
    assert Path(run.stdout.strip()).is_relative_to(proofkey.parent.parent), run.stderr


def test_the_installed_command_gives_its_help(proofkey: Path, tmp_path: Path) -> None:
    """`proofkey --help` works and names its commands."""
    run = run_outside(tmp_path, proofkey, "--help")
    assert (run.returncode, run.stderr) == (0, "")
    assert "doctor" in run.stdout


def test_the_installed_doctor_finds_a_fault(proofkey: Path, tmp_path: Path) -> None:
    """Faults, word lists and readers are in the wheel: an exchange that shows a fault is explained."""
    (tmp_path / "exchange.http").write_text(catalogue.find("challenge-padded").bad, encoding="utf-8")
    run = run_outside(tmp_path, proofkey, "doctor", "--json", "exchange.http")
    assert (run.returncode, run.stderr) == (1, "")
    assert json.loads(run.stdout)["findings"][0]["fault"] == "challenge-padded"


def test_the_installed_command_explains_every_fault(proofkey: Path, tmp_path: Path) -> None:
    """`proofkey explain` lists the whole catalogue, and one fault has its text."""
    run = run_outside(tmp_path, proofkey, "explain")
    assert (run.returncode, run.stderr) == (0, "")
    assert [slug for slug in catalogue.slugs() if slug not in run.stdout] == []
    one = run_outside(tmp_path, proofkey, "explain", "challenge-padded")
    assert one.returncode == 0
    assert catalogue.find("challenge-padded").spec[0] in one.stdout


def test_the_installed_demo_serves_both_sites(proofkey: Path, tmp_path: Path) -> None:
    """`proofkey demo` prints its addresses before it is healthy, serves its pages, and ends on SIGTERM."""
    command: list[str | Path] = [
        proofkey,
        "demo",
        "--port",
        "0",
        "--spa-port",
        "0",
        "--no-browser",
        "--data",
        tmp_path / "data",
    ]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as demo:
        assert demo.stdout is not None
        try:
            addresses: list[str] = []
            while len(addresses) < 2 and (line := demo.stdout.readline()):
                addresses += re.findall(r"http://\S+", line)
            app, issuer = addresses
            # The sockets are bound before the addresses are printed, so a request waits instead of failing.
            assert httpx.get(f"{issuer}/healthz", timeout=30).status_code == 200
            assert httpx.get(f"{issuer}/.well-known/oauth-authorization-server").json()["issuer"] == issuer
            page = httpx.get(app).text
            for asset in re.findall(r"(?:src|href)=\"(/[^\"/][^\"]*)\"", page):
                assert httpx.get(app + asset).status_code == 200, asset
        finally:
            demo.terminate()
        _, errors = demo.communicate(timeout=30)
    assert errors == ""
    assert demo.returncode in (0, -signal.SIGTERM)  # raised again once everything is closed
    assert (tmp_path / "data" / "proofkey.db").is_file()
