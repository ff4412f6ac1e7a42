"""pip's wheel from a package index: the newest that is not withdrawn, and only with the hash that the index states."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from urllib.parse import urljoin

import pytest

from scripts.seed_pip import download_wheel


def write_index(folder: Path, **wheels: bytes) -> str:
    """Write an index of wheels of pip, by version, and give its address."""
    page = folder / "pip"
    page.mkdir()
    files = []
    for version, content in wheels.items():
        name = f"pip-{version.removeprefix('v').replace('_', '.')}-py3-none-any.whl"
        (folder / name).write_bytes(content)
        files.append({"filename": name, "url": f"../{name}", "hashes": {"sha256": hashlib.sha256(content).hexdigest()}})
    (page / "index.json").write_text(json.dumps({"files": files}))
    return folder.as_uri()


@pytest.fixture(autouse=True)
def _index_is_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the index's folder be answered by the file in it, as a web server does."""

    def join(page: str, url: str) -> str:
        return urljoin(page, url) + ("index.json" if url == "pip/" else "")

    monkeypatch.setattr("scripts.seed_pip.urljoin", join)


def test_the_newest_release_is_taken(tmp_path: Path) -> None:
    """26.1 is newer than 9.0.3."""
    index = write_index(tmp_path, v9_0_3=b"old", v26_1=b"new")
    into = tmp_path / "into"
    into.mkdir()
    assert download_wheel(index, into).read_bytes() == b"new"


def test_a_damaged_wheel_is_refused(tmp_path: Path) -> None:
    """What does not have the stated hash is not run."""
    index = write_index(tmp_path, v26_1=b"new")
    (tmp_path / "pip-26.1-py3-none-any.whl").write_bytes(b"another")
    with pytest.raises(ValueError, match="does not have the hash"):
        download_wheel(index, tmp_path)


def test_an_index_without_pip_is_an_error(tmp_path: Path) -> None:
    """An empty listing says so."""
    with pytest.raises(ValueError, match="lists no wheel of pip"):
        download_wheel(write_index(tmp_path), tmp_path)
