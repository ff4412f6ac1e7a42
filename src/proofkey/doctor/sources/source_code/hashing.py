"""What a hash is given, and which hash is asked for, whatever the language."""

from __future__ import annotations

import re

from proofkey.doctor.sources.source_code.values import Fields, Known, Library, Octets, Raw, Source, Unknown, Utf8, Value


def source_of(value: Value) -> Source:
    """Give the octets behind a value that a function of octets takes; a text counts as its UTF-8."""
    match value:
        case Octets(source=source):
            return source
        case Unknown():
            return value
        case Raw(of=Octets(source=source)):
            return source
        case _:
            return Utf8(value)


def algorithm_of(value: Value | None) -> str:
    """Name the hash that a value asks for, "" where it does not say."""
    if isinstance(value, Fields):
        value = value.get("name")
    text = value.value if isinstance(value, Known) else value.path if isinstance(value, Library) else ""
    letters = re.sub(r"[^a-z0-9]", "", str(text).lower().rpartition(".")[2])
    return (
        letters if re.fullmatch(r"sha(?:1|224|256|384|512|3)|md5", letters) else "sha256" if "sha256" in letters else ""
    )
