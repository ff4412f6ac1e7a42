"""Faults of refreshing (RFC 6749 6)."""
