"""Which requests are steps of a login, what their spans say from the start, and where the spans go."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from proofkey.server.http import Request
from proofkey.server.tracing.steps import Step

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

    from proofkey.server.routes import Route

STEPS = frozenset({"authorize", "login", "consent", "token", "par", "revoke", "introspect", "userinfo", "logout"})


class Tracing:
    """Begins steps. Nothing that a request sends becomes an attribute, save the trace it belongs to."""

    def __init__(self, provider: TracerProvider, version: str, issuer: str) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("proofkey", version)
        self._issuer = issuer

    def begin(self, route: Route | None, request: Request) -> Step | None:
        """Begin the span of a request that is a step of a login; None for any other."""
        if route is None or route.module not in STEPS or request.method == "OPTIONS":
            return None
        carrier = {}
        for name, value in request.headers:
            if name == b"traceparent":
                carrier["traceparent"] = str(value, "latin-1")[:200]
            elif name == b"tracestate":
                carrier["tracestate"] = str(value, "latin-1")[:512]
        attributes = {
            "http.request.method": request.method,
            "http.route": request.path,  # these routes have one path each
            "proofkey.issuer": self._issuer,
            "proofkey.request_id": request.id,
        }
        return Step(self._tracer, route.module, carrier, attributes)

    async def close(self) -> None:
        """Send what still waits; the exporter has its own time limit."""
        await asyncio.to_thread(self._provider.shutdown)
