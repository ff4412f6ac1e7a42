"""Run a conversation: give its requests to a sender and the answers back to it, blocking or awaiting."""

from __future__ import annotations

from typing import TypeVar

from proofkey.client.sending import AsyncSend, Send
from proofkey.core.wire import Conversation

T = TypeVar("T")


def run(conversation: Conversation[T], send: Send) -> T:
    """Run a conversation to its end and give its result."""
    try:
        request = next(conversation)
        while True:
            request = conversation.send(send(request))
    except StopIteration as ended:
        result: T = ended.value
        return result
    finally:
        conversation.close()


async def run_async(conversation: Conversation[T], send: AsyncSend) -> T:
    """As `run`, for coroutines."""
    try:
        request = next(conversation)
        while True:
            request = conversation.send(await send(request))
    except StopIteration as ended:
        result: T = ended.value
        return result
    finally:
        conversation.close()
