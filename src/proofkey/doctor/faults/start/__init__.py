"""Faults of the page or program that starts the login."""
