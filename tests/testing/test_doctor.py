"""What a client records of each failure, the doctor calls by the name that the server's journal has for it."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from proofkey import Client
from proofkey.doctor.diagnose import diagnose
from proofkey.doctor.sources import read
from proofkey.server.development.failures import FAILURES
from proofkey.testing import LoginServer
from proofkey.testing.login_server import FailureName
from tests.journeys.recording import Recording

CALLBACK = "http://127.0.0.1:8765/callback"

# An expired code is known to the server alone (`code-not-accepted` at the most), a lost answer leaves nothing to read.
TOLD: list[FailureName] = ["rate-limit", "genesys-rate-limit", "unavailable", "html-answer", "redirect-token"]


async def record(server: LoginServer, name: FailureName) -> bytes:
    """Log in with httpx as a client would; give the HAR."""
    client = server.add_client(redirect_uri=CALLBACK)
    app = Client.discover(server.issuer, client_id=client.client_id, redirect_uri=CALLBACK)
    url, transaction = app.begin()
    server.fail(name, client=client)
    recording = Recording()
    hooks = recording.hooks
    async with httpx.AsyncClient(transport=server.transport, event_hooks=hooks) as http:  # type: ignore[arg-type]
        callback = await asyncio.to_thread(server.log_in, url, server.add_user())
        await http.get(url)
        recording.entries[-1]["response"] |= {"status": 302, "redirectURL": callback}
        recording.entries[-1]["response"]["headers"] = [{"name": "location", "value": callback}]
        code = httpx.URL(callback).params["code"]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
        form |= {"client_id": client.client_id, "code_verifier": transaction.verifier.reveal()}
        await http.post(f"{server.issuer}/oauth/token", data=form)
    app.close()
    return json.dumps(recording.har()).encode()


@pytest.mark.parametrize("name", TOLD)
async def test_the_doctor_finds_it_in_a_recording(proofkey_server: LoginServer, name: FailureName) -> None:
    """As the first finding."""
    result = diagnose(read("login.har", await record(proofkey_server, name)))
    assert [each.fault.slug for each in result.findings][:1] == [FAILURES[name].fault]
    assert proofkey_server.refusals()[0].fault == FAILURES[name].fault
