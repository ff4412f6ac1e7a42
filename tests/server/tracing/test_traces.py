"""One trace shows a login: authorize, login, token; with the fault and the request id, and nothing secret."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys

import pytest

from proofkey.core.errors import Misuse
from proofkey.server.tracing import opening
from proofkey.server.tracing.opening import open_tracing
from tests.server.person import PASSWORD, Attempt, Person, client, code_for, open_test_server
from tests.server.tracing.receiver import attributes, receiving

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
BROWSER = f"00-{TRACE}-{SPAN}-01"
OTHER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def collector():
    """A collector that keeps what it gets."""
    with receiving() as received:
        yield received


@pytest.fixture
async def traced(tmp_path, collector):
    """A server in development mode that traces."""
    tracing = open_tracing("http://127.0.0.1:9999", collector.endpoint, {})
    server = await open_test_server(tmp_path, tracing=tracing)
    await server.start()
    yield server
    await server.close()


async def log_in(server, attempt: Attempt | None = None, **headers: str) -> dict[str, str]:
    """Log in and redeem the code; give the secrets that were used."""
    attempt = attempt or Attempt()
    async with Person(server) as ada:
        ada.http.headers.update(headers)
        code = await code_for(ada, attempt)
        tokens = (await ada.token(**attempt.form(code))).json()
        cookies = {f"cookie {name}": value for name, value in ada.http.cookies.items()}
    return {"code": code, "verifier": attempt.verifier, "access": tokens.get("access_token", "-" * 20)} | cookies


async def test_one_trace_shows_the_whole_login(traced, collector) -> None:
    """Login, consent and token join the authorization request's trace, carried by the form and by the code."""
    await log_in(traced)
    await traced.close()
    spans = collector.spans()
    assert sorted(span.name for span in spans) == ["authorize", "consent", "consent", "login", "token"]
    assert len({span.trace_id for span in spans}) == 1
    by_name = {span.name: span for span in spans}
    first = by_name["authorize"].span_id
    assert by_name["authorize"].parent_span_id == b""
    assert {by_name[name].parent_span_id for name in ("login", "consent", "token")} == {first}
    said = attributes(by_name["token"])
    assert said["http.response.status_code"] == 200
    assert said["http.route"] == "/oauth/token"
    assert said["proofkey.client"] == "spa"
    assert len(str(said["proofkey.request_id"])) == 32
    logins = {attributes(span).get("proofkey.login") for span in (by_name["token"], *spans)}
    assert len(logins - {None}) == 1  # the code's and the token's fingerprint are one
    assert collector.paths == ["/v1/traces"] * len(collector.paths)
    assert {each["service.name"] for each in collector.resources()} == {"proofkey"}


async def test_the_browsers_trace_is_the_logins(traced, collector) -> None:
    """With a `traceparent` on every request, as a proxy or a page's instrumentation sends it."""
    await log_in(traced, traceparent=BROWSER, tracestate="vendor=1")
    await traced.close()
    assert {span.trace_id.hex() for span in collector.spans()} == {TRACE}
    assert {span.parent_span_id.hex() for span in collector.spans()} == {SPAN}
    assert {span.trace_state for span in collector.spans()} == {"vendor=1"}


async def test_a_page_names_its_trace_in_the_authorization_request(traced, collector) -> None:
    """A navigation carries no header of the page; the parameter does, and the code brings the token step along."""
    await log_in(traced, Attempt(authorize={"traceparent": BROWSER}))
    await traced.close()
    assert {span.trace_id.hex() for span in collector.spans()} == {TRACE}


async def test_a_token_request_with_a_trace_of_its_own_is_in_both(traced, collector) -> None:
    """The page's fetch is instrumented, its navigation was not: each trace has the step, linked to the other."""
    attempt = Attempt()
    async with Person(traced) as ada:
        code = await code_for(ada, attempt)
        ada.http.headers["traceparent"] = OTHER
        await ada.token(**attempt.form(code))
    await traced.close()
    spans = collector.spans()
    login = next(span for span in spans if span.name == "authorize").trace_id
    theirs, ours = sorted((span for span in spans if span.name == "token"), key=lambda span: span.trace_id == login)
    assert theirs.trace_id.hex() == OTHER.split("-")[1]
    assert theirs.parent_span_id.hex() == OTHER.split("-")[2]
    assert ours.trace_id == login
    assert [link.span_id for link in ours.links] == [theirs.span_id]
    assert [link.trace_id for link in theirs.links] == [login]
    assert attributes(ours) == attributes(theirs)


async def test_a_refusal_has_its_fault_and_request_id(traced, collector) -> None:
    """The same slug and id as in the answer and in the journal."""
    attempt = Attempt(token={"code_verifier": "x" * 43})
    async with Person(traced) as ada:
        answer = await ada.token(**attempt.form(await code_for(ada, attempt)))
    await traced.close()
    token = next(span for span in collector.spans() if span.name == "token")
    said = attributes(token)
    assert said["proofkey.fault"] == answer.json()["error_uri"].rpartition("/")[2]
    assert said["proofkey.request_id"] == answer.headers["x-request-id"]
    assert said["proofkey.error"] == "invalid_grant"
    assert token.status.code == token.status.STATUS_CODE_ERROR


