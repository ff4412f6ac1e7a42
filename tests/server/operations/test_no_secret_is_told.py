"""A full run, good and bad: in logs, journal, traces, metrics, backups and error pages is none of its secrets."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from proofkey.core.records import ClientRecord, User
from proofkey.core.secret import Password
from proofkey.server.accounts import hash_password
from proofkey.server.scopes import OPENID
from proofkey.server.store import open_store
from proofkey.server.store.backup import back_up
from tests.server.network import ROOT, Visitor
from tests.server.operations.serving import PROOFKEY, Serving
from tests.server.person import CALLBACK, Attempt, answer_of, code_for, first_form
from tests.server.tracing.receiver import Received, receiving

PASSWORD, WRONG_PASSWORD = "pq-correct-horse-battery-7719", "pq-wrong-guess-of-eve-4410"
SECRET, WRONG_SECRET = "cs-secret-of-the-web-client-3d8a", "cs-another-secret-of-it-99fe"
STATE, NONCE = "st-state-that-only-the-app-knows-51", "a nonce is kept with its grant: ID tokens repeat it"
PIECE = 16  # characters: so much of a secret in a row is a leak


class Secrets:
    """What was used and must be nowhere, and the bodies of the refusals on the way."""

    def __init__(self) -> None:
        self.values: set[str] = {PASSWORD, WRONG_PASSWORD, SECRET, WRONG_SECRET, STATE}
        self.refusals: list[bytes] = []

    def keep(self, *values: str | None) -> None:
        """Remember secrets."""
        self.values |= {value for value in values if value}

    def refused(self, response: httpx.Response) -> dict[str, str]:
        """Remember a refusal."""
        assert response.status_code >= 400 or "error=" in response.headers.get("location", ""), response.text[:200]
        self.refusals.append(response.content)
        return dict(response.headers)


async def full_run(issuer: str, secrets: Secrets, *, development: bool) -> None:
    """Log in, refresh, use, revoke and log out; and do most of it wrong, too."""
    async with Visitor(issuer) as ada, Visitor(issuer) as eve:
        ada.password, eve.password = PASSWORD, WRONG_PASSWORD
        attempt = Attempt(authorize={"scope": "openid profile", "state": STATE, "nonce": NONCE})
        secrets.keep(attempt.verifier)
        page = await ada.http.get(attempt.url())
        secrets.keep(first_form(page.text).fields["request"])
        code = await code_for(ada, attempt)
        form = attempt.form(code)
        secrets.keep(code, *ada.http.cookies.values())
        for change in (
            {"code_verifier": "vf-not-the-verifier-of-this-login-at-all-00001"},
            {"redirect_uri": CALLBACK + "?token=tk-a-token-in-a-query-7781"},
            {"code": code[:-4]},
            {"code": quote(code + "=")},
            {"client_id": "somebody-else"},
        ):
            secrets.keep(
                *(value for name, value in change.items() if name == "code_verifier"), "tk-a-token-in-a-query-7781"
            )
            secrets.refused(await ada.token(**form | change))
        secrets.refused(await ada.http.post("/oauth/token", json=form))
        secrets.refused(await ada.http.post("/oauth/token", params=form))
        secrets.refused(await ada.http.post("/oauth/token", data=form, auth=("web", WRONG_SECRET)))
        secrets.refused(await ada.http.post("/oauth/token", content=b'{"code": "' + code.encode() + b'"}'))
        tokens = (await ada.token(**form)).json()
        secrets.keep(tokens["access_token"], tokens["refresh_token"], tokens["id_token"])
        secrets.refused(await ada.token(**form))
        second = Attempt(authorize={"client_id": "web", "redirect_uri": CALLBACK}, token={"client_id": "web"})
        code = await code_for(ada, second)
        confidential = (await ada.http.post("/oauth/token", data=second.form(code), auth=("web", SECRET))).json()
        secrets.keep(second.verifier, code, confidential["access_token"], confidential["refresh_token"])
        again = {"grant_type": "refresh_token", "refresh_token": confidential["refresh_token"]}
        renewed = (await ada.http.post("/oauth/token", data=again, auth=("web", SECRET))).json()
        secrets.keep(renewed["access_token"], renewed["refresh_token"])
        secrets.refused(await ada.token(**again, client_id="spa"))
        bearer = {"authorization": f"Bearer {renewed['access_token']}"}
        assert (await ada.http.get("/oauth/userinfo", headers=bearer)).status_code in (200, 403)
        assert (await ada.http.get("/api/v2/users/me", headers=bearer)).status_code == 200
        secrets.refused(await ada.http.get("/api/v2/users/me", params={"access_token": renewed["access_token"]}))
        looked = {"token": renewed["access_token"]}
        assert (await ada.http.post("/oauth/introspect", data=looked, auth=("web", SECRET))).status_code == 200
        secrets.refused(await ada.http.post("/oauth/introspect", data=looked, auth=("web", WRONG_SECRET)))
        assert (await ada.http.post("/oauth/revoke", data=looked, auth=("web", SECRET))).status_code == 200
        for wrong in (
            # In development the page shows a redirect URI that does not match, to its owner, as it was sent.
            {"redirect_uri": "https://evil.example/" + ("" if development else f"?code={code}")},
            {"code_challenge": "plain-" + second.verifier, "code_challenge_method": "plain"},
            {"scope": "no-such-scope"},
            {"client_id": "unknown"},
        ):
            secrets.refused(await ada.http.get(Attempt(authorize=wrong).url()))
        page = await eve.visit(attempt.url())
        assert "Sign in" in page.text
        assert WRONG_PASSWORD not in page.text
        secrets.refused(await eve.http.post("/login", data={"request": "forged", "password": WRONG_PASSWORD}))
        out = await ada.http.get("/logout", params={"id_token_hint": tokens["id_token"]})
        assert out.status_code in (200, 302, 303)
        refused = await ada.http.get(Attempt(authorize={"prompt": "none", "state": STATE}).url())
        assert answer_of(refused)["error"] == "login_required"
        secrets.keep(*ada.http.cookies.values(), *eve.http.cookies.values())


def furnish(folder: Path) -> str:
    """Make a database with ada, a public client and a confidential one."""
    url = f"sqlite:///{folder}/proofkey.db"

    async def work() -> None:
        store = await open_store(url)
        await store.put_user(User("subject-ada", "ada", hash_password(Password(PASSWORD))))
        scopes = tuple(OPENID)
        await store.put_client(ClientRecord("spa", "App", (CALLBACK,), scopes=scopes, trusted=True))
        await store.put_client(
            ClientRecord(
                "web",
                "Web",
                (CALLBACK,),
                scopes=scopes,
                auth_method="client_secret_basic",
                secret_hash=hashlib.sha256(SECRET.encode()).digest(),
                trusted=True,
            )
        )
        await store.close()

    asyncio.run(work())
    return url


def outputs(
    folder: Path, url: str, serving: Serving, metrics: str, traces: Received, secrets: Secrets
) -> Iterator[tuple[str, bytes]]:
    """Give all that an operator, or a stranger who is refused, gets to see."""
    yield "log", serving.log_file.read_bytes()
    journal = [*PROOFKEY, "journal", "--json", "--limit", "1000", "--database", url]
    done = subprocess.run(journal, cwd=ROOT, capture_output=True, timeout=60)
    assert done.stdout.count(b"request_id") > 10
    yield "journal", done.stdout
    assert len(traces.spans()) > 20
    yield "traces", b"".join(traces.bodies)
    yield "metrics", metrics.encode()
    back_up(url, folder / "backup.db")
    yield "backup", (folder / "backup.db").read_bytes()
    yield "database", (folder / "proofkey.db").read_bytes()
    yield "error pages", b"\n".join(secrets.refusals)


def _around(content: bytes, piece: bytes) -> str:
    """Give what stands before a find, to tell where it comes from."""
    at = content.index(piece)
    return content[max(0, at - 120) : at].decode("utf-8", "replace")


def pieces(value: str) -> Iterator[bytes]:
    """Give a secret's pieces as it is, and whole in the usual encodings."""
    yield from (value[at : at + PIECE].encode() for at in range(max(1, len(value) - PIECE + 1)))
    yield quote(value, safe="").encode()
    yield base64.b64encode(value.encode()).rstrip(b"=")
    yield value.encode().hex().encode()


