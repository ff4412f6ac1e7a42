"""Random bytes for names that are no secrets: request ids, grant ids, the names in the headers of sealed texts.

They come from the system in pages, because a login takes four of them and each system call gives up the
interpreter's lock. What must stay secret (cookies, keys) is asked of the system each time.
"""

from __future__ import annotations

import os
from io import BytesIO

_PAGE = 4096  # bytes


class Names:
    """A page of random bytes; no byte is given twice, in threads and after a fork neither."""

    def __init__(self) -> None:
        self._page = BytesIO()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._turn)

    def take(self, length: int) -> bytes:
        """Give so many random bytes, at most a page."""
        taken = self._page.read(length)
        while len(taken) < length:
            self._turn()
            taken = self._page.read(length)
        return taken

    def _turn(self) -> None:
        self._page = BytesIO(os.urandom(_PAGE))


name_bytes = Names().take
