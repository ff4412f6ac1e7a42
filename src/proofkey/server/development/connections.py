"""A connection that breaks on purpose, for tests of what an app does then.

In-process, where there is no connection, `Dropped` is raised through the application to the transport.
"""

from __future__ import annotations

from proofkey.server.http import Scope
from proofkey.server.http1.adapted import CONNECTION


class Dropped(Exception):
    """The connection broke before an answer."""


def drop(scope: Scope) -> None:
    """Break the connection of a request, unanswered. Raises Dropped where there is none."""
    connection = scope.get(CONNECTION)
    if connection is None:
        raise Dropped
    connection.drop()
