"""Says why a login failed: to the log with the request id, and in development to the browser.

The doctor is asked a few times a minute at most; beyond that the fault's name has to do, so that nobody keeps this
process busy with bad callbacks.
"""

from __future__ import annotations

import logging
import threading
import time

from proofkey.client.diagnosis import Diagnosis, diagnose
from proofkey.core.errors import ProofkeyError

PER_MINUTE = 5

log = logging.getLogger("proofkey.bff")


class Explainer:
    """Explains failures of one back end; threads share it."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._times: list[float] = []

    def explain(self, error: ProofkeyError, request_id: str) -> Diagnosis | None:
        """Diagnose an error and write it to the log. No secret is in either."""
        found = self._diagnosis(error, request_id) if self._may() else None
        fault = found.fault if found else error.fault
        text = f"\n{found.text()}" if found else f" {error.message}"
        log.warning("login failed, request %s: %s%s", request_id, fault or type(error).__name__, text)
        return found

    def _diagnosis(self, error: ProofkeyError, request_id: str) -> Diagnosis | None:
        try:
            return diagnose(error)
        except Exception:
            log.exception("the diagnosis itself failed, request %s", request_id)  # the answer goes out without it
            return None

    def _may(self) -> bool:
        now = time.monotonic()
        with self._mutex:
            self._times = [each for each in self._times if each > now - 60]
            if len(self._times) >= PER_MINUTE:
                return False
            self._times.append(now)
            return True
