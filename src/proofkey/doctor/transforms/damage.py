"""What happened to the finished challenge on its way: cut, '+' read as a space, quoted, folded, a character lost.

`unwrap` takes off what stands around a challenge; `compare` says how a text that should have been sent became the one
that was sent, and how much of it is still there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from proofkey.doctor.html_text import unescape

_LONGEST_ADDITION = 8
_FEWEST_KEPT = 8  # characters of a cut challenge


class Wrapping(NamedTuple):
    """A text found inside the challenge, and what was around it ('none' where it is the challenge itself)."""

    name: str
    text: str


class Damage(NamedTuple):
    """How the text that was meant became the text that was sent; `kept` is the share of it that still speaks."""

    name: str
    kept: float
    cost: int


_QUOTES = {
    '"': '"', "'": "'", "`": "`", "\u201c": "\u201d", "\u2018": "\u2019", "\u00ab": "\u00bb",
    "<": ">", "(": ")", "[": "]", "{": "}",
}  # fmt: skip
_QUOTED = {'"': "quoted", "'": "single-quoted", "`": "back-quoted", "\u201c": "curly-quoted"}
_NAMES = (
    "code_challenge=", "code_challenge:", "codeChallenge=", "challenge=", "S256:", "S256", "sha256-", "sha256:",
    "sha256=",
    "sha-256=", "SHA256:", "{SHA256}", "{SHA-256}", "$", "0x", "b'",
)  # fmt: skip

PHRASES = {
    "line-end-after": "with a line break after it",
    "space-after": "with white space after it",
    "line-end-before": "with a line break before it",
    "space-before": "with white space before it",
    "line-breaks-inside": "with line breaks inside",
    "spaces-inside": "with spaces inside",
    "quoted": "in double quotes",
    "single-quoted": "in single quotes",
    "back-quoted": "in back quotes",
    "curly-quoted": "in typographic quotes",
    "bracketed": "in brackets",
    "python-printed": "as Python prints bytes, in b''",
    "quote-before": "with a quote before it",
    "quote-after": "with a quote after it",
    "percent-encoded": "percent-encoded once more",
    "escape-cut": "cut inside a percent escape",
    "html-escaped": "HTML-escaped",
    "json-escaped": "with JSON escapes",
    "named": "with a name before it",
    "parameter-after": "with a further parameter after it",
    "dots-after": "with dots for what was left out",
    "method-after": "with 'S256' after it",
    "case-swapped": "with upper and lower case swapped",
    "middle-left-out": "with its middle left out",
    "doubled": "written twice",
    "reversed": "backwards",
    "invisible-characters": "with invisible characters in it",
    "plus-became-space": "with each '+' read as a space",
    "half-translated": "with only some of '+' and '/' translated",
    "symbols-dropped": "without its symbols",
    "padding-dropped": "without its padding",
    "symbols-replaced": "with other characters for its symbols",
    "lower": "folded to lower case",
    "upper": "folded to upper case",
    "case-changed": "with the case of its letters changed",
    "added": "with characters added at its end",
    "character-changed": "with one character changed or lost",
}


def phrase_of(name: str) -> str:
    """Say a damage in words, as 'cut by 3 characters at its end, in double quotes'."""
    said = []
    for part in name.split("+"):
        if found := re.fullmatch(r"(cut|front-cut)(\d+)", part):
            count = f"{found[2]} character{'s' * (found[2] != '1')}"
            said.append(f"cut by {count} at its {'end' if found[1] == 'cut' else 'beginning'}")
        elif part != "none":
            said.append(PHRASES[part])
    return ", ".join(said)


def unwrap(challenge: str) -> list[Wrapping]:
    """Give the challenge and every text inside it, through at most two wrappings; each text once."""
    found = [Wrapping("none", challenge)]
    known = {challenge}
    for depth in range(2):
        for name, text in [one for one in found if (one.name == "none") == (depth == 0)]:
            for wrapping, inside in _inside(text):
                if inside and inside not in known:
                    known.add(inside)
                    found.append(Wrapping(wrapping if name == "none" else f"{wrapping}+{name}", inside))
    return found


def compare(meant: str, sent: Wrapping) -> Damage | None:
    """Explain `sent` by `meant`; None where what they share is too little to speak of."""
    text = sent.text
    around = [] if sent.name == "none" else [sent.name]
    if text == meant:
        return _damage(around, 1.0, 0)
    if len(text) >= _FEWEST_KEPT and len(meant) > len(text):
        # A blank in the place of the lost character was a '+' sooner than a cut and a blank.
        if meant.startswith(text):
            cost = 6 if around == ["space-after"] else 2
            return _damage([f"cut{len(meant) - len(text)}", *around], len(text) / len(meant), cost)
        if meant.endswith(text):
            cost = 8 if around == ["space-before"] else 4
            return _damage([f"front-cut{len(meant) - len(text)}", *around], len(text) / len(meant), cost)
    if len(text) >= _FEWEST_KEPT and (front := meant.find(text)) > 0:
        end = len(meant) - len(text) - front
        return _damage([f"front-cut{front}", f"cut{end}", *around], len(text) / len(meant), 6)
    if text.startswith(meant) and len(text) - len(meant) <= _LONGEST_ADDITION:
        return _damage(["added", *around], 1.0, 6)
    if (shown := _shown_of(meant, text)) is not None:
        return _damage(["middle-left-out", *around], shown, 5)
    if aligned := _align(meant, text):
        names, kept, cost = aligned
        return _damage([*names, *around], kept, cost)
    spliced = _spliced(meant, text)
    return None if spliced is None else _damage(["character-changed", *around], spliced, 9)


def _shown_of(meant: str, text: str) -> float | None:
    """Tell how much is left of a text whose middle was replaced by dots, for the eye."""
    for dots in ("...", "\u2026"):
        beginning, found, end = text.partition(dots)
        shown = len(beginning) + len(end)
        if found and end and shown >= _FEWEST_KEPT and meant.startswith(beginning) and meant.endswith(end):
            return shown / len(meant)
    return None


def _damage(names: list[str], kept: float, cost: int) -> Damage:
    parts = [part for name in names for part in name.split("+")]
    return Damage("+".join(parts) or "none", kept, cost + 2 * max(0, len(parts) - 1) + bool(parts))


def _inside(text: str) -> Iterator[tuple[str, str]]:
    if (stripped := text.rstrip()) != text:
        yield ("line-end-after" if re.search(r"[\r\n]", text[len(stripped) :]) else "space-after"), stripped
    if (stripped := text.lstrip()) != text:
        yield ("line-end-before" if re.search(r"[\r\n]", text[: -len(stripped)]) else "space-before"), stripped
    if not text.isprintable() and (joined := re.sub(r"[\r\n\t]+ *", "", text)).strip() != text.strip():
        yield "line-breaks-inside", joined
    if " " in text.strip() and (joined := text.replace(" ", "")):
        yield "spaces-inside", joined
    if len(text) > 2 and _QUOTES.get(text[0]) == text[-1]:
        yield _QUOTED.get(text[0], "bracketed"), text[1:-1]
    elif text[:1] in _QUOTES and text[:1] not in "<([{":
        yield "quote-before", text[1:]
    elif text[-1:] in _QUOTES:
        yield "quote-after", text[:-1]
    if printed := re.fullmatch(r"""[bB](["'])(.+)\1""", text):
        yield "python-printed", printed[2]
    if text.startswith('\\"') and text.endswith('\\"'):
        yield "json-escaped", text[2:-2]
    if "%" in text[-2:] and (cut := re.search(r"%[0-9A-Fa-f]?\Z", text)):
        yield "escape-cut", text[: cut.start()]
    if (decoded := unquote(text, errors="replace")) != text:
        yield "percent-encoded", decoded
    if (decoded := unescape(text)) != text:
        yield "html-escaped", decoded
    if "\\" in text:
        yield (
            "json-escaped",
            re.sub(r"\\u00([0-9a-fA-F]{2})", lambda code: chr(int(code[1], 16)), text).replace("\\/", "/"),
        )
    for name in _NAMES:
        if text[: len(name)].lower() == name.lower():
            yield "named", text[len(name) :]
    if (value := text.partition("&")[0]) != text:
        yield "parameter-after", value
    if text.endswith(("...", "\u2026")):
        yield "dots-after", text.removesuffix("...").removesuffix("\u2026")
    elif text.endswith((".", ",", ";", ":", "?", "!")):
        yield "added", text.rstrip(".,;:?!")
    elif text.endswith("=") and re.fullmatch(r"[0-9A-Fa-f]{16,}=+", text):
        yield "added", text.rstrip("=")
    if text.endswith("S256"):
        yield "method-after", text.removesuffix("S256")
    if text != text.lower() and text != text.upper():
        yield "case-swapped", text.swapcase()
    if len(text) % 2 == 0 and text[: len(text) // 2] * 2 == text:
        yield "doubled", text[: len(text) // 2]
    if not text.isprintable() and (visible := re.sub("[\u200b-\u200f\u2060\ufeff\xad\0]", "", text)) != text:
        yield "invisible-characters", visible
    yield "reversed", text[::-1]


# What a symbol of base64 may have become; the empty text last.
_SUBSTITUTES = {
    "+": ("+", "-", " ", "%2B", "%2b", "%20", ".", "*", "!", "_", ","),
    "-": ("-", "+", "\u2013", "\u2014", "\u2212", "_", " ", ".", "%2D", "%2d"),
    "/": ("/", "_", "%2F", "%2f", "-", ",", "\\/", ":", ".", "~", " "),
    "_": ("_", "/", "-", " ", "%5F", "%5f"),
    "=": ("=", "%3D", "%3d", ".", "-", "*", "~", " ", ","),
}


def _align(meant: str, text: str) -> tuple[list[str], float, int] | None:
    """Walk along both texts where only symbols, letter case and the end may differ."""
    became: dict[str, list[str]] = {}
    at = matched = 0
    lowered = raised = 0
    for place, character in enumerate(meant):
        if at >= len(text) and character != "=":
            break
        if character in _SUBSTITUTES:
            substitute = next((one for one in _SUBSTITUTES[character] if text.startswith(one, at)), "")
            if substitute and substitute != character and text.startswith(meant[place + 1 : place + 3] or "\0", at):
                substitute = ""  # the symbol was dropped, and what stands here is the next one
            became.setdefault(character, []).append(substitute)
            at += len(substitute)
            matched += substitute == character
            continue
        here = text[at]
        if here != character:
            if here.lower() != character.lower():
                return None
            lowered += here.islower()
            raised += here.isupper()
        matched += 1
        at += 1
    else:
        place = len(meant)
    if at != len(text) or matched < _FEWEST_KEPT:
        return None
    names, cost = _symbols_told(became)
    if lowered or raised:
        names.append(
            "lower"
            if not raised and text == text.lower()
            else "upper"
            if not lowered and text == text.upper()
            else "case-changed"
        )
        cost += 3
        matched -= sum(character.isalpha() for character in text) // 5
    if place < len(meant) and meant[place:].strip("="):
        names.append(f"cut{len(meant) - place}")
        cost += 3
    return (names, matched / len(meant), cost) if names else None


def _symbols_told(became: dict[str, list[str]]) -> tuple[list[str], int]:
    changed = {symbol: set(found) for symbol, found in became.items() if set(found) != {symbol}}
    if not changed:
        return [], 0
    names = []
    if changed.pop("=", None) == {""}:
        names.append("padding-dropped")
    found = set().union(*changed.values()) if changed else set()
    if "+" in changed and changed["+"] == {" "} and len(changed) == 1:
        names.append("plus-became-space")
    elif found == {""}:
        names.append("symbols-dropped")
    elif (
        found and set(changed) <= {"+", "/"} and all(found <= {s, "-_"["+/".index(s)]} for s, found in changed.items())
    ):
        names.append("half-translated")
    elif changed:
        names.append("symbols-replaced")
    # Strange symbols are a last resort: a '+' that a form decoder read as a space explains the same text better.
    usual = names in (["plus-became-space"], ["half-translated"])
    return names, 2 + 2 * len(names) + (0 if usual else 6)


def _spliced(meant: str, text: str) -> float | None:
    """Tell how much is shared where one place of the text was changed, lost or doubled."""
    if abs(len(meant) - len(text)) > 3 or len(meant) < 20:
        return None
    before = next(
        (at for at, (a, b) in enumerate(zip(meant, text, strict=False)) if a != b), min(len(meant), len(text))
    )
    rest = min(len(meant), len(text)) - before
    after = next((at for at in range(rest) if meant[-1 - at] != text[-1 - at]), rest)
    if len(meant) - before - after > 3 or len(text) - before - after > 3:
        return None
    return (before + after - 4) / len(meant)
