"""Writes everything that a server counts; reads numbers only, and asks nothing of the database."""

from __future__ import annotations

from proofkey import __version__
from proofkey.server.metrics.exposition import family, histogram, single
from proofkey.server.metrics.latencies import BOUNDS
from proofkey.server.metrics.process import process_lines
from proofkey.server.running import Server
from proofkey.server.store.figures import SECONDS, SIZES


def metrics_page(server: Server) -> str:
    """Give the page that Prometheus reads."""
    lines = [
        *family(
            "proofkey_build_info",
            "gauge",
            "Always 1; which proofkey this is.",
            [({"version": __version__, "personality": server.settings.personality}, 1)],
        ),
        *_logins(server),
        *_answers(server),
        *_store(server),
        *process_lines(),
    ]
    return "\n".join(lines) + "\n"


def _logins(server: Server) -> list[str]:
    counts = server.observing.counts
    return [
        *single("proofkey_logins_total", "counter", "Codes redeemed.", counts.logins),
        *single("proofkey_refreshes_total", "counter", "Refresh requests answered with tokens.", counts.refreshes),
        *single("proofkey_client_tokens_total", "counter", "Tokens given to clients themselves.", counts.client_tokens),
        *single("proofkey_revocations_total", "counter", "Revocation requests that ended a grant.", counts.revocations),
        *single("proofkey_sessions_begun_total", "counter", "Sessions of people begun.", counts.sessions_begun),
        *single("proofkey_sessions_ended_total", "counter", "Sessions ended by a logout.", counts.sessions_ended),
        *family(
            "proofkey_password_checks_total",
            "counter",
            "Login forms sent, by what came of them.",
            [({"outcome": outcome}, count) for outcome, count in server.throttle.counts.items()],
        ),
        *family(
            "proofkey_consents_total",
            "counter",
            "Answers to the consent page.",
            [({"decision": decision}, count) for decision, count in counts.consents.items()],
        ),
        *family(
            "proofkey_refusals_total",
            "counter",
            "Requests refused, by endpoint and fault; docs/faults explains each.",
            [({"endpoint": at, "fault": fault}, count) for (at, fault), count in sorted(counts.refusals.items())],
        ),
        *single(
            "proofkey_diagnosis_queue", "gauge", "Refusals that wait for their diagnosis.", server.diagnosing.waiting()
        ),
    ]


def _answers(server: Server) -> list[str]:
    latencies = server.observing.latencies
    endpoints = sorted(latencies.by_endpoint.items()) if latencies is not None else []
    return [
        *family(
            "proofkey_answers_total",
            "counter",
            "Answers, by endpoint and status.",
            [
                ({"endpoint": name, "status": str(status)}, count)
                for name, latency in endpoints
                for status, count in sorted(latency.statuses.items())
            ],
        ),
        *histogram(
            "proofkey_answer_seconds",
            "From the head of a request to its answer, by endpoint.",
            BOUNDS,
            [({"endpoint": name}, latency.counts, latency.seconds) for name, latency in endpoints],
        ),
        *single(
            "proofkey_server_faults_total", "counter", "Answers with status 500.", server.observing.counts.server_faults
        ),
    ]


def _store(server: Server) -> list[str]:
    figures = server.store.figures()
    return [
        *histogram(
            "proofkey_commit_logins",
            "Redemptions that shared a commit.",
            SIZES,
            [({}, figures.sizes, figures.logins)],
        ),
        *histogram(
            "proofkey_commit_seconds",
            "From taking a batch of writes to its being on disk.",
            SECONDS,
            [({}, figures.durations, figures.seconds)],
        ),
        *single("proofkey_store_queue", "gauge", "Writes that wait for the next commit.", figures.waiting),
        *single("proofkey_store_rolled_back_total", "counter", "Batches of writes undone.", figures.rolled_back),
        *single(
            "proofkey_store_turned_away_total", "counter", "Writes that found the queue full.", figures.turned_away
        ),
        *family(
            "proofkey_store_errors_total",
            "counter",
            "Requests answered 503 because of the store.",
            [({"kind": kind}, count) for kind, count in server.observing.counts.store_errors.items()],
        ),
    ]
