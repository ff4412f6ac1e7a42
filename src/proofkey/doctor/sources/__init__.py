"""Read captures: HAR files, collections of requests, raw HTTP, command lines, source code, prose.

The format is found by content, never by file name.
"""

from __future__ import annotations

from proofkey.doctor.capture import Capture
from proofkey.doctor.sources.undecodable import Undecodable

__all__ = ["MAX_BYTES", "Undecodable", "read"]

MAX_BYTES = 512 * 1024 * 1024
MAX_TEXT_BYTES = 16 * 1024 * 1024
_NO_TEXT = "neither JSON nor text; give a HAR file, raw HTTP, curl commands, or a text that holds them"


def read(name: str, data: bytes) -> Capture:
    """Read one input; `name` is only for messages.

    Raises Undecodable where the octets are neither JSON nor text, or are too many.
    """
    capture = _read(name, data)
    for message in capture.messages:
        message.source = name
    return capture


def _read(name: str, data: bytes) -> Capture:
    if len(data) > MAX_BYTES:
        raise Undecodable(f"{name}: larger than {MAX_BYTES // 1024 // 1024} MiB")
    data = _as_utf8(name, data)
    short = name.replace("\\", "/").rpartition("/")[2]
    if not data or data.isspace():
        return Capture(damage=[f"{short} is empty"], sources=["text"])
    if data.lstrip()[:1] in (b"{", b"[") and _says_entries(data):
        from proofkey.doctor.sources.har import read_har

        try:
            return read_har(data)
        except (ValueError, RecursionError) as error:
            raise Undecodable(f"{name}: looks like a HAR file and cannot be decoded: {_position(error)}") from None
    if len(data) > MAX_TEXT_BYTES:
        raise Undecodable(f"{name}: no HAR file, and larger than {MAX_TEXT_BYTES // 1024 // 1024} MiB")
    from proofkey.doctor.sources.text import read_text

    return read_text(data.decode("utf-8", "replace"), short)


def _as_utf8(name: str, data: bytes) -> bytes:
    """Take the byte order mark off, turn UTF-16 into UTF-8, refuse what is no text."""
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            data = data.decode("utf-16").encode("utf-8")
        except UnicodeDecodeError:
            raise Undecodable(f"{name}: {_NO_TEXT}") from None
    if b"\x00" in data[:100_000]:
        raise Undecodable(f"{name}: {_NO_TEXT}")
    try:
        data[:1_000_000].decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end < min(len(data), 1_000_000) - 4 and not _is_mostly_text(data[:100_000]):
            raise Undecodable(f"{name}: {_NO_TEXT}") from None
    return data


def _is_mostly_text(data: bytes) -> bool:
    """Tell an old 8-bit text, with an odd character here and there, from a picture or an archive."""
    odd = sum(octet < 32 and octet not in (9, 10, 12, 13, 27) for octet in data)
    high = sum(octet >= 128 for octet in data)
    return odd * 100 < len(data) and high * 5 < len(data)


def _says_entries(data: bytes) -> bool:
    """Tell a HAR file from other JSON; its first member is `log`, in rare files after some others."""
    return b'"entries"' in data and (b'"request"' in data or b'"log"' in data)


def _position(error: Exception) -> str:
    text = str(error)
    return text if len(text) < 200 and "position" in text else "it is damaged or cut short"
