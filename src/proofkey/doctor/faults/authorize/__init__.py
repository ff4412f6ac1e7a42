"""Faults of the authorization request and its answer (RFC 6749 4.1.1, RFC 7636 4.3)."""
