"""Whether a navigation was made in a frame (Fetch Metadata 2.1)."""

from __future__ import annotations

from proofkey.doctor.message import Message

_FRAMES = ("iframe", "frame", "fencedframe", "embed", "object")


def is_framed(message: Message) -> bool | None:
    """Tell whether a request loads a frame; None where the capture does not say."""
    destination = message.request_header("sec-fetch-dest")
    if destination is not None:
        return destination.lower() in _FRAMES
    if message.resource_type in ("iframe", "frame", "subdocument", "sub_frame"):
        return True
    return None
