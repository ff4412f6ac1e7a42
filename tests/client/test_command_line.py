"""`proofkey login`, `token`, `whoami` and `logout` as people run them: processes, and a browser of Ada's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from proofkey.cli.main import main
from tests.client.real_server import RealServer

PATIENCE = 60


@pytest.fixture
def environment(data_folder: Path) -> dict[str, str]:
    """A machine without a browser and without a keyring."""
    environ = {
        name: value for name, value in os.environ.items() if name not in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY")
    }
    return environ | {"SSH_TTY": "/dev/pts/7", "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}


class Command:
    """A command under way."""

    def __init__(self, environment: dict[str, str], *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "proofkey", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def url(self) -> str:
        """Read standard error up to the address that is to be opened."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if line.startswith("  http"):
                return line.strip()
        raise AssertionError(f"no address was printed; exit code {self.process.wait()}")

    def end(self, typed: str = "") -> tuple[int, str, str]:
        """Give the exit code and both outputs."""
        out, err = self.process.communicate(typed, timeout=PATIENCE)
        return self.process.returncode, out, err


@pytest.fixture
def run(environment: dict[str, str]) -> Iterator:
    """Start commands, and end what is left of them."""
    started: list[Command] = []

    def start(*arguments: str) -> Command:
        started.append(Command(environment, *arguments))
        return started[-1]

    yield start
    for command in started:
        command.process.kill()
        command.process.communicate()


def log_in(run, server: RealServer, *options: str) -> tuple[int, str, str]:
    """Log in by pasting."""
    command = run("login", "--issuer", server.issuer, "--client-id", "cli", *options)
    return command.end(server.log_in(command.url()) + "\n")


@pytest.mark.shows("N08")
def test_a_login_lasts_until_logout(run, real_server: RealServer, data_folder: Path) -> None:
    """Login by pasting, a token that works, who it is, and the end of all that."""
    code, out, err = log_in(run, real_server, "--scope", "openid profile", "--scope", "users:readonly")
    assert (code, "Logged in as subject-ada" in out) == (0, True), err
    (kept,) = data_folder.glob("proofkey/logins/*.tokens")
    assert kept.stat().st_mode & 0o777 == 0o600
    code, token, err = run("token").end()
    assert (code, err) == (0, "")
    answer = httpx.get(f"{real_server.issuer}/oauth/userinfo", headers={"authorization": f"Bearer {token.strip()}"})
    assert answer.json()["name"] == "Ada"
    code, out, _ = run("whoami", "--issuer", real_server.issuer, "--client-id", "cli").end()
    assert (code, '"name": "Ada"' in out) == (0, True)
    assert run("token", "--scope", "users:readonly").end()[0] == 0
    code, out, err = run("token", "--scope", "oauth").end()
    assert (code, out, "oauth" in err) == (1, "", True)
    assert run("logout").end()[0] == 0
    answer = httpx.get(f"{real_server.issuer}/oauth/userinfo", headers={"authorization": f"Bearer {token.strip()}"})
    assert answer.status_code == 401
    code, out, err = run("token").end()
    assert (code, out, "nobody is logged in" in err) == (1, "", True)
    assert not list(data_folder.glob("proofkey/logins/*.tokens"))


@pytest.mark.shows("N08")
def test_the_browser_may_come_back_to_the_listener(run, real_server: RealServer) -> None:
    """With a forwarded port nothing has to be pasted."""
    command = run("login", "--issuer", real_server.issuer, "--client-id", "cli", "--no-browser")
    page = httpx.get(real_server.log_in(command.url()))
    assert page.status_code == 200
    assert command.end()[0] == 0


def test_ctrl_c_ends_a_login_that_waits(run, real_server: RealServer) -> None:
    """With 130 and no traceback, wherever in the waiting it arrives."""
    command = run("login", "--issuer", real_server.issuer, "--client-id", "cli")
    command.url()
    command.process.send_signal(signal.SIGINT)
    code, _, err = command.end()
    assert code == 130
    assert "Traceback" not in err


def test_a_denied_login_keeps_nothing_and_says_why(run, real_server: RealServer, data_folder: Path) -> None:
    """Exit code 1, the fault's name and its page in words."""
    command = run("login", "--issuer", real_server.issuer, "--client-id", "shy")
    code, out, err = command.end(real_server.log_in(command.url(), decision="deny") + "\n")
    assert (code, out) == (1, "")
    assert "proofkey explain user-denied-access" in err
    assert "To mend it:" in err
    assert not list(data_folder.glob("proofkey/logins/*"))


def test_waiting_ends(run, real_server: RealServer) -> None:
    """Nobody comes within the time that was given."""
    command = run("login", "--issuer", real_server.issuer, "--client-id", "cli", "--timeout", "0.3")
    code, _, err = command.end()
    assert (code, "where the browser shows an error, it says why" in err) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["login"], "--issuer URL"),
        (["login", "--issuer", "https://login.example"], "--client-id"),
        (["login", "--issuer", "login.example", "--client-id", "x"], "an address such as https://login.example"),
        (["login", "--region", "login.mypurecloud.de", "--client-id", "x"], "mypurecloud.de"),
        (
            ["login", "--region", "mypurecloud.de", "--client-id", "x", "--redirect-uri", "https://a.example/"],
            "127.0.0.1",
        ),
    ],
)
def test_unusable_input_is_2(
    arguments: list[str], said: str, data_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is sent, and the sentence says what is missing."""
    assert main(arguments) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("command", ["token", "whoami", "logout"])
def test_without_a_login_there_is_nothing_to_do(
    command: str, data_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1, and the command that helps."""
    assert main([command]) == 1
    assert "proofkey login" in capsys.readouterr().err
    assert main([command, "--region", "mypurecloud.de"]) == 1


def test_issuer_and_region_exclude_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    """A login is at one place."""
    with pytest.raises(SystemExit) as raised:
        main(["token", "--issuer", "https://a.example", "--region", "mypurecloud.de"])
    assert raised.value.code == 2
