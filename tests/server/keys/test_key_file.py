"""The key file: its owner's alone, made whole, never over another one."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from proofkey.server.keys.key_file import KeyFileUnusable, key_file_path, make_key_file, read_key_file
from proofkey.server.keys.wrapping import Wrapper
from proofkey.server.store.errors import StoreUnusable


def test_a_made_key_is_read_back_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    """Mode 0600, 32 bytes, nothing left beside it."""
    path = tmp_path / "folder" / "a.db.key"
    key = make_key_file(path)
    assert len(key) == 32
    assert read_key_file(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_making_it_again_keeps_the_first_one(tmp_path: Path) -> None:
    """Of processes that start at once, all get the same key."""
    path = tmp_path / "a.db.key"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: make_key_file(path), range(8)))
    assert keys == {read_key_file(path)}


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o602, 0o604])
def test_a_file_that_others_may_read_or_write_is_refused(tmp_path: Path, mode: int) -> None:
    """The message says what to do."""
    path = tmp_path / "a.db.key"
    make_key_file(path)
    path.chmod(mode)
    with pytest.raises(KeyFileUnusable, match=r"chmod 600"):
        read_key_file(path)


@pytest.mark.parametrize("mode", [0o400, 0o600])
def test_a_file_of_its_owner_alone_is_read(tmp_path: Path, mode: int) -> None:
    """Read-only is fine: secrets are often mounted so."""
    path = tmp_path / "a.db.key"
    key = make_key_file(path)
    path.chmod(mode)
    assert read_key_file(path) == key


@pytest.mark.parametrize("text", ["", "hello", "proofkey-key-file-1 short", "proofkey-key-file-2 " + "A" * 43])
def test_another_file_is_no_key_file(tmp_path: Path, text: str) -> None:
    """And its contents are not repeated."""
    path = tmp_path / "a.db.key"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(KeyFileUnusable, match="no proofkey key file") as refusal:
        read_key_file(path)
    assert not text or text not in str(refusal.value)


def test_a_missing_file_or_folder_is_told(tmp_path: Path) -> None:
    """In the system's words."""
    with pytest.raises(KeyFileUnusable, match="No such file"):
        read_key_file(tmp_path / "nothing")
    (tmp_path / "file").write_text("")
    with pytest.raises(KeyFileUnusable, match="cannot make"):
        make_key_file(tmp_path / "file" / "a.db.key")


def test_the_variable_names_it_else_it_is_beside_the_database() -> None:
    """PROOFKEY_KEY_FILE, or the SQLite file's name and `.key`."""
    assert key_file_path("sqlite:////data/a.db", {}) == Path("/data/a.db.key")
    assert key_file_path("sqlite:////data/a.db", {"PROOFKEY_KEY_FILE": "/run/secrets/key"}) == Path("/run/secrets/key")
    with pytest.raises(StoreUnusable):
        key_file_path("nonsense", {})


def test_fingerprints_are_the_same_in_every_process_and_tell_nothing_of_the_key() -> None:
    """A login's entries are found together whichever worker wrote them; another installation's are not."""
    first, again, other = Wrapper(bytes(32)), Wrapper(bytes(32)), Wrapper(b"x" * 32)
    assert first.fingerprint_key == again.fingerprint_key != other.fingerprint_key
    assert first.fingerprint_key != bytes(32)
