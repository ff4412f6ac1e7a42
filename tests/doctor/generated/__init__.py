"""Captures made from a seed: a login of some vendor, one mistake, one tool's way of recording, and noise."""
