"""Faults of the token request and its answer (RFC 6749 4.1.3, RFC 7636 4.5)."""
