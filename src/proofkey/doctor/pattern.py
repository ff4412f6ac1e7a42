"""A regular expression that is compiled when it is asked for the first time.

The doctor has some hundred patterns and needs a few of them for one capture; compiling all would be a good part of
what a small case takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property


class Pattern:
    """What is used of `re.Pattern`."""

    def __init__(self, text: str, flags: int = 0) -> None:
        self.text = text
        self._flags = flags

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The compiled expression."""
        return re.compile(self.text, self._flags)

    def search(self, text: str) -> re.Match[str] | None:
        """Find the first place that fits."""
        return self.compiled.search(text)

    def match(self, text: str) -> re.Match[str] | None:
        """Tell whether the beginning fits."""
        return self.compiled.match(text)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """Tell whether the whole text fits."""
        return self.compiled.fullmatch(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Find every place that fits."""
        return self.compiled.finditer(text)

    def findall(self, text: str) -> list[str]:
        """Give every place that fits: its group, where the pattern has one."""
        return self.compiled.findall(text)

    def sub(self, new: str, text: str) -> str:
        """Replace every place that fits."""
        return self.compiled.sub(new, text)