async def test_in_production_the_exact_fault_follows_as_a_span_of_its_own(tmp_path, collector) -> None:
    """The answer, and its span, do not wait for the search."""
    tracing = open_tracing("http://127.0.0.1:9999", collector.endpoint, {})
    server = await open_test_server(tmp_path, tracing=tracing, development=False)
    await server.start()
    attempt = Attempt()
    async with Person(server) as ada:
        form = attempt.form(await code_for(ada, attempt)) | {"redirect_uri": "https://app.example/callback/"}
        assert (await ada.token(**form)).status_code == 400
        async with asyncio.timeout(60):
            while not server.observing.counts.refusals:  # noqa: ASYNC110  # a search tells nobody
                await asyncio.sleep(0.02)
    await server.close()
    by_name = {span.name: span for span in collector.spans()}
    assert attributes(by_name["token"])["proofkey.fault"] == "redirect-uri-differs"
    assert attributes(by_name["diagnosis"])["proofkey.fault"] == "redirect-uri-trailing-slash"
    assert by_name["diagnosis"].trace_id == by_name["token"].trace_id


async def test_refreshing_and_revoking_are_steps_too(traced, collector) -> None:
    """A fingerprint holds the later steps together with the login, for as long as it lives."""
    attempt = Attempt()
    async with Person(traced) as ada:
        tokens = (await ada.token(**attempt.form(await code_for(ada, attempt)))).json()
        refreshed = await ada.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"], client_id="spa")
        assert refreshed.status_code == 200
        await ada.http.post("/oauth/revoke", data={"token": tokens["access_token"], "client_id": "spa"})
    await traced.close()
    logins = {span.name: attributes(span).get("proofkey.login") for span in collector.spans()}
    assert logins["token"] == logins["refresh"] == logins["revoke"] is not None


async def test_no_span_holds_a_secret(traced, collector) -> None:
    """Nothing of what was sent is there: neither code nor verifier, token, cookie, password, user name, query."""
    secrets = await log_in(traced, Attempt(authorize={"state": "the-state-of-this-login"}))
    await traced.close()
    everything = b"".join(collector.bodies)
    assert len(everything) > 500
    named = [*secrets.values(), PASSWORD, "the-state-of-this-login", "code_challenge"]
    assert [value for value in named if value.encode() in everything] == []
    # A request id, which is hexadecimal, may have these three letters in it; no word is them.
    texts = [str(text) for span in collector.spans() for text in (span.name, *attributes(span).values())]
    assert [text for text in texts if "ada" in re.findall(r"\w+", text)] == []


async def test_what_the_caller_does_not_sample_is_not_sent(traced, collector) -> None:
    """The flag of the caller's trace decides, for the whole login."""
    await log_in(traced, traceparent=BROWSER[:-2] + "00")
    await traced.close()
    assert collector.spans() == []


async def test_a_damaged_traceparent_is_none(traced, collector) -> None:
    """The login begins a trace of its own."""
    for damaged in ("", "00-x-y-01", "0" * 300, f"00-{'0' * 32}-{SPAN}-01"):
        await log_in(traced, traceparent=damaged)
    await traced.close()
    assert len({span.trace_id for span in collector.spans()}) == 4


async def test_a_code_is_as_long_as_without_tracing(traced, tmp_path, collector) -> None:
    """Only a traced code carries the context; either opens at a server of the other kind."""
    (tmp_path / "plain").mkdir()
    plain = await open_test_server(tmp_path / "plain")
    lengths = []
    for server in (plain, traced):
        await server.store.put_client(client(trusted=True))
        async with Person(server) as ada:
            lengths.append(len(await code_for(ada, Attempt())))
    await plain.close()
    assert lengths[0] < lengths[1] <= lengths[0] + 40


def test_tracing_is_off_unless_asked_for() -> None:
    """Neither a setting nor a variable; or OpenTelemetry's own switch."""
    assert open_tracing("http://127.0.0.1:1", None, {}) is None
    off = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_SDK_DISABLED": "true"}
    assert open_tracing("http://127.0.0.1:1", None, off) is None


def test_without_the_sdk_it_is_said_how_to_install_it(monkeypatch, caplog) -> None:
    """The setting refuses to start; a variable that is set for the whole machine gets a warning."""
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(Misuse, match=r"pip install 'proofkey\[otel\]'"):
        open_tracing("http://127.0.0.1:1", "http://127.0.0.1:2", {})
    assert open_tracing("http://127.0.0.1:1", None, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:2"}) is None
    assert opening.INSTALL in caplog.text


def test_a_server_that_does_not_trace_loads_nothing_of_it() -> None:
    """OpenTelemetry costs neither start-up time nor memory where it is not asked for."""
    program = (
        "import sys, proofkey.server.app, proofkey.server.opening; print([n for n in sys.modules if 'opentel' in n])"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=dict(os.environ))
    assert run.stdout.strip() == "[]", run.stderr
