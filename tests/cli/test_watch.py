"""`proofkey watch` refuses what it must not do with a plain sentence."""

from __future__ import annotations

import socket

import pytest

from proofkey.cli.main import main


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--upstream", "login.example"], "address of an authorization server"),
        (["--upstream", "https://login.example", "--listen", "0.0.0.0:0"], "this machine alone"),
        (["--upstream", "https://login.example", "--listen", "8402"], "an address and a port"),
        (["--upstream", "https://login.example", "--listen", "127.0.0.1:99999"], "an address and a port"),
        (["--upstream", "https://user:secret@login.example"], "without user name"),
    ],
)
def test_an_unusable_argument_exits_2(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The sentence names the argument; nothing listens."""
    assert main(["watch", *arguments]) == 2
    shown = capsys.readouterr()
    assert words in shown.err
    assert "secret" not in shown.err


def test_a_taken_port_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Two proxies cannot have one port."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["watch", "--upstream", "https://login.example", "--listen", f"127.0.0.1:{port}"]) == 2
    assert f"cannot listen on 127.0.0.1:{port}" in capsys.readouterr().err
