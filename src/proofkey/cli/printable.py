"""Texts that strangers may have written, for a terminal: nothing in them moves a cursor or begins a line."""

from __future__ import annotations


def printable(text: str) -> str:
    """Put a replacement in the place of each character that is not printed."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
