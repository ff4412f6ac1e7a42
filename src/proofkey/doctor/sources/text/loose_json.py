"""Read objects as people paste them: JSON, JSON with typographic quotes or comments, a printed dict or object."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "\u00a0": " "})
_COMMENT = re.compile(r"(?<![:\"'/\w])//[^\n\"]*$", re.MULTILINE)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_BARE_KEY = re.compile(r"([{,]\s*)([A-Za-z_]\w*)(\s*:)")
_MAX = 100_000
_MAX_LITERAL = 20_000

REQUEST_KEYS = frozenset(["grant_type", "code_verifier", "codeVerifier", "grantType", "redirect_uri", "redirectUri"])
ANSWER_KEYS = frozenset([
    "error", "error_description", "errors", "message", "access_token", "error_code", "errorCode", "detail",
    "title", "error_uri", "description", "statusCode", "errorSummary", "fault",
])  # fmt: skip


def read_object(text: str) -> dict[str, Any] | None:
    """Give the members of a pasted object, or None where it is no object; those of a print are `Printed`."""
    text = text.strip()[:_MAX]
    if not text.startswith("{"):
        return None
    if text.startswith('{\\"'):  # JSON inside a JSON string
        text = text.replace('\\"', '"')
    mended = _COMMENT.sub("", text.translate(_QUOTES))
    mended = _TRAILING_COMMA.sub(r"\1", mended)
    for candidate in (text, mended, _BARE_KEY.sub(r'\1"\2"\3', mended)):
        try:
            members = json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
        return members if isinstance(members, dict) else None
    if len(mended) <= _MAX_LITERAL and mended.count("{") + mended.count("[") + mended.count("(") <= 200:
        try:
            members = ast.literal_eval(mended)
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            members = None
        if members is not None:
            return members if isinstance(members, dict) else None
    from proofkey.doctor.sources.printed.inspected import read_inspected  # JSON, which most objects are, needs none
    from proofkey.doctor.sources.printed.maps import read_map

    found = read_inspected(text)
    return found[0] if found is not None else read_map(text)


def as_json(members: dict[str, Any]) -> str | None:
    """Write members as JSON text again; None where they hold something that JSON cannot."""
    try:
        return json.dumps(members)
    except (ValueError, TypeError, RecursionError):
        return None


def is_request_payload(members: dict[str, Any]) -> bool:
    """Tell whether an object is what somebody sends to a token endpoint."""
    names = members.keys()
    if "access_token" in names or "error" in names:
        return False
    if "redirect_uris" in names or "issuer" in names:
        return False
    return bool(REQUEST_KEYS & names) and not ("response_type" in names or "code_challenge" in names)


def is_answer(members: dict[str, Any]) -> bool:
    """Tell whether an object is what a server answers."""
    names = members.keys()
    return bool(ANSWER_KEYS & names) or {"code", "status"} <= names
