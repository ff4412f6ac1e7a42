"""What is told of each answer and each refusal to the operator: counts, log lines, and the exact fault in a trace."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from proofkey.server.http import Request
from proofkey.server.logs import event
from proofkey.server.metrics.counts import Counts
from proofkey.server.metrics.latencies import NOWHERE, Latencies
from proofkey.server.store.journal_budget import JournalBudget

if TYPE_CHECKING:
    from proofkey.server.diagnosis import Diagnosis, Refusal
    from proofkey.server.routes import Route

log = logging.getLogger("proofkey.requests")

# Refusals of one client, or sign-ins from one network, in a minute that are logged: nobody is to fill the disk.
LINES = 20


class Observing:
    """Counts always; takes times only where metrics are served, and logs good requests only where asked to."""

    def __init__(self, *, with_times: bool = False, access_log: bool = False) -> None:
        self.counts = Counts()
        self.latencies = Latencies() if with_times else None
        self._access_log = access_log
        self._lines, self._sign_ins = JournalBudget(LINES), JournalBudget(LINES)
        self.wants_answers = with_times or access_log

    def answered(self, route: Route | None, request: Request, status: int, seconds: float) -> None:
        """Note an answer; called only with `wants_answers`."""
        endpoint = route.module if route is not None else NOWHERE
        if self.latencies is not None:
            self.latencies.took(endpoint, status, seconds)
        if self._access_log:
            event(
                log,
                logging.INFO,
                "answered",
                endpoint=endpoint,
                method=request.method,
                status=status,
                ms=round(seconds * 1000, 1),
                request_id=request.id,
            )

    def refused(self, refusal: Refusal, found: Diagnosis | None) -> None:
        """Count a refusal with its fault, the exact one where it was found; log a client's first ones of a minute."""
        fault = found.fault if found is not None else refusal.fault
        self.counts.refusals[refusal.endpoint, fault or "unnamed"] += 1
        client_id = refusal.client.client_id if refusal.client is not None else None
        if not self._lines.take(client_id, refusal.request.arrived_at):
            return
        event(
            log,
            logging.INFO,
            "refused",
            endpoint=refusal.endpoint,
            status=refusal.status or refusal.error.status,
            error=refusal.error.error,
            fault=fault,
            client=client_id,
            request_id=refusal.request.id,
        )

    def sign_in_refused(self, why: str, network: str | None, at: float, request_id: str) -> None:
        """Log that nobody came in: without the name, which may be a password typed into the wrong field."""
        if self._sign_ins.take(network, at):
            event(log, logging.INFO, "sign-in-refused", reason=why, network=network, request_id=request_id)
