"""Who is told what: the network the RFC's words, the journal the exact fault, production after the answer."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from base64 import urlsafe_b64encode
from itertools import count
from types import SimpleNamespace

import pytest

from proofkey.core.records import JournalEntry
from proofkey.server import diagnosing
from tests.server.person import Attempt, Person, client, code_for, open_test_server


@pytest.fixture
async def production(tmp_path, clock, monkeypatch):
    """A server that is not in development, and does not rest between two searches."""
    monkeypatch.setattr(diagnosing, "REST", 0)
    server = await open_test_server(tmp_path, clock=clock, development=False)
    await server.store.put_client(client(trusted=True))
    await server.start()
    yield server
    await server.close()


async def journalled(server, request_id: str) -> JournalEntry:
    """Wait until the journal has the entry of a request."""
    async with asyncio.timeout(60):
        while True:
            if entries := await server.store.journal_of_request(request_id):
                return entries[-1]
            await asyncio.sleep(0.01)


def hashed_twice(verifier: str) -> str:
    """Make the challenge of a client that hashes twice."""

    def once(text: str) -> str:
        return urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")

    return once(once(verifier))


async def test_production_answers_first_and_names_the_fault_in_the_journal(production) -> None:
    """No diagnosis on the network; the exact fault by request id, and nothing secret with it."""
    async with Person(production) as person:
        attempt = Attempt()
        attempt.authorize = {"code_challenge": hashed_twice(attempt.verifier)}
        code = await code_for(person, attempt)
        response = await person.token(**attempt.form(code))
    assert set(response.json()) == {"error", "error_description"}
    entry = await journalled(production, response.headers["x-request-id"])
    assert entry.fault == "challenge-hashed-twice"
    assert entry.client_id == "spa"
    written = str(entry)
    assert attempt.verifier not in written
    assert code not in written


@pytest.mark.shows("A98")
async def test_all_failed_proofs_sound_alike(production) -> None:
    """The words do not tell a thief what is wrong with a stolen code (attack A98)."""
    bodies = set()
    async with Person(production) as person:
        for spoil in (
            {"code_verifier": Attempt().verifier},
            {"redirect_uri": "https://app.example/other"},
            {"code": "nonsense"},
            {"code_verifier": "short"},
        ):
            attempt = Attempt()
            response = await person.token(**attempt.form(await code_for(person, attempt)) | spoil)
            assert response.status_code == 400
            bodies.add(response.text)
    assert len(bodies) == 1


async def test_good_exchanges_are_not_journalled_in_production(production) -> None:
    """Production keeps refused requests only (decision 12)."""
    async with Person(production) as person:
        attempt = Attempt()
        await person.token(**attempt.form(await code_for(person, attempt)))
    assert await production.store.journal() == []


async def test_searches_are_rationed(production) -> None:
    """Once per code, five a minute per client; beyond that the judgement's own fault stands, marked unsearched."""
    async with Person(production) as person:
        attempt = Attempt()
        form = attempt.form(await code_for(person, attempt)) | {"code_verifier": Attempt().verifier}
        ids = [(await person.token(**form)).headers["x-request-id"] for _ in range(3)]
    entries = [await journalled(production, request_id) for request_id in ids]
    assert [entry.fault for entry in entries] == ["verifier-unrelated"] * 3
    assert [dict(entry.details).get("searched") for entry in entries] == [None, "no", "no"]


async def test_the_rest_behind_a_search_is_bounded(production, monkeypatch) -> None:
    """A first search that loads what it needs on a busy machine would hold the others up for minutes."""
    may_go_on, hours = threading.Event(), count(step=3600)
    monkeypatch.setattr(diagnosing, "REST", 19)
    monkeypatch.setattr(diagnosing, "LONGEST_REST", 0.05)
    monkeypatch.setattr(diagnosing, "time", SimpleNamespace(time_ns=lambda: 0, monotonic=hours.__next__))
    monkeypatch.setattr(diagnosing, "explain", lambda *_: may_go_on.wait(60) and None)
    async with Person(production) as person:
        attempts = [Attempt(token={"code_verifier": "v" * 43}) for _ in range(2)]
        refused = [await person.token(**attempt.form(await code_for(person, attempt))) for attempt in attempts]
    may_go_on.set()
    entries = [await journalled(production, answer.headers["x-request-id"]) for answer in refused]
    assert [dict(entry.details).get("searched") for entry in entries] == [None, None]


@pytest.mark.shows("A23")
async def test_after_twenty_failed_proofs_nothing_is_diagnosed(server, ada) -> None:
    """Somebody is guessing; the code stays good for its owner (decision 4)."""
    attempt = Attempt()
    form = attempt.form(await code_for(ada, attempt))
    answers = [await ada.token(**form | {"code_verifier": Attempt().verifier}) for _ in range(22)]
    assert ["error_uri" in answer.json() for answer in answers] == [True] * 20 + [False] * 2
    assert (await ada.token(**form)).status_code == 200
