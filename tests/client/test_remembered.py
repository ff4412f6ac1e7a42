"""The command line finds the login that is meant, and says so where it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from proofkey.client.errors import LoginRequired, NotKept
from proofkey.client.remembered import Login, Memory
from proofkey.client.token_stores import FileStore, KeyringStore
from proofkey.core.errors import Misuse
from proofkey.core.metadata import ServerMetadata


def login(issuer: str = "https://one.example", client_id: str = "cli", region: str | None = None) -> Login:
    """Make a login."""
    methods = None if region else ("S256",)
    server = ServerMetadata(issuer, f"{issuer}/a", f"{issuer}/t", code_challenge_methods_supported=methods)
    return Login(server, client_id, "http://127.0.0.1/callback", region)


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    """A folder of the test's own."""
    return Memory(tmp_path / "logins")


def test_a_login_comes_back_as_it_was(memory: Memory) -> None:
    """The last one is the current one; the others are found by issuer and client."""
    one, two, three = login(), login("https://two.example", region="mypurecloud.de"), login(client_id="other")
    for each in (one, two, three):
        memory.remember(each)
    assert memory.recall() == three
    assert memory.recall(issuer="https://two.example") == two
    assert memory.recall(client_id="other") == three
    assert memory.recall(issuer="https://one.example", client_id="cli") == one
    with pytest.raises(Misuse, match="several"):
        memory.recall(issuer="https://one.example")


def test_a_forgotten_login_is_gone(memory: Memory) -> None:
    """The current one leaves nobody logged in; another one changes nothing."""
    one, two = login(), login("https://two.example")
    memory.remember(one)
    memory.remember(two)
    memory.forget(one)
    assert memory.recall() == two
    memory.forget(two)
    with pytest.raises(LoginRequired):
        memory.recall()
    with pytest.raises(LoginRequired):
        memory.recall(client_id="cli")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"server": {}}', "[" * 9000, '{"server": 7}'])
def test_a_damaged_file_is_said_so(memory: Memory, text: str) -> None:
    """The path is named; it holds no secret."""
    memory.remember(login())
    (memory.folder / f"{login().name}.json").write_text(text)
    with pytest.raises(NotKept, match="log in again"):
        memory.recall()


def test_tokens_are_in_the_keyring_unless_there_is_a_file(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that the keyring's refusal led to is found again."""
    monkeypatch.setattr(KeyringStore, "available", staticmethod(lambda: True))
    assert isinstance(memory.store(login()), KeyringStore)
    memory.file_store(login()).write("text")
    assert isinstance(memory.store(login()), FileStore)
    monkeypatch.setattr(KeyringStore, "available", staticmethod(lambda: False))
    assert isinstance(memory.store(login(client_id="other")), FileStore)


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "file").write_text("")
    with pytest.raises(NotKept):
        Memory(tmp_path / "file").remember(login())
