"""What code tells a login library: its settings are read as they are written, judged, and named.

A library makes verifier, challenge and state by itself, so that its settings are all that the code decides. Only what
is written beside a known name counts; a value that comes from elsewhere is named as such.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from proofkey.doctor.address import split
from proofkey.doctor.sources.source_code.block import Block, Observation
from proofkey.doctor.sources.source_code.issuer_setting import fact_of, misplaced_issuer
from proofkey.doctor.sources.source_code.libraries import LIBRARIES, Library

MAX_CODE = 200_000  # characters that are looked through
_VALUE = r"(?:(?P<q>[\"'`])(?P<text>(?:(?!(?P=q))[^\n]){0,400})(?P=q)|(?P<bare>[^\s,;)}\]>\"'`][^\n,;)}\]>]{0,120}))"
_SETTINGS: dict[str, str] = {
    "client id": r"client_?id",
    "secret": r"client_?secret|dummyClientSecret",
    "redirect URI": r"redirect_?(?:ur[il])|callback_?url",
    "response type": r"response_?type",
    "flow": r"flow",
    "authority": r"authority|issuer(?:_?url|BaseURL)?|domain|wellKnown|(?:server_)?metadata_?url|stsServer",
    "pkce": r"(?:disable|use|enable)_?pkce|pkce(?:_?method)?|code_challenge_method",
}
_PATTERNS = {
    kind: re.compile(
        rf"(?<![\w.$-])[\"']?(?P<name>{names})[\"']?\s*(?:[:=](?!=)|=\{{)\s*\{{?\s*{_VALUE}", re.IGNORECASE
    )
    for kind, names in _SETTINGS.items()
}
_COMMENTS = re.compile(r"/\*.*?\*/|(?<![:\w\"'])//[^\n]*|^\s*#[^\n]*", re.DOTALL | re.MULTILINE)
_NOTHING = ("", "undefined", "null", "none")
_TYPES = re.compile(
    r"(?:string|boolean|any|number|unknown|str|bool)\b(?!\s*\()", re.IGNORECASE
)  # a declaration, no value
# With these the metadata are not looked for behind the issuer.
_GIVES_METADATA = re.compile(
    r"\b(?:metadata(?:_?url)?|authWellknownEndpoint\w*|loginUrl|authorizeUrl)\b", re.IGNORECASE
)


class Setting(NamedTuple):
    """A setting as the code has it: literal text, or an expression whose value is not in the code."""

    kind: str
    name: str
    value: str
    is_literal: bool
    line: int

    @property
    def is_set(self) -> bool:
        """Whether it says something."""
        return self.value.strip().lower() not in _NOTHING


def facts_of_settings(block: Block) -> tuple[list[Observation], list[str]]:
    """Give the mistakes in the settings of a library that a block configures, and a sentence on what was read."""
    code = _COMMENTS.sub(lambda found: "\n" * found.group().count("\n"), block.text[:MAX_CODE])
    library = next((each for each in LIBRARIES if each.marks.search(code)), None)
    if library is None:
        return [], []
    settings = _settings_in(code, block.line)
    if not any(each.kind in ("client id", "authority", "redirect URI") for each in settings):
        return [], []
    if _GIVES_METADATA.search(code):
        library = library._replace(discovers=False)
    return _judge(library, settings), [_described(library, settings)]


def _settings_in(code: str, first_line: int) -> list[Setting]:
    found: list[Setting] = []
    for kind, pattern in _PATTERNS.items():
        for match in list(pattern.finditer(code))[:5]:
            literal = match["text"]
            value = literal if literal is not None else (match["bare"] or "").strip()
            if literal is None and _TYPES.match(value):
                continue
            interpolated = literal is not None and ("${" in literal or "{" in literal)
            line = first_line + code.count("\n", 0, match.start())
            found.append(Setting(kind, match["name"], value, literal is not None and not interpolated, line))
    return found


def _judge(library: Library, settings: list[Setting]) -> list[Observation]:
    found: list[Observation] = []
    for each in settings:
        fact = _mistake(library, each)
        if fact is not None and fact.slug not in {known.slug for known in found}:
            found.append(fact)
    return found


def _mistake(library: Library, each: Setting) -> Observation | None:
    match each.kind:
        case "secret" if library.in_browser and each.is_set:
            return Observation(
                "secret-in-public-client",
                each.line,
                f"{each.name} is set for {library.name}, which runs in the browser, where everybody can read it.",
                possible=each.name.startswith("dummy"),  # made for servers that want any secret
            )
        case "response type" if each.is_literal and each.is_set:
            return _of_response_type(library, each)
        case "flow" if each.is_literal and each.value in ("implicit", "hybrid"):
            what = (
                f"The flow is {each.value}: tokens come in the address, and a client with PKCE asks for a code alone."
            )
            return Observation("grant-not-enabled", each.line, what, possible=True)
        case "pkce":
            return _of_pkce(library, each)
        case "redirect URI" if "#" in each.value:
            return Observation("redirect-uri-fragment", each.line, f"{each.name} has a '#'.")
        case "authority" if each.is_literal:
            return _of_authority(library, each)
    return None


def _of_response_type(library: Library, each: Setting) -> Observation | None:
    asked = each.value.split()
    if "token" not in asked and "id_token" not in asked:
        return None
    what = f"{each.name} is '{each.value[:40]}', the implicit flow" if "code" not in asked else f"{each.name} is hybrid"
    return Observation(
        "grant-not-enabled",
        each.line,
        f"{what}: many servers have it no more, and PKCE protects a code only. {library.name} wants 'code' here.",
        possible=True,
    )


def _of_pkce(library: Library, each: Setting) -> Observation | None:
    value, name = each.value.strip().lower(), each.name.lower().replace("_", "")
    off = value == "true" if name.startswith("disable") else value in ("false", "none", "null")
    if value == "plain":
        return Observation(
            "challenge-method-plain-refused", each.line, f"{each.name} is plain; most servers want S256."
        )
    if off:
        return Observation(
            "challenge-missing",
            each.line,
            f"{each.name} turns PKCE off: {library.name} then sends no code_challenge.",
            possible=not library.in_browser,
        )
    return None


def _of_authority(library: Library, each: Setting) -> Observation | None:
    misplaced = misplaced_issuer(each.value) if each.name.lower() in ("authority", "issuer") else None
    if misplaced is None or not library.discovers:
        return None
    return fact_of(misplaced, each.name, _plain(each.value), each.line, library.name)


def _described(library: Library, settings: list[Setting]) -> str:
    """Say what was read, without any secret."""
    parts = []
    for kind in ("authority", "client id", "redirect URI", "response type"):
        each = next((one for one in settings if one.kind == kind), None)
        if each is None:
            by_itself = kind == "response type" and library.in_browser
            parts.append("response type code, its default" if by_itself else f"no {kind} to be seen")
        elif not each.is_literal:
            parts.append(f"{kind} from {_plain(each.value)}")
        else:
            parts.append(f"{kind} {_plain(each.value)}")
    secret = next((one for one in settings if one.kind == "secret" and one.is_set), None)
    parts.append("a client secret" if secret else "no client secret")
    return f"{library.name} (line {min(each.line for each in settings)}): {', '.join(parts)}; {library.pkce}"


def _plain(value: str) -> str:
    """Write a value short; an address without its query and without a password."""
    address = split(value)
    if address.is_web and address.host:
        return f"{address.origin}{address.path}"
    return value[:60]
