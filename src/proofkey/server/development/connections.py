"""Connections that can be broken on purpose: uvicorn's protocol, which offers a way to drop what it serves.

In-process, where there is no connection, `Dropped` is raised through the application to the transport.
"""

from __future__ import annotations

from proofkey.server.http import Scope
from proofkey.server.whole_answers import WholeAnswers

DROP = "proofkey.drop"


class Dropped(Exception):
    """The connection broke before an answer."""


class BreakableConnections(WholeAnswers):
    """Offers to each request a way to break its connection without an answer."""

    def on_headers_complete(self) -> None:
        """Begin a request; its task runs in the next turn of the loop, so it finds the offer."""
        super().on_headers_complete()
        scope: Scope = self.scope  # type: ignore[assignment]  # a TypedDict of known keys
        scope[DROP] = self.cycle.transport.abort
