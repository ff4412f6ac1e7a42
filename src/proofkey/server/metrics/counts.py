"""Counts of what happened at a server since it began; the event loop alone writes them, so a plain number will do."""

from __future__ import annotations

from collections import Counter

import msgspec


class Counts(msgspec.Struct):
    """Each grows only. Keys are words of ours: an endpoint, a fault's slug; never what somebody sent."""

    logins: int = 0  # codes redeemed
    refreshes: int = 0
    client_tokens: int = 0  # client_credentials
    revocations: int = 0
    sessions_begun: int = 0
    sessions_ended: int = 0  # by a logout
    consents: Counter[str] = msgspec.field(default_factory=lambda: Counter(allow=0, deny=0))
    refusals: Counter[tuple[str, str]] = msgspec.field(default_factory=Counter)  # endpoint, fault
    store_errors: Counter[str] = msgspec.field(
        default_factory=lambda: Counter(busy=0, rolled_back=0, unreachable=0, failed=0)
    )
    server_faults: int = 0  # answers with status 500
