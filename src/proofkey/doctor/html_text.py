"""Text that was written for HTML: its references taken back (HTML 4, 5: `&amp;`, `&#38;`)."""

from __future__ import annotations


def unescape(text: str) -> str:
    """Give the text that HTML shows."""
    if "&" not in text:
        return text
    from html import unescape  # loads a table of two thousand names

    return unescape(text)
