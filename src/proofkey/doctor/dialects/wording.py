"""What is said about one topic: the form of the data in this folder."""

from __future__ import annotations

from typing import NamedTuple


class Wording(NamedTuple):
    """What is said about one topic: values of `error`, and patterns of sentences."""

    errors: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
