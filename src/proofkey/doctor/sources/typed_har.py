"""Decode a HAR file by its types: what is not needed (timings, cookies, cached bodies) is skipped and never built.

The way for large files; an answer's body stays undecoded until somebody wants it. Small files are read without the
library, because loading it takes longer than they do (`loose_har.py` has the same classes).
"""

from __future__ import annotations

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType


class Pair(Struct, gc=False):
    """A header or a parameter."""

    name: str = ""
    value: str | None = ""


class PostData(Struct, gc=False):
    """A request body."""

    mimeType: str | None = None  # noqa: N815 - the format's name
    text: str | None = None
    params: list[Pair] | None = None
    encoding: str | None = None


class Request(Struct, gc=False):
    """A request; what is not named here is skipped."""

    method: str = "GET"
    url: str = ""
    headers: list[Pair] | None = None
    postData: PostData | None = None  # noqa: N815


class Content(Struct, gc=False):
    """An answer's body."""

    mimeType: str | None = None  # noqa: N815
    text: Raw | UnsetType = UNSET
    encoding: str | None = None

    def read(self, most: int) -> str | None:
        """Decode the text; None where there is none, or more than `most` octets of it."""
        if self.text is UNSET or memoryview(self.text).nbytes > most:
            return None
        try:
            return msgspec.json.decode(self.text, type=str | None)
        except msgspec.DecodeError:
            return None


class Response(Struct, gc=False):
    """An answer."""

    status: int | None = None
    headers: list[Pair] | None = None
    content: Content | None = None
    redirectURL: str | None = None  # noqa: N815
    error: str | None = msgspec.field(default=None, name="_error")
    failure_text: str | None = msgspec.field(default=None, name="_failureText")


class Entry(Struct, gc=False):
    """One exchange."""

    request: Request | None = None
    response: Response | None = None
    startedDateTime: str | None = None  # noqa: N815
    time: float | None = None
    pageref: str | None = None
    error: str | None = msgspec.field(default=None, name="_error")
    resource_type: str | None = msgspec.field(default=None, name="_resourceType")
    initiator: Raw | UnsetType = msgspec.field(default=UNSET, name="_initiator")
    from_cache: str | None = msgspec.field(default=None, name="_fromCache")
    was_aborted: bool | None = msgspec.field(default=None, name="_wasAborted")

    def read_initiator(self) -> object:
        """Decode what made the browser ask; None where that is not recorded."""
        if self.initiator is UNSET:
            return None
        try:
            return msgspec.json.decode(self.initiator)
        except msgspec.DecodeError:
            return None


class Tool(Struct, gc=False):
    """What wrote the file."""

    name: str | None = None


class Log(Struct, gc=False):
    """The file's one member."""

    entries: list[Entry]
    creator: Tool | None = None


class Har(Struct, gc=False):
    """A HAR file."""

    log: Log


_DECODER = msgspec.json.Decoder(Har, strict=False)


def decode(data: bytes) -> tuple[list[Entry], str] | None:
    """Decode the entries and the name of the tool that wrote them; None where a value has another type.

    Raises ValueError where the octets are no JSON.
    """
    try:
        log = _DECODER.decode(data).log
    except msgspec.ValidationError:
        return None
    return log.entries, (log.creator.name if log.creator else None) or ""


def parse(data: bytes) -> object:
    """Decode JSON of any shape.

    Raises ValueError where the octets are no JSON.
    """
    return msgspec.json.decode(data)
