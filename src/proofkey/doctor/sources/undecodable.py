"""The error of an input that cannot be read."""

from __future__ import annotations


class Undecodable(ValueError):
    """Raised by readers where an input is neither JSON nor text; the message names the input and holds none of it."""
