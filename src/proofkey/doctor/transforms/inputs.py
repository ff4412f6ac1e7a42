"""What was hashed instead of the verifier's ASCII octets (RFC 7636 4.2).

A hash input is a text made of the verifier (none, one or two steps of `texts`) and the bytes of that text (one step of
`BYTES`). The inputs come in three shells, the likely ones first, so that a common fault is found after few attempts.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from proofkey.doctor.transforms.steps import Step
from proofkey.doctor.transforms.texts import (
    OUTER,
    REWRITTEN,
    UNDONE,
    WRAPPED,
    TextStep,
    decode_base32,
    decode_base64,
    decode_hex,
    octets,
)

ByteStep = Step[str, bytes]


class HashInput(NamedTuple):
    """A candidate for what was hashed; `name` is the names of its steps, joined by '/'."""

    name: str
    data: bytes


def _decode_leniently(text: str) -> bytes:
    return _decode_known(text.replace("-", "+").replace("_", "/"))


def _decode_known(text: str) -> bytes:
    # Many decoders skip what they do not know; a last single character stands for nothing.
    known = re.sub(r"[^A-Za-z0-9+/]", "", text)
    known = known[: len(known) - (len(known) % 4 == 1)]
    return base64.b64decode(known + "=" * (-len(known) % 4))


def _decode_uuid(text: str) -> bytes | None:
    return decode_hex(text.replace("-", "")) if "-" in text else None


def _utf(encoding: str, mark: bytes = b"") -> Callable[[str], bytes]:
    return lambda text: mark + text.encode(encoding, "surrogatepass")


BYTES: tuple[ByteStep, ...] = (
    Step("ascii", "{}", octets),
    Step("b64url-decoded", "the decoded bytes of {}", decode_base64),
    Step("hex-decoded", "the hex-decoded bytes of {}", decode_hex),
    Step("utf16le", "the UTF-16 (little-endian) text of {}", _utf("utf-16-le")),
    Step("utf16be", "the UTF-16 (big-endian) text of {}", _utf("utf-16-be")),
    Step("utf16le-bom", "the UTF-16 (little-endian) text with byte order mark of {}", _utf("utf-16-le", b"\xff\xfe")),
    Step("utf16be-bom", "the UTF-16 (big-endian) text with byte order mark of {}", _utf("utf-16-be", b"\xfe\xff")),
    Step("utf8-bom", "the UTF-8 text with byte order mark of {}", lambda text: b"\xef\xbb\xbf" + octets(text)),
    Step("utf32le", "the UTF-32 (little-endian) text of {}", _utf("utf-32-le")),
    Step("utf32be", "the UTF-32 (big-endian) text of {}", _utf("utf-32-be")),
    Step(
        "utf32le-bom", "the UTF-32 (little-endian) text with byte order mark of {}", _utf("utf-32-le", b"\xff\xfe\0\0")
    ),
    Step("utf32be-bom", "the UTF-32 (big-endian) text with byte order mark of {}", _utf("utf-32-be", b"\0\0\xfe\xff")),
    Step(
        "utf16le-half",
        "the first half of the UTF-16 text of {}",
        lambda text: text.encode("utf-16-le", "surrogatepass")[: len(text)],
    ),
    Step("base32-decoded", "the base32-decoded bytes of {}", decode_base32),
    Step("uuid-bytes", "the bytes of the UUID in {}", _decode_uuid),
    Step("b64-decoded-leniently", "what a lenient base64 decoder makes of {}", _decode_leniently),
    Step("b64-decoded-skipping", "what a standard base64 decoder that skips '-' and '_' makes of {}", _decode_known),
    Step("bytes-reversed", "the decoded bytes of {} backwards", lambda t: d[::-1] if (d := decode_base64(t)) else None),
    Step("b64url-decoded-lf", "the decoded bytes of {} and a line feed", lambda text: decode_base64(text) + b"\n"),
    Step("ebcdic", "the EBCDIC text of {}", lambda text: text.encode("cp037") if text.isascii() else None),
    Step("nul-filled-64", "{} filled up with NUL to 64 bytes", lambda text: octets(text).ljust(64, b"\0")),
    Step("nul-filled-128", "{} filled up with NUL to 128 bytes", lambda text: octets(text).ljust(128, b"\0")),
    Step("nul-filled-129", "{} filled up with NUL to 129 bytes", lambda text: octets(text).ljust(129, b"\0")),
    Step("nul-filled-256", "{} filled up with NUL to 256 bytes", lambda text: octets(text).ljust(256, b"\0")),
)

# What people hash when the variable was not filled: the digest is right, of the wrong text.
CONSTANTS: tuple[tuple[str, bytes], ...] = (
    ("empty", b""),
    *(
        (f"text:{text}", text.encode("ascii"))
        for text in (
            "undefined", "null", "None", "NaN", "[object Object]", "[object Promise]", "[object ArrayBuffer]", "false",
            "true", "0", "{}", "[]", '""', "nil", "\n", "\r\n", " ", "code_verifier", "codeVerifier", "verifier",
            "$code_verifier", "${code_verifier}", "{code_verifier}", "{{code_verifier}}", "$CODE_VERIFIER",
            "$codeVerifier", "${codeVerifier}", "$verifier", "${verifier}", "YOUR_CODE_VERIFIER", "<code_verifier>",
            "test", "challenge", "code_challenge", "password", "secret", "random", "string", "b''",
        )
    ),
)  # fmt: skip

_TEXTS: tuple[TextStep, ...] = (*UNDONE, *WRAPPED, *REWRITTEN)
_PHRASES = {step.name: step.phrase for step in BYTES} | {step.name: step.phrase for step in _TEXTS}
DAMAGED = frozenset(step.name for step in UNDONE)
_LIKELY = frozenset({
    "plus-lf", "plus-crlf", "plus-space", "quoted", "single-quoted", "percent-encoded", "quote-encoded", "lower",
    "upper", "b64url", "b64", "hex", "HEX", "trimmed", "bytes-hex", "bytes-HEX", "symbols-dropped",
    "standard-alphabet-padded", "utf16le", "utf16be", "utf16le-bom", "utf8-bom", "utf32le",
})  # fmt: skip
_REENCODED = frozenset({
    "b64url-decoded", "hex-decoded", "utf16le", "utf16be", "utf16le-bom", "utf16be-bom", "utf8-bom", "utf32le",
    "utf32be",
})  # fmt: skip
_COMMON_CUTS = (128, 100, 64, 50, 48, 44, 43, 42, 40, 32, 20, 16)
_LONGEST_CUT = 256
_LONGEST_COMPLETED = 64
_UNRESERVED = tuple(bytes([c]) for c in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def single_inputs(verifier: str) -> Iterator[HashInput]:
    """Give every hash input one step away from the verifier; what was done to the verifier itself comes first."""
    texts = [HashInput(name, octets(text)) for name, text in _texts_of(verifier)]
    undone = [hash_input for hash_input in texts if hash_input.name in DAMAGED]
    yield from undone
    for step in BYTES:
        if (data := step.take(verifier)) is not None:
            yield HashInput(step.name, data)
    yield from texts[len(undone) :]


def common_cut_inputs(verifier: str) -> Iterator[HashInput]:
    """Give the beginnings of a verifier that was cut at a usual length, or by one or two characters."""
    whole = octets(verifier)
    for length in dict.fromkeys((len(whole) - 1, len(whole) - 2, *_COMMON_CUTS)):
        if 0 < length < len(whole):
            yield HashInput(f"first-{length}", whole[:length])


def cut_inputs(verifier: str) -> Iterator[HashInput]:
    """Give what is left where the verifier was cut before it was hashed: every beginning, and the longer ends."""
    whole = octets(verifier)[:_LONGEST_CUT]
    for length in range(len(whole) - 1, 0, -1):
        yield HashInput(f"first-{length}", whole[:length])
    for lost in range(1, min(9, len(whole))):
        yield HashInput(f"without-first-{lost}", whole[lost:])


def likely_double_inputs(verifier: str) -> Iterator[HashInput]:
    """Give the hash inputs that are two common steps away: a quoted text with a line feed, a line feed in UTF-16."""
    for name, text in _texts_of(verifier):
        if name in _LIKELY:
            for step in BYTES:
                if step.name in _LIKELY and (data := step.take(text)) is not None:
                    yield HashInput(f"{name}/{step.name}", data)
            for outer in WRAPPED:
                if outer.name in _LIKELY:
                    yield HashInput(f"{name}/{outer.name}", octets(outer.take(text) or ""))


def reencoded_inputs(verifier: str) -> Iterator[HashInput]:
    """Give the hash inputs that are two steps away: a text made of the verifier, in another encoding."""
    steps = [step for step in BYTES if step.name in _REENCODED]
    for name, text in _texts_of(verifier):
        for step in steps:
            if (data := step.take(text)) is not None:
                yield HashInput(f"{name}/{step.name}", data)


def rewrapped_inputs(verifier: str) -> Iterator[HashInput]:
    """Give the hash inputs that are two steps away: a text made of a text made of the verifier."""
    wrapped = [step for step in WRAPPED if step.name in OUTER]
    for name, text in _texts_of(verifier):
        for outer in wrapped:
            yield HashInput(f"{name}/{outer.name}", octets(outer.take(text) or ""))


def completed_inputs(verifier: str) -> Iterator[HashInput]:
    """Give what was hashed where the verifier that was sent had lost one character."""
    whole = octets(verifier)
    places = range(len(whole), -1, -1) if len(whole) <= _LONGEST_COMPLETED else (len(whole), 0)
    for at in places:
        name, before, after = f"lost-character-{at + 1}", whole[:at], whole[at:]
        for lost in _UNRESERVED:
            yield HashInput(name, before + lost + after)


def phrase_of(name: str, of: str = "the verifier") -> str:
    """Say a hash input in words, as 'the decoded bytes of the verifier'."""
    if name == "empty":
        return "an empty text"
    if name.startswith("text:"):
        return f"the fixed text {name.removeprefix('text:')!r}"
    for prefix, phrase in _NUMBERED.items():
        if name.startswith(prefix):
            return phrase.format(name.removeprefix(prefix), of=of)
    said = of
    for part in name.split("/"):
        said = _PHRASES[part].format(said)
    return said


_NUMBERED = {
    "first-": "the first {} characters of {of}",
    "without-first-": "{of} without its first {} characters",
    "lost-character-": "{of} with the character that it lost at place {}",
}


def _texts_of(verifier: str) -> Iterator[tuple[str, str]]:
    for step in _TEXTS:
        text = step.take(verifier)
        if text is not None and text != verifier:
            yield step.name, text
