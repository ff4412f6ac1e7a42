"""What the tests know of a server that somebody else wrote, and the clients that are registered there."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from playwright.sync_api import Page

from tests.bff.visitors import CALLBACK

PATIENCE = 60  # seconds
USERNAME = "ada"
PASSWORD = "correct horse"
SECRET = "a secret with + and % and :"


@dataclass(frozen=True)
class Redirects:
    """Where the clients are called back: `web` is confidential, the others are public."""

    page: str  # a single-page app
    web: str = CALLBACK
    cli: str = "http://127.0.0.1/callback"  # at any port, RFC 8252 7.3

    @property
    def bye(self) -> str:
        """Where a logout at the server leads back to."""
        return self.page.replace("/callback", "/bye")


@dataclass(frozen=True)
class ForeignServer:
    """A running server, and what is its own way of doing things."""

    issuer: str
    redirects: Redirects
    # What a person does at an authorization URL, with a browser that only knows requests; gives the callback URL.
    visit: Callable[[httpx.Client, str], str]
    # The same in Chromium.
    sign_in: Callable[[Page], None]
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    extra: Mapping[str, str] = field(default_factory=dict)
    secret: str = SECRET
    rotates_for_web: bool = True  # public clients get a new refresh token at each refresh everywhere
    revokes_for_public: bool = True  # RFC 7009 2.1 lets a client without a secret revoke, too

    def rotates(self, kind: str) -> bool:
        """Tell whether a client's refresh token is used once."""
        return kind != "web" or self.rotates_for_web

    def revokes(self, kind: str) -> bool:
        """Tell whether a client can end a login."""
        return kind == "web" or self.revokes_for_public

    def settings(self, kind: str) -> dict[str, str]:
        """Give what a client says of itself: `web` or `cli`."""
        known = {"client_id": kind, "redirect_uri": getattr(self.redirects, kind)}
        return known | ({"secret": self.secret} if kind == "web" else {})

    def log_in(self, url: str) -> str:
        """Do what a person does in a new browser; give the callback URL, which is not visited."""
        with httpx.Client(timeout=PATIENCE) as browser:
            return self.visit(browser, url)


class DidNotStart(Exception):
    """Raised with the end of what a server said."""


@contextmanager
def run(command: list[str], told: object, folder: Path, **environment: str) -> Iterator[str]:
    """Run a server that reads what to register and prints its issuer in a line of JSON. Raises DidNotStart."""
    log = folder / "server.log"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=folder,
            env=_inherited() | {"HOME": str(folder)} | environment,
        ) as process,
    ):
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(told))
            process.stdin.close()
            line = process.stdout.readline()
            if not line:
                raise DidNotStart(f"it ended with {process.wait(PATIENCE)}: {log.read_text()[-2000:]}")
            yield json.loads(line)["issuer"]
        finally:
            process.kill()


def _inherited() -> dict[str, str]:
    return {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
