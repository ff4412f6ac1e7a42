"""What was hashed instead of the verifier's ASCII octets (RFC 7636 4.2).

A hash input is a text made of the verifier (none, one or two steps of `texts`) and the bytes of that text (one step of
`BYTES`). They come in groups, the likely ones first, so that a common fault is found after few attempts.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from proofkey.doctor.transforms.steps import Step
from proofkey.doctor.transforms.texts import (
    NOT_BASE64,
    OUTER,
    REWRITTEN,
    UNDONE,
    WRAPPED,
    TextStep,
    decode_base32,
    decode_base64,
    decode_hex,
    decode_leniently,
    decode_skipping,
    octets,
)

ByteStep = Step[str, bytes]


class HashInput(NamedTuple):
    """A candidate for what was hashed; `name` is the names of its steps, joined by '/'."""

    name: str
    data: bytes


class Inputs(NamedTuple):
    """Candidates for what was hashed, side by side; all of them took `step` last, where there is one."""

    names: Sequence[str]
    data: Sequence[bytes]
    step: str = ""

    def name_of(self, place: int) -> str:
        """Give the name of one of them."""
        return f"{self.names[place]}/{self.step}" if self.step else self.names[place]

    @classmethod
    def of(cls, inputs: Iterable[HashInput]) -> Inputs:
        """Put candidates side by side, each data once."""
        names: dict[bytes, str] = {}
        for name, data in inputs:
            names.setdefault(data, name)
        return cls(list(names.values()), list(names))


def _decode_whole(text: str) -> bytes:
    known = octets(text.replace("-", "+").replace("_", "/")).translate(None, NOT_BASE64)
    return base64.b64decode(known[: len(known) // 4 * 4])


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
    Step("b64-decoded-leniently", "what a lenient base64 decoder makes of {}", decode_leniently),
    Step("b64-decoded-skipping", "what a standard base64 decoder that skips '-' and '_' makes of {}", decode_skipping),
    Step("bytes-reversed", "the decoded bytes of {} backwards", lambda text: decode_leniently(text)[::-1]),
    Step("b64url-decoded-lf", "the decoded bytes of {} and a line feed", lambda text: decode_leniently(text) + b"\n"),
    Step("b64url-decoded-32", "the first 32 decoded bytes of {}", lambda text: decode_leniently(text)[:32]),
    Step("b64url-decoded-16", "the first 16 decoded bytes of {}", lambda text: decode_leniently(text)[:16]),
    Step("b64-decoded-whole", "the decoded bytes (whole groups of four characters only) of {}", _decode_whole),
    Step(
        "b64-decoded-whole-skipping",
        "what a standard base64 decoder that skips '-' and '_' makes of {}, whole groups of four characters only,",
        lambda text: _decode_whole(text.replace("-", "").replace("_", "")),
    ),
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
    "utf32be", "b64-decoded-leniently", "bytes-reversed", "b64url-decoded-32", "b64url-decoded-lf",
    "b64-decoded-whole", "b64-decoded-skipping", "b64-decoded-whole-skipping",
})  # fmt: skip
_LIKELY_BYTES = tuple(step for step in BYTES if step.name in _LIKELY)
_LIKELY_TEXTS = tuple(step for step in WRAPPED if step.name in _LIKELY)
_LIKELIEST = frozenset({"plus-lf", "plus-crlf", "quoted", "single-quoted", "hex", "b64"})
_MARKED = tuple(step for step in BYTES if step.name in ("utf16le", "utf16le-bom", "utf8-bom"))
_LINE_ENDS = tuple(step for step in WRAPPED if step.name in ("plus-lf", "plus-crlf"))
_OUTER_BYTES = tuple(step for step in BYTES if step.name in _REENCODED)
_OUTER_TEXTS = tuple(step for step in _TEXTS if step.name in OUTER)
_COMMON_CUTS = (128, 100, 64, 50, 48, 44, 43, 42, 40, 32, 20, 16)
_OUTER_CUTS = (64, 43, 42, 32)
_COMMON_ENDS = (64, 43, 32)
_LONGEST_CUT = 256
_LONGEST_COMPLETED = 64
_LONGEST_WRAPPED = 400  # characters of a text that another step is taken with
_UNRESERVED = tuple(bytes([c]) for c in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


class Texts:
    """The texts that are one step away from a verifier, made once, and the hash inputs that are made of them."""

    def __init__(self, verifier: str) -> None:
        self.verifier = verifier
        self._whole = octets(verifier)
        self._texts: dict[str, str] = {}
        for step in _TEXTS:
            text = step.take(verifier)
            if text is not None and text != verifier:
                self._texts[step.name] = text

    def single_inputs(self) -> Iterator[HashInput]:
        """Give every hash input one step away; what was done to the verifier itself comes first."""
        texts = [HashInput(name, octets(text)) for name, text in self._texts.items()]
        undone = [hash_input for hash_input in texts if hash_input.name in DAMAGED]
        yield from undone
        for step in BYTES:
            if (data := step.take(self.verifier)) is not None:
                yield HashInput(step.name, data)
        yield from texts[len(undone) :]

    def common_cut_inputs(self) -> Iterator[HashInput]:
        """Give what is left of a verifier that was cut at a usual length, or by one or two characters."""
        length = len(self._whole)
        for kept in dict.fromkeys((length - 1, length - 2, *_COMMON_CUTS, length // 2)):
            if 0 < kept < length:
                yield HashInput(f"first-{kept}", self._whole[:kept])
        for kept in _COMMON_ENDS:
            if kept < length:
                yield HashInput(f"last-{kept}", self._whole[-kept:])
        if length > 1:
            yield HashInput("without-first-1", self._whole[1:])

    def cut_inputs(self) -> Iterator[HashInput]:
        """Give what is left where the verifier was cut: every beginning, the longer ends, all but one character."""
        whole = self._whole[:_LONGEST_CUT]
        for kept in range(len(whole) - 1, 0, -1):
            yield HashInput(f"first-{kept}", whole[:kept])
        for lost in range(1, min(9, len(whole))):
            yield HashInput(f"without-first-{lost}", whole[lost:])
        for at in range(len(whole) - 1):
            yield HashInput(f"without-character-{at + 1}", whole[:at] + whole[at + 1 :])
            swapped = whole[at + 1 : at + 2] + whole[at : at + 1]
            yield HashInput(f"neighbours-swapped-{at + 1}", whole[:at] + swapped + whole[at + 2 :])

    def likely_double_inputs(self) -> Iterator[HashInput]:
        """Give the hash inputs that are two common steps away, such as a quoted text with a line feed."""
        for name, text in self._texts.items():
            if name in _LIKELY:
                for step in _LIKELY_BYTES:
                    if (data := step.take(text)) is not None:
                        yield HashInput(f"{name}/{step.name}", data)
                for outer in _LIKELY_TEXTS:
                    yield HashInput(f"{name}/{outer.name}", octets(outer.take(text) or ""))

    def likeliest_double_inputs(self) -> Iterator[HashInput]:
        """Give what files, shells and editors make of a verifier: a quoted or encoded text, its line end or mark."""
        for name, text in self._texts.items():
            if name in _LIKELIEST:
                for step in _MARKED:
                    yield HashInput(f"{name}/{step.name}", step.apply(text) or b"")
                for outer in _LINE_ENDS:
                    yield HashInput(f"{name}/{outer.name}", octets(outer.apply(text) or ""))

    def double_inputs(self) -> Iterator[Inputs]:
        """Give the hash inputs that are two steps away: a text made of the verifier, encoded or wrapped again."""
        texts = {name: text for name, text in self._texts.items() if len(text) <= _LONGEST_WRAPPED}
        texts |= {name: data.decode("utf-8", "replace") for name, data in self.common_cut_inputs()}
        names, values = list(texts), list(texts.values())
        for step in _OUTER_BYTES:
            yield Inputs(names, [step.take(text) or b"" for text in values], step.name)
        for outer in _OUTER_TEXTS:
            yield Inputs(names, [octets(outer.apply(text) or "") for text in values], outer.name)
        for kept in _OUTER_CUTS:
            yield Inputs(names, [octets(text)[:kept] for text in values], f"first-{kept}")

    def completed_inputs(self) -> Inputs:
        """Give what was hashed where the verifier that was sent had lost one character."""
        whole = self._whole
        places = range(len(whole), -1, -1) if len(whole) <= _LONGEST_COMPLETED else (len(whole), 0)
        return Inputs(
            [f"lost-character-{at + 1}" for at in places for _ in _UNRESERVED],
            [
                before + lost + after
                for at in places
                for before, after in [(whole[:at], whole[at:])]
                for lost in _UNRESERVED
            ],
        )


def is_of_damaged_verifier(name: str) -> bool:
    """Tell whether a hash input is what the verifier was before it was changed on its way."""
    first = name.split("/")[0]
    return first in DAMAGED or first.startswith("lost-character-")


def phrase_of(name: str, of: str = "the verifier") -> str:
    """Say a hash input in words, as 'the decoded bytes of the verifier'."""
    if name == "empty":
        return "an empty text"
    if name.startswith("text:"):
        return f"the fixed text {name.removeprefix('text:')!r}"
    said = of
    for part in name.split("/"):
        prefix, _, number = part.rpartition("-")
        said = _NUMBERED[prefix].format(number, of=said) if prefix in _NUMBERED else _PHRASES[part].format(said)
    return said


_NUMBERED = {
    "first": "the first {} characters of {of}",
    "last": "the last {} characters of {of}",
    "without-first": "{of} without its first {} characters",
    "without-character": "{of} without its character {}",
    "neighbours-swapped": "{of} with its character {} and the next one swapped",
    "lost-character": "{of} with the character that it lost at place {}",
}
