"""Whether a member named `code` of a JSON answer is an API's error code, or an authorization code (RFC 6749 4.1.2).

An error code is made of words or a short number, and stands in an object that speaks of an error. What is in doubt is
an authorization code: reports leave those out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

MAX_ERROR_CODE = 80  # characters
# not.found, UNAUTHENTICATED, invalid-request, NotFound, AADSTS70008, 404. Random letters fall into no such words.
_WORD = re.compile(r"[a-z]{1,20}|[A-Z]{1,20}|(?:[A-Z]?[a-z]{2,20})(?:[A-Z][a-z]{2,20})*|[A-Z]{1,8}\d{1,8}|\d{1,5}")
_BETWEEN = re.compile(r"[._:/ \-]")
_OF_ERRORS = frozenset(
    (
        *("error", "errors", "error_description", "error_message", "message", "msg", "detail", "details", "title"),
        *("status", "statuscode", "status_code", "description", "reason", "errorcode", "error_code", "contextid"),
    )
)
_OF_LOGINS = frozenset(("state", "session_state", "access_token", "grant_type", "redirect_uri", "code_verifier"))


def is_error_code(value: object, members: Mapping[str, Any], of: str = "") -> bool:
    """Tell whether this value of `code` is an error code; `members` stand beside it, `of` names their object."""
    if isinstance(value, int) and not isinstance(value, bool):
        return True
    if not isinstance(value, str) or len(value) > MAX_ERROR_CODE:
        return False
    if not all(_WORD.fullmatch(word) for word in _BETWEEN.split(value)):
        return False
    names = {str(name).lower() for name in members}
    return _OF_LOGINS.isdisjoint(names) and (of.lower() in _OF_ERRORS or not _OF_ERRORS.isdisjoint(names))
