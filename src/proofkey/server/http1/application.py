"""What a listener serves: whole requests and whole answers."""

from __future__ import annotations

from typing import Protocol

from proofkey.server.http import Answer, Request


class Application(Protocol):
    """Answers whole requests. Its life is ASGI's lifespan (`lifespan.py`)."""

    starts_at_once: bool  # its first two steps need no task of their own (`answering.py`)
    largest_body: int  # bytes; of a longer body only a part is handed over, and it is to be refused

    async def respond(self, request: Request) -> Answer | None:
        """Answer one request with all its headers, content-length among them; None: it is answered, or dropped."""
        ...
