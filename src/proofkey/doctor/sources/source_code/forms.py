"""Forms and queries that code puts together as text: which fields they have, and from which values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from proofkey.doctor.sources.source_code.values import Altered, Fields, FormText, Joined, Known, Unknown, Value

if TYPE_CHECKING:
    from proofkey.doctor.sources.source_code.following import Follower

_QUERY = re.compile(r"(?:^|[?&])(?:response_type|code_challenge|grant_type|client_id)=")


def form_text(value: Value) -> Value:
    """Make the text of a form out of an object."""
    if isinstance(value, Fields):
        return FormText(Fields("form", list(value.entries), value.open, line=value.line))
    return value


def fields_of_text(value: Value) -> Fields:
    """Read the parameters of a query or form that is put together as text, keeping the recipes of its parts."""
    parts = value.parts if isinstance(value, Joined) else (value,)
    marked: list[str] = []
    kept: list[Value] = []
    for part in parts:
        if isinstance(part, Known) and isinstance(part.value, str):
            marked.append(part.value)
        elif isinstance(part, FormText):
            marked.append(
                "&".join(f"{name}=\ue000{len(kept) + place}\ue001" for place, (name, _) in enumerate(part.of.entries))
            )
            kept += [each for _, each in part.of.entries]
        else:
            marked.append(f"\ue000{len(kept)}\ue001")
            kept.append(part)
    text = "".join(marked)
    query = text.partition("?")[2] if "?" in text else text
    fields = Fields("url")
    for pair in query.partition("#")[0].split("&"):
        name, equals, given = pair.partition("=")
        name = re.sub(r"[\ue000\ue001\s]|\d+(?=\ue001)", "", name)
        if not equals or not re.fullmatch(r"[A-Za-z_][\w.\-]*", name):
            continue
        whole = re.fullmatch(r"\s*\ue000(\d+)\ue001\s*", given)
        if whole:
            part = kept[int(whole.group(1))]
            # Put into a text, a value has to be escaped by hand; only a form builder would escape it again.
            fields.entries.append((name, part.of if isinstance(part, Altered) and part.how == "percent" else part))
        else:
            fields.entries.append((name, Known(given) if "\ue000" not in given else Unknown("")))
    return fields


def note_query(follower: Follower, value: Value, line: int) -> Value:
    """Keep a text that is a query or form of the login; give it back."""
    parts = value.parts if isinstance(value, Joined) else (value,)
    if any(isinstance(part, Known) and isinstance(part.value, str) and _QUERY.search(part.value) for part in parts):
        follower.trace.texts.append((value, line))
        for name, part in fields_of_text(value).entries:
            if part != Known(""):  # the text may go on behind this
                follower.name(name, part, line, "parameter")
    return value
