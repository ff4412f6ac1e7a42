"""Debian's glewlwyd with its OAuth2 plugin."""
