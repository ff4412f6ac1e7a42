"""Any text that tells of a login: commands, raw HTTP, URLs, error bodies, code, a whole forum question in prose.

`read_text` looks at what is there; no format needs to be named. Nothing is run and nothing is fetched.
"""

from __future__ import annotations

import re

from proofkey.doctor.capture import Capture
from proofkey.doctor.sources.collection import read_collection
from proofkey.doctor.sources.printed.colours import without_colours
from proofkey.doctor.sources.text.composition import capture_of, code_of
from proofkey.doctor.sources.text.cutting import cut
from proofkey.doctor.sources.text.passages import advice_begins
from proofkey.doctor.sources.text.reading import Reading
from proofkey.doctor.sources.text.segments import Segment
from proofkey.doctor.sources.text.settling import settle
from proofkey.doctor.sources.text.taking import take_all

MAX_TEXT = 2_000_000  # characters that are read; the rest is reported as unread


def read_text(text: str, name: str = "") -> Capture:
    """Read a text into a capture. `name` is put before line numbers and, where it is a file name, tells the language.

    Never raises: a text without a login gives a capture without messages.
    """
    damage: list[str] = []
    if len(text) > MAX_TEXT:
        damage.append(f"the text has {len(text)} characters; only the first {MAX_TEXT} were read")
        text = text[:MAX_TEXT]
    if (saved := read_collection(text)) is not None:
        return capture_of(Reading(saved), code_of([]), [], [], name)
    text = _plain(text)
    segments = _of_file(text, name) or cut(text)
    turn = advice_begins([(each.line, each.text) for each in segments if each.kind == "prose"])
    own = [each for each in segments if turn is None or each.line < turn]
    advice = [each for each in segments if turn is not None and each.line >= turn]
    code = code_of(own)
    reading = Reading()
    take_all(reading, own, code.drafts)
    settle(reading)
    capture = capture_of(reading, code, own, advice, name)
    capture.damage += damage
    return capture


_SUFFIXES = {
    "js": "javascript", "mjs": "javascript", "cjs": "javascript", "jsx": "javascript", "ts": "javascript",
    "tsx": "javascript", "py": "python",
}  # fmt: skip


def _plain(text: str) -> str:
    """Take out what only disturbs: colours, carriage returns, odd spaces, surrogates, the prompts of PowerShell."""
    text = without_colours(text).replace("\r\n", "\n").replace("\r", "\n").translate(_DISTURBING)
    text = _PROMPT.sub("", text)
    return _SURROGATE.sub("\ufffd", text)


_PROMPT = re.compile(r"^PS [A-Za-z]:\\[^>\n]{0,200}>[ \t]*(?=\$)", re.MULTILINE)  # before an assignment
_SURROGATE = re.compile("[\ud800-\udfff]")
_DISTURBING = {
    0x00A0: " ",
    0x200B: None,
    0x200C: None,
    0x200D: None,
    0x2060: None,
    0xFEFF: None,
    0x2028: "\n",
    0x0C: "\n",
}


def _of_file(text: str, name: str) -> list[Segment] | None:
    """Take a whole file of source code as one piece, where its name says so."""
    suffix = name.rpartition(".")[2].lower()
    if suffix not in _SUFFIXES:
        return None
    return [Segment("code", 1, text, language="python" if suffix == "py" else "javascript")]