@pytest.mark.parametrize("mode", [("--log-level", "debug"), ("--development",)], ids=["production", "development"])
def test_a_full_run_leaves_no_secret_anywhere(tmp_path: Path, mode: tuple[str, ...]) -> None:
    """Planted values and made ones: passwords, secrets, codes, verifiers, tokens, cookies, sealed forms, states."""
    url, secrets = furnish(tmp_path), Secrets()
    options = ("--log-format", "json", "--access-log", "--metrics-listen", "127.0.0.1:0", *mode)
    with receiving() as traces:
        with Serving(tmp_path, *options, "--otlp-endpoint", traces.endpoint) as serving:
            asyncio.run(full_run(serving.issuer, secrets, development="--development" in mode))
            listening = json.loads(serving.log().splitlines()[0])
            metrics = httpx.get(f"http://{listening['metrics']}/metrics").text
        seen = list(outputs(tmp_path, url, serving, metrics, traces, secrets))
    assert len(secrets.values) > 20
    assert [name for name, content in seen if len(content) < 200] == []
    wanted = {piece: value for value in secrets.values for piece in pieces(value)}
    lengths = {len(piece) for piece in wanted}
    found = {
        (name, wanted[piece][:3], _around(content, piece))
        for name, content in seen
        for length in lengths
        for piece in ({content[at : at + length] for at in range(len(content) - length + 1)} & wanted.keys())
    }
    assert found == set()


def test_the_search_would_find_one() -> None:
    """A code in a log line, a half of it, or its percent-encoded text is found."""
    wanted = set(pieces("AbCdEfGhIjKlMnOpQrStUvWxYz012345"))
    assert b"GhIjKlMnOpQrStUv" in wanted
    assert quote("a b&c" * 4, safe="").encode() in set(pieces("a b&c" * 4))
