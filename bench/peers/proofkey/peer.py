"""`proofkey serve` with its default settings on SQLite, and the variants of it that are measured apart."""

from __future__ import annotations

import functools

from bench.logins.peer import Peer
from bench.peers.proofkey import variants
from bench.peers.proofkey.serving import serve

DURABLE = "the spent code and the grant, before the answer (SQLite WAL, synchronous=FULL, commits shared)"
_on_sqlite = functools.partial(Peer, durable=DURABLE, variant=True)
_on_postgres = functools.partial(
    Peer, durable="the same, before the answer (PostgreSQL, synchronous_commit=on)", variant=True
)

PEERS = [
    Peer("proofkey", "proofkey serve, default settings, SQLite", DURABLE, serve),
    _on_sqlite(
        "proofkey-refused", "the verifier is wrong: every login is refused and journalled", start=variants.refuse
    ),
    _on_sqlite("proofkey-slow-disk", "every fsync takes 1 ms longer", start=variants.serve_on_a_slow_disk),
    _on_sqlite("proofkey-metrics", "with --metrics-listen", start=variants.serve_with_metrics),
    _on_sqlite("proofkey-openid", "scope openid: an ID token (RS256) with each login", start=variants.serve_openid),
    _on_sqlite("proofkey-grown", "live grants and 100,000 clients in the database", start=variants.serve_grown),
    _on_postgres(
        "proofkey-postgres-1",
        "one worker on PostgreSQL, on the same core",
        start=functools.partial(variants.serve_from_postgres, workers=1),
    ),
    _on_postgres(
        "proofkey-postgres-2",
        "two workers on PostgreSQL, on the same core",
        start=functools.partial(variants.serve_from_postgres, workers=2),
    ),
]
