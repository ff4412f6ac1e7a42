"""The drill: back up a server under load, lose it, restore it; nothing that was spent or ended since is good again."""

from __future__ import annotations

import asyncio
import signal
import subprocess
from pathlib import Path

from tests.ports import held_port
from tests.server.network import ROOT, Visitor
from tests.server.operations.load import visiting
from tests.server.operations.serving import PROOFKEY, Serving, furnish
from tests.server.person import Attempt, code_for


def command(*arguments: str) -> str:
    """Run a command line and give what it says."""
    done = subprocess.run([*PROOFKEY, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_backup_and_restore_under_load(tmp_path: Path) -> None:
    """Codes, refresh tokens, revoked tokens and sessions of before stay refused; a new login works at once."""
    url = furnish(tmp_path)
    backup = tmp_path / "backup.db"

    async def before(serving: Serving) -> dict[str, str]:
        async with Visitor(serving.issuer) as ada:
            first, second, third = Attempt(), Attempt(), Attempt()
            early = (await ada.token(**first.form(await code_for(ada, first)))).json()
            doomed = (await ada.token(**second.form(await code_for(ada, second)))).json()
            async with visiting(serving.issuer) as load:
                await load.until(20)
                await asyncio.to_thread(command, "db", "backup", str(backup), "--database", url)
                await load.until(20)
            assert load.refused == []
            spent = await code_for(ada, third)
            tokens = (await ada.token(**third.form(spent))).json()
            later = {"grant_type": "refresh_token", "refresh_token": early["refresh_token"], "client_id": "spa"}
            rotated = (await ada.token(**later)).json()
            revoking = {"token": doomed["refresh_token"], "client_id": "spa"}
            assert (await ada.http.post("/oauth/revoke", data=revoking)).status_code == 200
            fourth = Attempt()
            waiting = await code_for(ada, fourth)
            return {
                "spent": spent,
                "spent verifier": third.verifier,
                "waiting": waiting,
                "waiting verifier": fourth.verifier,
                "old refresh": early["refresh_token"],
                "new refresh": rotated["refresh_token"],
                "unknown refresh": tokens["refresh_token"],
                "doomed refresh": doomed["refresh_token"],
                "doomed access": doomed["access_token"],
                "cookie": "; ".join(f"{name}={value}" for name, value in ada.http.cookies.items()),
            }

    async def after(serving: Serving, kept: dict[str, str]) -> None:
        async with Visitor(serving.issuer) as app:
            for name in ("spent", "waiting"):
                refused = await app.token(**Attempt(verifier=kept[f"{name} verifier"]).form(kept[name]))
                assert refused.status_code == 400
                assert refused.json()["error_uri"].endswith("/code-from-before-restore"), refused.text
            for name in ("new refresh", "old refresh", "unknown refresh", "doomed refresh"):
                refused = await app.token(grant_type="refresh_token", refresh_token=kept[name], client_id="spa")
                assert refused.json()["error"] == "invalid_grant", name
            bearer = {"authorization": f"Bearer {kept['doomed access']}"}
            assert (await app.http.get("/api/v2/users/me", headers=bearer)).status_code == 401
            page = await app.http.get(Attempt().url(), headers={"cookie": kept["cookie"]})
            assert 'name="password"' in page.text
        async with Visitor(serving.issuer) as ada:
            attempt = Attempt()
            tokens = (await ada.token(**attempt.form(await code_for(ada, attempt)))).json()
            again = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], "client_id": "spa"}
            assert (await ada.token(**again)).status_code == 200

    with held_port() as port:
        with Serving(tmp_path, "--development", port=port) as serving:
            kept = asyncio.run(before(serving))
            assert serving.end(signal.SIGKILL) == -signal.SIGKILL
        said = command("db", "restore", str(backup), "--replace", "--database", url)
        assert "every login has ended" in said
        assert ".before-" in said
        with Serving(tmp_path, "--development", port=port) as serving:
            asyncio.run(after(serving, kept))
    assert "Traceback" not in serving.log()


def test_a_clock_behind_the_restore_is_said_before_anything_is_served(tmp_path: Path) -> None:
    """Its codes would all be refused; better no server than one that cannot log anybody in."""
    url = furnish(tmp_path)

    async def mark() -> None:
        from proofkey.server.store import open_store

        store = await open_store(url)
        await store.mark_restored(now=4e9, through=4e9, keep_logins=True)
        await store.close()

    asyncio.run(mark())
    done = subprocess.run(
        [*PROOFKEY, "serve", "--port", "0", "--database", url], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert "set the clock right" in done.stderr


def test_a_database_that_other_means_restored_is_marked(tmp_path: Path) -> None:
    """A snapshot, or PostgreSQL's own recovery."""
    url = furnish(tmp_path)
    assert "every login has ended" in command("db", "restored", "--database", url)
    assert "is good again" in command("db", "restored", "--keep-logins", "--database", url)
