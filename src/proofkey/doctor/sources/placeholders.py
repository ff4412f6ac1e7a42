"""Whether a value stands for another one: `{{account-id}}`, `$CODE`, `YOUR_CLIENT_ID`, `original_verifier_string`.

A placeholder is no evidence of the value, but it is evidence that the parameter is sent.
"""

from __future__ import annotations

import re

_MARKED = re.compile(
    r"""
      .*\{\{[^{}\n]{0,80}\}\}.*              # {{account-id}}
    | .*\$\{[^{}\n]{0,200}\}.*               # ${CODE}
    | .*\$\([^()\n]{0,200}\).*               # $(cat code)
    | .*\$[A-Za-z_][A-Za-z0-9_.]{0,60}.*     # $CODE
    | .*\{[A-Za-z_][\w .\-]{0,60}\}.*        # {code}
    | .*<[A-Za-z_][\w .\-/']{0,60}>.*        # <your code>
    | \[(?!object\ )[A-Za-z_][\w .\-]{0,60}\]  # [client id]; not [object Object], which was sent
    | %[A-Za-z_]\w{0,60}%                    # %CODE%
    | :[a-z_]{2,40}                          # :code
    | .*(\.\.\.|…).*                         # abc...xyz
    | [*xX•#_.\-]{2,}                        # ********, xxxx
    | .*(\*{3,}|[xX]{4,}|•{3,}).*            # ab****yz
    """,
    re.VERBOSE,
)
# Three dots may stand in the middle of a random verifier; an abbreviation for the eye is never that long.
_LONG_VERIFIER = re.compile(r"(?!\.\.)[A-Za-z0-9\-._~]{60,128}(?<!\.\.)")
_ONE_MARK = re.compile(r"[*xX•#_.\-]+")
_EMPTY_MARK = re.compile(
    r"(\[|<|\{|\()?\s*(redacted|masked|hidden|removed|omitted|snip(ped)?|secret)\s*(\]|>|\}|\))?", re.I
)

# The words people build such values from; a value made of these alone names what belongs there.
_WORDS = frozenset([
    "a", "an", "and", "app", "application", "auth", "authcode", "authorization", "authorize", "base64",
    "base64url", "browser", "callback", "challenge", "client", "clientid", "code", "codechallenge",
    "codeverifier", "derived", "encoded", "example", "fake", "first", "foo", "bar", "baz", "for", "foobar",
    "from", "generated", "genuine", "goes", "got", "hash", "hashed", "here", "id", "identifier", "in", "is",
    "key", "login", "long", "me", "my", "name", "nonce", "oauth", "oauth2", "of", "original", "our", "param",
    "parameter", "pkce", "placeholder", "public", "query", "random", "raw", "real", "received", "redirect",
    "redirected", "redirecturi", "response", "returned", "sample", "saved", "secret", "server", "some", "spa",
    "state", "step", "stored", "str", "string", "test", "text", "that", "the", "this", "to", "token", "tokens",
    "uri", "url", "urlencoded", "user", "value", "verifier", "was", "web", "what", "with", "you", "your",
])  # fmt: skip
# One of these at least: "my-client-id" is no client, "portal-web-app" may be one.
_TELLING_WORDS = frozenset([
    "your", "my", "the", "here", "goes", "original", "received", "returned", "from", "placeholder", "sample", "dummy",
    "fake", "example", "value", "string", "id", "code", "verifier", "challenge", "uri", "url", "secret", "token",
    "param", "authcode", "codeverifier", "codechallenge", "clientid", "parameter", "this", "stored", "generated",
    "random",
])  # fmt: skip
# What registered client_ids are made of; "my-client-id" and "your-app" are none.
_NAMES_OF_CLIENTS = frozenset([
    "my", "the", "app", "application", "web", "webapp", "spa", "client", "public", "test", "demo", "example", "sample",
    "login", "auth", "oauth", "oauth2", "pkce", "browser", "frontend", "mobile", "native", "js", "first", "user",
])  # fmt: skip
_PARTS = re.compile(r"[A-Z]?[a-z]+[0-9]{0,3}|[A-Z]+[0-9]{0,3}(?![a-z])|[0-9]+")
# A shouted constant: AUTH_CODE_FROM_REDIRECT, YOUR-CLIENT-ID, CLIENTID.
_SHOUTED = re.compile(r"[A-Z][A-Z0-9]*([_\- ][A-Z0-9]+)+")
_SHORT_EXAMPLE = re.compile(r"(abc|xyz|foo|bar|123|1234|12345|abc-?123|xyz-?123|abcdef|0+|1+|\?+)", re.I)
# What a language prints for an object or for nothing: nobody writes this in the place of a value, so it was sent.
_PRINTED = re.compile(
    r"\[object \w+\]|undefined|null|none|nan|nil|promise ?\{.*\}"
    r"|<(coroutine|function|generator|promise|built-in|bound)\b.*>|<[\w.]+ object at 0x[0-9a-f]+>|system\.\w+\[\]",
    re.I,
)
MAX_PLACEHOLDER = 200


def is_placeholder(value: str, *, sent: bool = False) -> bool:
    """Tell whether a value only names what belongs in its place.

    With `sent` the value is known to have been sent, and only a marked gap or a shouted name counts.
    """
    value = value.strip().strip("\"'`“”‘’")
    if not value or len(value) > MAX_PLACEHOLDER or "\n" in value:
        return False
    if _PRINTED.fullmatch(value):
        return False
    if value.startswith(("http://", "https://")):
        # A URL with a made-up host is still the URL that is sent; only a marked gap makes it unknown.
        return bool(_MARKED.fullmatch(value)) and not value.endswith(("...", "…"))
    if _MARKED.fullmatch(value) or _EMPTY_MARK.fullmatch(value):
        return _LONG_VERIFIER.fullmatch(value) is None or _ONE_MARK.fullmatch(value) is not None
    if _SHOUTED.fullmatch(value) and sum(character.isdigit() for character in value) <= 2:
        return True
    return not sent and (_SHORT_EXAMPLE.fullmatch(value) is not None or _names_its_place(value))


def is_client_name(value: str) -> bool:
    """Tell whether a client_id is a plain name that somebody chose: "app", "my-spa", "example-web-client"."""
    words = [part.lower() for part in _PARTS.findall(value)]
    return (
        bool(words) and all(word in _NAMES_OF_CLIENTS for word in words) and not _SHOUTED.fullmatch(value.strip("'\""))
    )


def _names_its_place(value: str) -> bool:
    parts = _PARTS.findall(value)
    letters = sum(character.isalpha() for character in value)
    if not parts or not letters or sum(map(len, parts)) < len(re.sub(r"[\s_\-.:/]", "", value)):
        return False
    words = [part.lower() for part in parts if not part.isdigit()]
    known = all(word in _WORDS or word.rstrip("0123456789") in _WORDS for word in words)
    return known and any(word in _TELLING_WORDS for word in words)
