"""Faults of the ID token (OpenID Connect Core 3.1.3.7)."""
