"""Read maps that print their texts without quotation marks: `{code: x, scope: y}` of Dart, `{code=[x]}` of Java.

Only maps of a token request or of an error are read: nothing else tells such a print from code.
"""

from __future__ import annotations

import re

from proofkey.doctor.sources.printed.unshown import Printed

MAX_MAP = 20_000  # characters
BEGINNING = r"\{\s*(?:grant_type|code|code_verifier|client_id|redirect_uri|error|error_description)(?:: |=)[^\s'\"{]"

_NAME = r"[A-Za-z_]\w{1,40}"
_DART = re.compile(rf"(?P<name>{_NAME}): (?P<value>[^\n]*?)(?=, {_NAME}: |\}}$)")
_JAVA = re.compile(rf"(?P<name>{_NAME})=(?P<value>\[[^\[\]\n]*\]|[^\n]*?)(?=, {_NAME}=|\}}$)")
_GRANT = re.compile(r"authorization_code|refresh_token|client_credentials")
_ERROR = re.compile(r"[a-z]+(?:_[a-z]+)+")


def read_map(text: str) -> Printed | None:
    """Give the members of a printed map; None where it is none, or none of a login."""
    text = text.strip()
    if len(text) > MAX_MAP or not text.endswith("}") or re.match(BEGINNING, text) is None or re.search(r"['\"]", text):
        return None
    pattern = _JAVA if re.match(r"\{\s*\w+=", text) else _DART
    found = Printed("Map")
    for match in pattern.finditer(text, 1):
        value = match.group("value").strip()
        found[match.group("name")] = value[1:-1] if value.startswith("[") and value.endswith("]") else value
    grant, error = found.get("grant_type"), found.get("error")
    if (grant is not None and _GRANT.fullmatch(grant)) or (error is not None and _ERROR.fullmatch(error)):
        return found
    return None
