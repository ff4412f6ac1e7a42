"""What Prometheus reads: the numbers of what happened, in its own format, on an address of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from proofkey.server.metrics.exposition import family, histogram, single
from proofkey.server.metrics.listener import MetricsListener
from proofkey.server.metrics.page import metrics_page
from proofkey.server.observing import Observing
from tests.server.operations.serving import Serving, furnish
from tests.server.person import PASSWORD, Attempt, Person, code_for, open_test_server


def read(page: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Read a page with Prometheus' own parser: samples by name and labels."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for metric in text_string_to_metric_families(page)
        for sample in metric.samples
    }


def value(samples: Mapping[tuple[str, tuple[tuple[str, str], ...]], float], name: str, **labels: str) -> float:
    """Give one sample; 0 where there is none."""
    return samples.get((name, tuple(sorted(labels.items()))), 0)


@pytest.fixture
async def counting(tmp_path):
    """A server that serves metrics."""
    server = await open_test_server(tmp_path, observing=Observing(with_times=True))
    await server.start()
    yield server
    await server.close()


async def test_every_kind_of_event_is_counted(counting) -> None:
    """A login, a refresh, a revocation, a wrong password, a no at the consent page, a refusal."""
    attempt = Attempt()
    async with Person(counting) as ada:
        code = await code_for(ada, attempt)
        tokens = (await ada.token(**attempt.form(code))).json()
        await ada.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"], client_id="spa")
        await ada.http.post("/oauth/revoke", data={"token": tokens["refresh_token"], "client_id": "spa"})
        await ada.token(**attempt.form(code))
        await ada.visit(Attempt(authorize={"prompt": "consent"}).url(), decision="deny")
        await ada.http.get("/nowhere")
    async with Person(counting, password="wrong") as eve:
        await eve.visit(Attempt().url())
    samples = read(metrics_page(counting))
    assert value(samples, "proofkey_logins_total") == 1
    assert value(samples, "proofkey_refreshes_total") == 1
    assert value(samples, "proofkey_revocations_total") == 1
    assert value(samples, "proofkey_sessions_begun_total") == 1
    assert value(samples, "proofkey_password_checks_total", outcome="accepted") == 1
    assert value(samples, "proofkey_password_checks_total", outcome="refused") == 1
    assert value(samples, "proofkey_consents_total", decision="allow") == 1
    assert value(samples, "proofkey_consents_total", decision="deny") == 1
    assert value(samples, "proofkey_refusals_total", endpoint="token", fault="code-redeemed-twice") == 1
    assert value(samples, "proofkey_refusals_total", endpoint="authorize", fault="user-denied-access") == 1
    assert value(samples, "proofkey_answers_total", endpoint="token", status="200") == 2
    assert value(samples, "proofkey_answers_total", endpoint="token", status="400") == 1
    assert value(samples, "proofkey_answers_total", endpoint="none", status="404") == 1
    assert value(samples, "proofkey_answer_seconds_count", endpoint="token") == 3
    assert value(samples, "proofkey_answer_seconds_bucket", endpoint="token", le="+Inf") == 3
    assert value(samples, "proofkey_answer_seconds_sum", endpoint="token") > 0
    assert value(samples, "proofkey_commit_logins_sum") == 2  # the replay wrote too
    assert value(samples, "proofkey_commit_logins_count") == value(samples, "proofkey_commit_seconds_count") >= 3
    assert value(samples, "process_start_time_seconds") > 1_600_000_000


async def test_nothing_that_was_sent_becomes_a_label(counting) -> None:
    """Clients, paths, methods and errors that strangers invent make no new series and are nowhere on the page."""
    async with Person(counting) as ada:
        await ada.token(grant_type="password", client_id="an-invention", username="ada", password=PASSWORD)
        await ada.http.get("/invented")
        before = len(read(metrics_page(counting)))
        for number in range(20):
            await ada.token(grant_type=f"invented-{number}", client_id=f"an-invention-{number}")
            await ada.http.get(f"/invented-path-{number}")
            await ada.http.request(f"INVENTED{number}", "/invented")
    page = metrics_page(counting)
    assert "nvent" not in page
    assert len(read(page)) <= before + 2


async def test_a_server_without_the_listener_takes_no_times(tmp_path) -> None:
    """Counting is always on, the clock is read for metrics only; the page is whole all the same."""
    server = await open_test_server(tmp_path)
    async with Person(server) as ada:
        await code_for(ada, Attempt())
    samples = read(metrics_page(server))
    assert not [name for name, _ in samples if name.startswith("proofkey_answer_seconds")]
    assert value(samples, "proofkey_sessions_begun_total") == 1
    await server.close()


async def test_the_listener_serves_metrics_and_nothing_else(counting) -> None:
    """With Prometheus' content type."""
    transport = httpx.ASGITransport(MetricsListener(counting))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:1") as scraper:
        answer = await scraper.get("/metrics")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
        assert (await scraper.get("/")).status_code == 404
        assert (await scraper.post("/metrics")).status_code == 404


def test_metrics_are_on_their_own_address_only(tmp_path: Path) -> None:
    """The public address has none; both end on one signal."""
    furnish(tmp_path)
    with Serving(tmp_path, "--metrics-listen", "127.0.0.1:0") as serving:
        told = re.search(r"metrics on (127\.0\.0\.1:[1-9][0-9]*)\)", serving.log())
        assert told is not None
        samples = read(httpx.get(f"http://{told[1]}/metrics").text)
        assert value(samples, "proofkey_answers_total", endpoint="health", status="200") >= 1
        assert httpx.get(f"{serving.issuer}/metrics").status_code == 404
    assert "Traceback" not in serving.log()


def test_labels_and_numbers_are_written_as_the_format_wants() -> None:
    """Quotes, backslashes and line ends; whole numbers without a point; buckets that add up."""
    lines = [
        *family("a_total", "counter", "Words.", [({"x": 'a"b\\c\nd'}, 3.0)]),
        *single("b", "gauge", "Words.", 0.25),
        *histogram("c", "Words.", (1, 2), [({}, [1, 0, 2], 9.5)]),
    ]
    samples = read("\n".join(lines) + "\n")
    assert value(samples, "a_total", x='a"b\\c\nd') == 3
    assert value(samples, "b") == 0.25
    assert [value(samples, "c_bucket", le=edge) for edge in ("1", "2", "+Inf")] == [1, 1, 3]
    assert value(samples, "c_count") == 3
