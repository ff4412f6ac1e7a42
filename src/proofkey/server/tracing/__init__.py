"""Traces of logins, sent to an OpenTelemetry collector; off unless asked for.

`opening.py` says whether and where to; it imports the SDK, which `proofkey[otel]` installs, only then.
"""
