"""Whether logins are traced and where the spans go: `otlp_endpoint`, or OpenTelemetry's own environment variables."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

from proofkey import __version__
from proofkey.core.errors import Misuse

if TYPE_CHECKING:
    from proofkey.server.tracing.tracing import Tracing

log = logging.getLogger("proofkey.tracing")

_VARIABLES = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
INSTALL = "tracing needs OpenTelemetry's SDK; install it with: pip install 'proofkey[otel]'"


def open_tracing(issuer: str, endpoint: str | None, environ: Mapping[str, str]) -> Tracing | None:
    """Give the tracing that was asked for, or None.

    Raises Misuse where the setting asks for it and the SDK is not installed. The environment variables are often set
    for every program of a machine: there a warning is enough.
    """
    if environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return None
    if endpoint is None and not any(environ.get(name) for name in _VARIABLES):
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ModuleNotFoundError:
        if endpoint is not None:
            raise Misuse(INSTALL) from None
        log.warning("logins are not traced: %s", INSTALL)
        return None
    from proofkey.server.tracing.tracing import Tracing

    named = OTELResourceDetector().detect().attributes  # OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES
    resource = Resource.create({} if SERVICE_NAME in named else {SERVICE_NAME: "proofkey"})
    # The sampler is OTEL_TRACES_SAMPLER's; by default every login, and what the caller decided for its own traces.
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    address = endpoint.rstrip("/") + "/v1/traces" if endpoint is not None else None
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=address)))
    return Tracing(provider, __version__, issuer)
