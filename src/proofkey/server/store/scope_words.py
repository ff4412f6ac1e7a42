"""Scopes by index into the store's append-only vocabulary, so that codes and rows stay short (decision 1)."""

from __future__ import annotations

from typing import TypeAlias

Indexed: TypeAlias = bytes | list[int | str]

_BITMAP_FROM = 16  # scopes; fewer keep their order as a list


class ScopeWords:
    """One reading of the vocabulary."""

    def __init__(self, words: tuple[str, ...] = ()) -> None:
        self._words = words
        self._index = {word: index for index, word in enumerate(words)}

    def index(self, scopes: tuple[str, ...]) -> Indexed:
        """Write scopes by index, those that are not in the vocabulary in full.

        Many scopes become a bitmap: they come back in the vocabulary's order.
        """
        index = self._index
        indexed: list[int | str] = [index.get(scope, scope) for scope in scopes]
        if len(indexed) < _BITMAP_FROM or len(set(indexed)) != len(indexed):
            return indexed
        bits = 0
        for one in indexed:
            if isinstance(one, str):
                return indexed
            bits |= 1 << one
        return bits.to_bytes(bits.bit_length() // 8 + 1, "little")

    def read(self, indexed: Indexed) -> tuple[str, ...] | None:
        """Give the scopes back; None where an index is newer than this reading."""
        words = self._words
        try:
            if isinstance(indexed, bytes):
                bits = int.from_bytes(indexed, "little")
                return tuple(words[at] for at in range(bits.bit_length()) if bits >> at & 1)
            return tuple([words[one] if isinstance(one, int) else one for one in indexed])
        except IndexError:
            return None
