"""Everybody at once: the threads and tasks of several processes ask at expiry, and the server sees one refresh."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from proofkey.client.blocking import Client
from proofkey.client.token_document import Kept, dump_with_secrets
from proofkey.client.token_stores import FileStore
from tests.client.processes import ask_at_once
from tests.client.real_server import RealServer
from tests.server.person import CALLBACK

# 50 threads and 50 tasks of one process, all waiting for the same signal.
PROCESS = """
import asyncio, hashlib, sys, threading
from proofkey.client.blocking import Client
from proofkey.client.token_keeper import TokenKeeper
from proofkey.client.token_stores import FileStore
issuer, path = sys.argv[1:]
client = Client.discover(issuer, client_id="spa", redirect_uri="https://app.example/callback")
keeper, given, gate = TokenKeeper(client, FileStore(path)), set(), threading.Barrier(51)

def ask():
    gate.wait()
    given.add(keeper.access_token().reveal())

async def ask_all():
    given.update(token.reveal() for token in await asyncio.gather(*(keeper.access_token_async() for _ in range(50))))

threads = [threading.Thread(target=ask) for _ in range(50)]
for thread in threads:
    thread.start()
print("ready", flush=True)
sys.stdin.readline()
gate.wait()
asyncio.run(ask_all())
for thread in threads:
    thread.join()
print(len(given), hashlib.sha256(given.pop().encode()).hexdigest(), flush=True)
"""


def test_four_processes_of_fifty_threads_and_fifty_tasks(real_server: RealServer, tmp_path: Path) -> None:
    """Four hundred ask; one refresh request arrives; all have the same new token."""
    client = Client.discover(real_server.issuer, client_id="spa", redirect_uri=CALLBACK)
    url, transaction = client.begin(scopes=["openid", "users:readonly"])
    tokens = replace(client.finish(real_server.log_in(url), transaction), expires_at=1_000.0)
    client.close()
    FileStore(tmp_path / "tokens.json").write(dump_with_secrets(Kept(tokens, 1.0)))
    real_server.refreshes = 0
    printed = ask_at_once(PROCESS, real_server.issuer, str(tmp_path / "tokens.json"))
    assert len(printed) == 1
    assert printed.pop().startswith("1 ")
    assert real_server.refreshes == 1
