"""Answers that leave in one piece: uvicorn's protocol, told the whole answer at once.

ASGI sends head and body apart, and uvicorn writes each with a system call and a packet of its own, after it has looked
at every header. Our answers are small and complete, so the application may hand one over whole
(`scope["proofkey.whole_answer"]`); under another server it is sent in the ASGI way.
"""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from functools import partial
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from proofkey.server.app import WHOLE_ANSWER
from proofkey.server.bounded_connections import BoundedConnections


class WholeAnswers(BoundedConnections):
    """Offers to each request a way to be answered at once."""

    def on_headers_complete(self) -> None:
        """Begin a request; its task runs in the next turn of the loop, so it finds the offer."""
        super().on_headers_complete()
        scope: MutableMapping[str, Any] = self.scope  # type: ignore[assignment]  # a TypedDict of known keys
        scope[WHOLE_ANSWER] = partial(answer, self.cycle)


def answer(cycle: RequestResponseCycle, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> bool:
    """Write an answer that says its content-length; False where it must be sent in the ASGI way.

    Raises RuntimeError where a header holds a line break.
    """
    if cycle.disconnected or cycle.response_started or cycle.flow.write_paused:
        return False
    fields = [*cycle.default_headers, *headers]
    if not cycle.keep_alive:
        fields.append((b"connection", b"close"))
    parts = [STATUS_LINE[status]]
    for name, value in fields:
        parts += (name, b": ", value, b"\r\n")
    parts.append(b"\r\n")
    head = b"".join(parts)
    if not head.count(b"\n") == head.count(b"\r") == len(fields) + 2:
        raise RuntimeError("a header holds a line break")
    cycle.response_started = cycle.response_complete = True
    cycle.waiting_for_100_continue = False
    cycle.transport.write(head + body)
    cycle.message_event.set()
    if not cycle.keep_alive:
        cycle.transport.close()
    cycle.on_response()
    return True
