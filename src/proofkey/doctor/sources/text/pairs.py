"""Parameters listed one to a line: a form as the browser's tools show it, a list with bullets, settings."""

from __future__ import annotations

import re

from proofkey.doctor.sources.text.raw_http import Lines

TOKEN_NAMES = frozenset(
    ["grant_type", "code", "redirect_uri", "client_id", "code_verifier", "client_secret", "refresh_token"]
)
AUTHORIZE_ONLY = frozenset(
    ["response_type", "code_challenge", "code_challenge_method", "nonce", "prompt", "response_mode"]
)
KNOWN = TOKEN_NAMES | AUTHORIZE_ONLY | {"scope", "state", "resource", "audience", "access_type"}
_ALIASES = frozenset(
    [
        "redirectUri",
        "redirect_url",
        "redirectUrl",
        "codeVerifier",
        "verifier",
        "clientId",
        "grantType",
        "callback_url",
        "clientSecret",
    ]
)
_LINE = re.compile(
    r"[\s>*•·‣◦\-–+|&?]*(?:\d{1,2}[.)]\s+)?[`\"'*_]{0,2}([A-Za-z_]{4,30})[`\"'*_]{0,2}(?:\s*\([^()\n]{0,30}\))?"
    r"\s*(=>|->|→|:|=|\||\t+| {2,})[ \t]*(.*?)[ \t|]*&?[ \t]*"
)
_FURTHER = re.compile(rf"&({'|'.join(sorted(KNOWN))})=")  # several parameters of a form on one line
MAX_LINES = 60


def read_pair(line: str) -> tuple[str, str, str] | None:
    """Give name, sign and value of a line that lists a parameter, or None."""
    if len(line) > 5_000:
        return None
    match = _LINE.fullmatch(line)
    if match is None:
        return None
    name, sign, value = match.groups()
    if name not in KNOWN and name not in _ALIASES:
        return None
    if value.endswith((",", ";", "{", "(", "[")) or value.startswith(("function", "await ", "new ")):
        return None  # code
    bare = value.strip("`*") if len(value) > 1 else value
    if len(bare) > 1 and bare[0] in "'‘" and bare[-1] in "'’":
        bare = bare[1:-1]  # quoted as in code; JSON text, which may be sent by mistake, has double quotes
    return name, sign, "" if bare.lower() in ("(empty)", "<empty>", "(blank)") else bare


def read_pairs(source: Lines, index: int) -> tuple[list[tuple[str, str]], bool, int] | None:
    """Read the list that begins at a line: its pairs, whether they are written as in a form, and the index behind it.

    None where there are not at least two parameters of the protocol.
    """
    pairs: list[tuple[str, str]] = []
    signs: set[str] = set()
    position = index
    behind = index
    while position < len(source.lines) and position - index < MAX_LINES:
        line = source.lines[position]
        found = read_pair(line)
        if found is not None:
            if len(found[2].split()) > 4 and found[0] != "scope":
                return None  # a sentence about the parameter
            first, *more = _FURTHER.split(found[2]) if found[1] == "=" else [found[2]]
            pairs += [(found[0], first), *zip(more[::2], more[1::2], strict=True)]
            signs.add(found[1])
            behind = position + 1
        elif pairs and position == behind and is_rest_of_value(line):
            pairs[-1] = (pairs[-1][0], continued(pairs[-1][1], line))
            behind = position + 1
        elif line.strip() or position - behind > 0:
            break
        position += 1
    if len({name for name, _ in pairs} & KNOWN) < 2:
        return None
    return _without_common_quotes(pairs), signs == {"="}, behind


def _without_common_quotes(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Take off quotation marks that every value has; where only one has them, they are part of it."""
    values = [value for _, value in pairs if value]
    if all(len(value) > 1 and value[0] in "\"'“‘" and value[-1] in "\"'”’" for value in values):
        return [(name, value[1:-1]) for name, value in pairs]
    return pairs


# Padding stands at the end only: with more behind the sign the line gives another name its value.
_REST = re.compile(r"[A-Za-z0-9\-._~+/%]{2,2000}={0,2}")
_OWN_WORDS = re.compile(r"[A-Za-z]?[a-z]+(?:[_.\-/][A-Za-z]?[a-z]+)*[.:]?|[A-Z]+(?:_[A-Z]+)*[.:]?")


def is_rest_of_value(line: str) -> bool:
    """Tell whether a line is the rest of the value above: one run of characters that could be of a code or verifier.

    A word stands for itself ("Unauthorized", invalid_grant): in a random run of that length letters change their case,
    or there is a digit.
    """
    bare = line.strip()
    return len(bare) >= 6 and _REST.fullmatch(bare) is not None and _OWN_WORDS.fullmatch(bare) is None


def continued(value: str, line: str) -> str:
    """Put a value and its rest together; a long line was wrapped for reading, a short one holds a line break."""
    return value + line.strip() if len(value) >= 60 else f"{value}\n{line.strip()}"
