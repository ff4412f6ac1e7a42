"""Our real authorization server as a process, with a person and a client, and a proxy in front of it."""

from __future__ import annotations

import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Thread
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import httpx
import pytest

from proofkey.core.pkce import make_verifier, s256
from proofkey.doctor.diagnose import Diagnosis
from proofkey.doctor.message import Message
from proofkey.doctor.watch.proxy import Proxy
from proofkey.doctor.watch.upstream import Upstream
from tests.server.person import first_form

CALLBACK = "http://127.0.0.1:1/callback"
APP = "http://127.0.0.1:1"
PASSWORD = "correct horse"


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start `proofkey serve --development` on a free port."""
    database = f"sqlite:///{tmp_path_factory.mktemp('server') / 'proofkey.db'}"
    start = [sys.executable, "-m", "proofkey"]
    add = [*start, "users", "add", "ada", "--password-stdin", "--database", database]
    subprocess.run(add, input=PASSWORD, text=True, check=True, capture_output=True)
    client = ["--id", "spa", "--trusted", "--redirect-uri", CALLBACK, "--database", database]
    subprocess.run([*start, "clients", "add", *client], check=True, capture_output=True)
    serve = [*start, "serve", "--port", "0", "--development", "--database", database]
    with subprocess.Popen(serve, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        printed = ""
        while (found := re.search(r"serves (http://\S+)", printed)) is None:
            line = process.stderr.readline()
            assert line, f"the server ended with {process.wait()}: {printed}"
            printed += line
        Thread(target=process.stderr.read, daemon=True).start()  # so that the pipe never fills
        yield found.group(1)
        process.terminate()
        process.wait(60)


@dataclass
class Watched:
    """A running proxy and what it told."""

    proxy: Proxy
    told: list[tuple[Message, Diagnosis | None]] = field(default_factory=list)

    @property
    def findings(self) -> list[str]:
        """Name every fault that was told."""
        return [each.fault.slug for _, news in self.told if news is not None for each in news.findings]


@pytest.fixture
def watched(issuer: str) -> Iterator[Watched]:
    """Start a proxy in front of the server."""
    told: list[tuple[Message, Diagnosis | None]] = []
    upstream = Upstream(issuer)
    with Proxy("127.0.0.1", 0, upstream, lambda message, news: told.append((message, news))) as proxy:
        thread = Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield Watched(proxy, told)
        proxy.shutdown()
        thread.join()
    upstream.close()


@dataclass
class Attempt:
    """One login of an app that points at `server`."""

    server: str
    verifier: str = field(default_factory=lambda: make_verifier(secrets.token_bytes).reveal())
    code: str = ""

    def authorize(self, **changes: str) -> None:
        """Send a browser to the authorization endpoint, log in, and keep the code."""
        from proofkey.core.secret import Verifier

        query = {
            "response_type": "code",
            "client_id": "spa",
            "redirect_uri": CALLBACK,
            "state": secrets.token_urlsafe(16),
            "code_challenge": s256(Verifier(self.verifier)),
            "code_challenge_method": "S256",
        } | changes
        with httpx.Client(follow_redirects=False) as browser:
            response = browser.get(f"{self.server}/oauth/authorize?{urlencode(query)}")
            while not (response.is_redirect and response.headers["location"].startswith(CALLBACK)):
                if response.is_redirect:
                    response = browser.get(urljoin(str(response.url), response.headers["location"]))
                    continue
                assert response.status_code == 200, response.text[:500]
                form = first_form(response.text)
                form.fields |= {"username": "ada", "password": PASSWORD}
                response = browser.post(urljoin(str(response.url), form.action), data=form.fields)
        self.code = dict(parse_qsl(urlsplit(response.headers["location"]).query))["code"]

    def redeem(self, **changes: str) -> httpx.Response:
        """Redeem the code as a page of the app would."""
        form = {
            "grant_type": "authorization_code",
            "code": self.code,
            "redirect_uri": CALLBACK,
            "client_id": "spa",
            "code_verifier": self.verifier,
        } | changes
        return httpx.post(f"{self.server}/oauth/token", data=form, headers={"Origin": APP})
