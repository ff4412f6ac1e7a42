"""One step of a login as a span: whose trace it belongs to, and what it says.

A login's trace is that of its authorization request. Its context is sealed into the login form and into the code, so
login, consent and token join it on any process. A request that brings a trace of its own (`traceparent`, W3C Trace
Context) belongs to that one; where it is another trace, the step is written into both, each linked to the other.
"""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING

from opentelemetry.context import Context
from opentelemetry.trace import (
    INVALID_SPAN_CONTEXT,
    Link,
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    get_current_span,
    set_span_in_context,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

    from proofkey.core.records import ClientRecord

_LENGTH = 25  # trace id, span id, flags
_propagator = TraceContextTextMapPropagator()


class Step:
    """What becomes of one request; `finish` writes it down."""

    def __init__(self, tracer: Tracer, name: str, carrier: dict[str, str], attributes: dict[str, str]) -> None:
        self._tracer = tracer
        self._began = time.time_ns()
        self._caller = _extract(carrier)
        self._login: SpanContext | None = None
        self._span: Span | None = None
        self.name = name
        self.attributes = attributes
        self.fault: str | None = None

    def came_with(self, traceparent: str | None) -> None:
        """Take the caller's context from a parameter: a navigation has no header that a page could set."""
        if self._caller is None and traceparent is not None and self._span is None:
            self._caller = _extract({"traceparent": traceparent[:200]})

    def join(self, context: bytes) -> None:
        """Take a login's context, as `carried` gave it; anything else changes nothing."""
        if len(context) == _LENGTH and self._login is None:
            self._login = SpanContext(
                int.from_bytes(context[:16], "big"),
                int.from_bytes(context[16:24], "big"),
                True,
                TraceFlags(context[24]),
            )

    def carried(self) -> bytes:
        """Give the login's context, to be sealed into what the browser or client brings back."""
        context = self._login or self._begin().get_span_context()
        return (
            context.trace_id.to_bytes(16, "big") + context.span_id.to_bytes(8, "big") + bytes([context.trace_flags & 1])
        )

    def refused(self, fault: str | None, error: str, client: ClientRecord | None) -> None:
        """Take a refusal: the fault as the judgement named it, the error's code, and a client that is known."""
        self.fault = fault or error
        self.attributes["proofkey.error"] = error
        if client is not None:
            self.attributes["proofkey.client"] = client.client_id

    def about(self, client_id: str, grant_id: bytes) -> None:
        """Take the client and the login: a fingerprint of the grant tells which steps belong together for weeks."""
        self.attributes["proofkey.client"] = client_id
        self.attributes["proofkey.login"] = hashlib.blake2b(grant_id, digest_size=8).hexdigest()

    def finish(self, status: int) -> None:
        """End the step with the answer's status."""
        ended = time.time_ns()
        span = self._begin()
        self._describe(span, status)
        other = self._login
        if other is not None and other.trace_id != span.get_span_context().trace_id:
            twin = self._tracer.start_span(
                self.name, _below(other), start_time=self._began, links=[Link(span.get_span_context())]
            )
            self._describe(twin, status)
            twin.end(ended)
        span.end(ended)

    def diagnosed(self, fault: str, began: int) -> None:
        """Note what a search found after the answer had gone out, as a span below the step's."""
        span = self._tracer.start_span(
            "diagnosis",
            _below(self._begin().get_span_context()),
            start_time=began,
            attributes={"proofkey.fault": fault},
        )
        span.end()

    def _begin(self) -> Span:
        if self._span is None:
            parent = self._caller or self._login
            other = self._login if self._caller is not None else None
            links = [Link(other)] if other is not None and other.trace_id != self._caller_trace() else []
            self._span = self._tracer.start_span(
                self.name,
                _below(parent) if parent is not None else Context(),
                kind=SpanKind.SERVER,
                links=links,
                start_time=self._began,
            )
        return self._span

    def _caller_trace(self) -> int:
        return self._caller.trace_id if self._caller is not None else 0

    def _describe(self, span: Span, status: int) -> None:
        span.update_name(self.name)
        span.set_attributes({**self.attributes, "http.response.status_code": status})
        if self.fault is not None:
            span.set_attributes({"proofkey.fault": self.fault, "error.type": self.fault})
            span.set_status(Status(StatusCode.ERROR, self.fault))
        elif status >= 500:
            span.set_attribute("error.type", str(status))
            span.set_status(Status(StatusCode.ERROR))


def _extract(carrier: dict[str, str]) -> SpanContext | None:
    found = get_current_span(_propagator.extract(carrier, Context())).get_span_context()
    return None if found == INVALID_SPAN_CONTEXT or not found.is_valid else found


def _below(parent: SpanContext) -> Context:
    return set_span_in_context(NonRecordingSpan(parent), Context())
