"""Lines of a browser console or a program's log that say why no answer was read: loose facts, no exchange."""

from __future__ import annotations

import re

MAX_LINE = 2_000

_CONSOLE = re.compile(
    r"""
      blocked\ by\ CORS | Cross-Origin\ Request\ Blocked | CORS\ (?:policy|error|request|header|preflight)
    | preflight\ (?:request|response|channel|has)
    | No\ 'Access-Control-Allow-Origin' | Access-Control-Allow-Origin
    | Failed\ to\ fetch | NetworkError\ when | Network\ Error\b | Load\ failed\b
    | net::ERR_ | ERR_(?:NETWORK|FAILED|BAD)
    | Content[\ -]Security[\ -]Policy | Refused\ to\ (?:connect|frame|load|send|display|execute|run)
    | Mixed\ Content | X-Frame-Options | frame-ancestors | Permissions[\ -]Policy
    | Uncaught\b | (?:Type|Reference|Syntax|Range|Attribute|Key|Value|Unicode\w+)Error\b | DOMException
    | InvalidCharacterError | OperationError | SecurityError
    | Cannot\ read\ propert | is\ not\ a\ function | is\ not\ defined | reading\ '
    | Unexpected\ token\ | JSON\.parse | JSONDecodeError | Expecting\ value
    | [Nn]o\ matching\ state | mismatching_state
    | [Ss]tate\ (?:mismatch|missing|not\ (?:valid|found|equal)|does\ not\ match)
    | available\ only\ in\ secure | secure\ contexts?\ \(HTTPS | checks\.state | CSRF\ Warning
    | interaction_in_progress | InvalidCheck | verify\ authorization\ request\ state
    | Cross-Origin-Opener-Policy | window\.opener | SameSite | Set-Cookie
    | \bAADSTS\d+ | \bAADB2C\d+
    | (?:requests|httpx|urllib3|oauthlib|authlib|axios|AxiosError|HttpErrorResponse)\b.{0,60}(?:Error|Exception|error)
    """,
    re.VERBOSE,
)


def is_console_line(line: str) -> bool:
    """Tell whether a line holds a message of a browser or a program about a failed call."""
    return len(line) <= MAX_LINE and _CONSOLE.search(line) is not None
