"""Faults of the redirect back to the client (RFC 6749 4.1.2)."""
