"""The log: one line per event, for people or machines, with the request id and the fault, and no secret."""

from __future__ import annotations

import io
import json
import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofkey.server.endpoints import health
from proofkey.server.logs import event, set_up
from proofkey.server.logs.formats import FORMATS, redacted
from proofkey.server.observing import LINES, Observing
from tests.server.operations.serving import Serving, furnish
from tests.server.person import Attempt, Clock, Person, code_for, open_test_server

LOG = logging.getLogger("proofkey.test")


@pytest.fixture
def lines():
    """What is logged as JSON, decoded."""
    root, stream = logging.getLogger(), io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(FORMATS["json"]())
    level = root.level
    root.setLevel(logging.INFO)
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


def written(log_format: str, name: str, **fields: object) -> str:
    """Write one event in a format."""
    record = LOG.makeRecord(LOG.name, logging.INFO, "", 0, name, (), None, extra={"fields": fields})
    return FORMATS[log_format]().format(record)


async def test_a_refusal_is_one_line_with_its_fault_and_request_id(tmp_path: Path, lines) -> None:
    """At the level info: it is the client's mistake."""
    server = await open_test_server(tmp_path)
    attempt = Attempt(token={"redirect_uri": "https://app.example/callback/"})
    async with Person(server) as ada:
        answer = await ada.token(**attempt.form(await code_for(ada, attempt)))
    await server.close()
    (line,) = [each for each in lines() if each["event"] == "refused"]
    assert line["level"] == "info"
    assert line["fault"] == "redirect-uri-trailing-slash"
    assert line["request_id"] == answer.headers["x-request-id"]
    assert (line["endpoint"], line["status"], line["client"], line["error"]) == ("token", 400, "spa", "invalid_grant")


async def test_a_fault_of_the_server_is_an_error_with_its_traceback(tmp_path: Path, lines, monkeypatch) -> None:
    """The network gets the request id, the log the place in the code, and neither what the message quotes."""

    async def broken(server: object, request: object) -> None:
        raise ValueError("cannot read dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")

    monkeypatch.setattr(health, "health", broken)
    server = await open_test_server(tmp_path)
    async with Person(server) as ada:
        answer = await ada.http.get("/healthz")
    await server.close()
    assert answer.status_code == 500
    (line,) = [each for each in lines() if each["event"] == "server-fault"]
    assert line["level"] == "error"
    assert line["request_id"] == answer.headers["x-request-id"]
    assert "test_logs.py" in line["traceback"]
    assert "ValueError: cannot read (...)" in line["traceback"]
    assert server.observing.counts.server_faults == 1


async def test_good_requests_are_logged_when_asked_for(tmp_path: Path, lines) -> None:
    """A line for each, without path, query or address."""
    quiet = await open_test_server(tmp_path)
    async with Person(quiet) as ada:
        await code_for(ada, Attempt())
    await quiet.close()
    assert [each for each in lines() if each["event"] == "answered"] == []
    (tmp_path / "b").mkdir()
    told = await open_test_server(tmp_path / "b", observing=Observing(access_log=True))
    async with Person(told) as ada:
        await code_for(ada, Attempt())
    await told.close()
    answered = [each for each in lines() if each["event"] == "answered"]
    assert [each["endpoint"] for each in answered] == ["authorize", "login", "consent", "consent"]
    assert set(answered[0]) == {"time", "level", "logger", "event", "endpoint", "method", "status", "ms", "request_id"}


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_value_can_begin_another_line(name: str, text: str) -> None:
    """In either format an event is one line, and JSON gives back what was said."""
    for log_format in FORMATS:
        line = written(log_format, name, text=text)
        assert line.isprintable()
        assert len(line.splitlines()) == 1
    assert json.loads(written("json", name, text=text))["text"] == text


def test_people_read_names_and_values() -> None:
    """Plain words stand as they are; others in quotes; what is None is left out."""
    line = written("human", "refused", endpoint="token", words="two words", client=None)
    assert line.endswith('INFO     proofkey.test refused endpoint=token words="two words"')


@pytest.mark.parametrize("value", ["dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "a" * 5000, "x%20y" * 10])
def test_long_unreadable_words_are_taken_out(value: str) -> None:
    """What an exception's message quotes is not repeated."""
    assert value[:30] not in redacted(f"cannot read {value}")
    assert redacted("no such table: grants") == "no such table: grants"


def test_causes_are_told_too(lines) -> None:
    """The exception that was first, and the one that came of it."""
    try:
        try:
            raise KeyError("first")
        except KeyError as error:
            raise RuntimeError("second") from error
    except RuntimeError:
        event(LOG, logging.ERROR, "server-fault", traceback=True)
    trace = lines()[-1]["traceback"]
    assert trace.index("RuntimeError: second") < trace.index("KeyError: 'first'")


def test_setting_up_replaces_what_was_there(monkeypatch) -> None:
    """The level is kept, and third parties are heard from warnings on."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        set_up("json", "warning")
        event(LOG, logging.INFO, "unheard")
        event(LOG, logging.WARNING, "heard")
        logging.getLogger("asyncio").info("Using a selector.")
    finally:
        root.handlers = handlers
        root.setLevel(level)
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["heard"]


def test_a_server_says_when_it_begins_and_ends(tmp_path: Path) -> None:
    """As JSON every line is one, from the first to the last; a failure to start is one line too."""
    furnish(tmp_path)
    with Serving(tmp_path, "--log-format", "json") as serving:
        pass
    events = [json.loads(line) for line in serving.log().splitlines()]
    assert [each["event"] for each in events] == ["listening", "started", "stopping", "stopped"]
    assert events[0]["database"].startswith(f"sqlite:///{tmp_path}")
    assert events[1]["issuer"] == serving.issuer


def test_people_read_which_database_is_served(tmp_path: Path) -> None:
    """A mistyped address is a new installation, in which nobody can log in: the first line shows it."""
    furnish(tmp_path)
    with Serving(tmp_path) as serving:
        pass
    assert f", sqlite:///{tmp_path}" in serving.log().splitlines()[0]


async def test_a_sign_in_that_failed_is_told_without_the_name(tmp_path: Path, lines) -> None:
    """Wrong ones, then those that are held back; with the network, not the address. Time stands still."""
    server = await open_test_server(tmp_path, clock=Clock())
    async with Person(server, username="her-password-by-mistake", password="wrong") as eve:
        for _ in range(6):
            await eve.visit(Attempt().url())
    await server.close()
    told = [each for each in lines() if each["event"] == "sign-in-refused"]
    assert [each["reason"] for each in told] == ["wrong"] * 5 + ["held-back"]
    assert {each["network"] for each in told} == {"127.0.0.0/24"}
    assert "mistake" not in json.dumps(lines())


def test_a_flood_of_sign_ins_fills_no_disk(lines) -> None:
    """Some lines a minute for a network."""
    observing = Observing()
    for number in range(3 * LINES):
        observing.sign_in_refused("held-back", "192.0.2.0/24", 60.0, f"{number}")
    observing.sign_in_refused("wrong", "198.51.100.0/24", 60.0, "other")
    assert [each["event"] for each in lines()] == ["sign-in-refused"] * (LINES + 1)
