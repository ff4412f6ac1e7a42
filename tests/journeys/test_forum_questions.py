"""The five documents behind this project: their faulty requests, sent to the real server.

Each gets its name in the server's journal, and `proofkey doctor` gives the same from a recording of the run.
"""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from proofkey.cli.main import main
from tests.journeys.recording import Recording
from tests.server.person import CALLBACK, Attempt, Person, client, open_test_server

Run = Callable[[Person, Attempt], Awaitable[httpx.Response]]


async def authorize(person: Person, attempt: Attempt) -> httpx.Response:
    """Ask for the code and stop there."""
    return await person.visit(attempt.url())


async def whole(person: Person, attempt: Attempt) -> httpx.Response:
    """Log in and send the token request."""
    return await person.token(**attempt.form(await _code(person, attempt)))


async def as_json(person: Person, attempt: Attempt, path: str = "/oauth/token") -> httpx.Response:
    """Send the token request as JSON."""
    return await person.http.post(path, json=attempt.form(await _code(person, attempt)))


async def to_the_api(person: Person, attempt: Attempt) -> httpx.Response:
    """Send JSON to the API's path."""
    return await as_json(person, attempt, "/api/v2/oauth/token")


async def twice(person: Person, attempt: Attempt) -> httpx.Response:
    """Send the token request two times."""
    form = attempt.form(await _code(person, attempt))
    await person.token(**form)
    return await person.token(**form)


async def _code(person: Person, attempt: Attempt) -> str:
    response = await person.visit(attempt.url())
    callback = response.headers["location"]
    # The page of the app is not there; a browser's recording shows the visit all the same.
    person.recording.entries[-1]["response"]["redirectURL"] = callback  # type: ignore[attr-defined]
    return httpx.URL(callback).params["code"]


def printed_bytes() -> str:
    """What btoa makes of a typed array: base64 of its printed numbers."""
    return b64encode(b"12,255,7,191,33,76,201,5,44,90,18,230,61,2,149,88,17,203,9,64,128,77,250").decode().rstrip("=")


VERIFIER = "a" * 20 + "-a-verifier-of-this-login-" + "b" * 20
DIGEST = sha256(VERIFIER.encode()).digest()


@dataclass(frozen=True)
class Question:
    """A faulty login out of a document, and the name it must get."""

    name: str
    fault: str
    attempt: Attempt
    run: Run = whole
    journal: str | None = None  # where the server names it otherwise than the doctor does


QUESTIONS = [
    Question(
        "000-challenge-never-hashed",
        "challenge-printed-bytes",
        Attempt(authorize={"code_challenge": printed_bytes()}),
        authorize,
    ),
    Question(
        "000-padding-as-in-the-advice",
        "challenge-padded",
        Attempt(VERIFIER, authorize={"code_challenge": urlsafe_b64encode(DIGEST).decode()}),
        authorize,
    ),
    Question("001-verifier-removed-to-see", "verifier-missing", Attempt(without=frozenset({"token.code_verifier"}))),
    Question("001-thirty-two-characters", "verifier-too-short", Attempt("x" * 32)),
    Question(
        "001-a-second-redirect-uri",
        "redirect-uri-differs",
        Attempt(token={"redirect_uri": "http://localhost:3000/callback"}),
    ),
    Question(
        "001-a-second-client-id",
        "code-of-other-client",
        Attempt(token={"client_id": "my-client-id"}),
        journal="client-unknown",
    ),
    Question(
        "001-confidential-as-in-the-advice",
        "secret-in-public-client",
        Attempt(token={"client_secret": "from-the-console"}),
    ),
    Question("002-json-to-the-api", "wrong-token-path", Attempt(), to_the_api),
    Question(
        "002-plain-as-in-the-advice",
        "challenge-method-plain-refused",
        Attempt(VERIFIER, authorize={"code_challenge": VERIFIER, "code_challenge_method": "plain"}),
        authorize,
    ),
    Question(
        "002-encoded-twice-as-in-the-advice",
        "redirect-uri-double-encoded",
        Attempt(token={"redirect_uri": "https%3A%2F%2Fapp.example%2Fcallback"}),
    ),
    Question("003-json", "token-body-json", Attempt(), as_json),
    Question(
        "003-verifier-made-again",
        "verifier-unrelated",
        Attempt(token={"code_verifier": "another-verifier-made-at-the-callback-0123456789"}),
    ),
    Question("003-curl-of-the-advice", "client-id-missing", Attempt(without=frozenset({"token.client_id"}))),
    Question("003-used-twice", "code-redeemed-twice", Attempt(), twice),
    Question("004-verifier-lost", "verifier-is-null-text", Attempt(token={"code_verifier": "null"})),
    Question("004-scopes-of-the-tutorial", "scope-refused", Attempt(authorize={"scope": "login user:me"}), authorize),
    Question(
        "004-not-registered",
        "redirect-uri-not-registered",
        Attempt(authorize={"redirect_uri": f"{CALLBACK}.html"}),
        authorize,
    ),
]


@pytest.fixture
async def person(tmp_path):
    """Ada at a recording browser, in front of a server with Genesys Cloud's surface."""
    server = await open_test_server(tmp_path, personality="genesys")
    await server.store.put_client(client(trusted=True))
    await server.start()
    async with Person(server) as person:
        person.recording = Recording()
        person.http.event_hooks = person.recording.hooks
        yield person
    await server.close()


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
async def test_the_server_and_the_doctor_name_the_fault(person, question, tmp_path, capsys) -> None:
    """One slug, in the journal by request id and in the doctor's first findings."""
    response = await question.run(person, question.attempt)
    entries = await person.server.store.journal_of_request(response.headers["x-request-id"])
    assert entries, (response.status_code, response.text[:300])
    assert entries[-1].fault == (question.journal or question.fault)
    har = Path(tmp_path) / "login.har"
    har.write_text(json.dumps(person.recording.har()))
    code = main(["doctor", "--json", str(har)])
    report = json.loads(capsys.readouterr().out)
    named = [finding["fault"] for finding in report["findings"]]
    if question.fault == "redirect-uri-not-registered":
        assert question.fault in named  # without the registration the page is all there is
        return
    assert code == 1, report
    assert question.fault in named[:2], [(f["fault"], f["explanation"]) for f in report["findings"]]
