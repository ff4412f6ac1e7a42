"""Challenges and token requests in languages that are not parsed: what one call, or its missing partner, gives away.

A pattern names a mistake only where the block speaks of a challenge or of a token request.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from proofkey.doctor.sources.source_code.block import PAIR, REDEMPTION, Block, Observation

_SHA256 = re.compile(r"sha-?_?:{0,2}256", re.IGNORECASE)
_CHALLENGE = re.compile(r"challenge", re.IGNORECASE)
_TOKEN = re.compile(r"authorization_code|code_verifier", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Clue:
    """`shows` is the mistake unless `saved_by` stands in the block too."""

    slug: str
    shows: re.Pattern[str]
    saved_by: re.Pattern[str] | None
    what: str


def _clue(slug: str, shows: str, saved_by: str | None, what: str) -> _Clue:
    return _Clue(slug, re.compile(shows), re.compile(saved_by) if saved_by else None, what)


_REPLACED = r"[Rr]eplac(?:e|ing)|strtr|\btr\(|rtrim|TrimEnd|trimEnd|Base64Url|WebEncoders|\.tr\b"
_HEX_IN_BASE64 = (
    # PHP, Ruby, Go, C#, Java: base64 around a function that gives hexadecimal text
    r"base64_?(?:url_?)?encode\w*\(\s*hash\(\s*['\"]sha256['\"]\s*,\s*\$?\w+(?:->\w+)?\s*\)"
    r"|encode64\(\s*(?:OpenSSL::)?Digest(?:::|\.)SHA256\.hexdigest"
    r"|EncodeToString\(\s*\[\]byte\(\s*(?:hex\.EncodeToString|fmt\.Sprintf\(\s*\"%x\")"
    r"|ToBase64String\(\s*\w+(?:\.\w+)*\.GetBytes\(\s*(?:BitConverter|Convert\.ToHexString)"
    # Dart prints a Digest as hexadecimal text
    r"|base64Url(?:\.e|E)ncode\(\s*(?:utf8|ascii)\.encode\(\s*sha256\.convert\([^;]{0,200}?\.toString\(\)"
)
_CLUES = (
    _clue(
        "challenge-hash-of-utf16",
        r"Encoding(?:\.|\]::)(?:Big-?EndianUnicode|Unicode)\.GetBytes\(\s*\$?[A-Za-z_]|\.UTF_16|[\"']UTF-16|\.utf16",
        r"UTF_?8\b|US_ASCII|\.ASCII\b|\.utf8|UTF-8|\.ascii",
        "The verifier is turned into UTF-16 before it is hashed; S256 hashes its ASCII text.",
    ),
    _clue("challenge-base64-of-hex", _HEX_IN_BASE64, None, "base64 is put around the hexadecimal text of the digest."),
    _clue(
        "challenge-wrong-transform",
        r"(?:[Dd]igest|[Hh]ash(?:ed)?)\.description\b",
        None,
        "Swift's description of a digest is a text (SHA256 digest: ...), not its octets.",
    ),
    _clue(
        "challenge-hex-digest",
        r"SHA256\.hexdigest|hex\.EncodeToString\(|BitConverter(?:\.|\]::)ToString\(|Convert(?:\.|\]::)ToHexString\("
        r"|encodeHexString\(|printHexBinary\(|\"%(?:02)?(?:hh)?[xX]\"|\bsha256\.convert\([^;\n]{0,200}\)\.toString\(\)"
        r"|hash\(\s*['\"]sha256['\"]\s*,\s*\$\w+(?:->\w+)?\s*\)\s*;",
        r"[Bb]ase64|encode64",
        "The digest is written in hexadecimal; S256 wants base64url of the octets.",
    ),
    _clue(
        "challenge-padded",
        r"base64\.URLEncoding\.EncodeToString|getUrlEncoder\(\)\s*\.encode|urlsafe_encode64\(\s*[^,()]+(?:\([^()]*\))?\s*\)",
        r"withoutPadding|WithPadding\(base64\.NoPadding\)|TrimRight|padding:\s*false|replace|delete\(|\.tr\(|chomp",
        "The base64url text keeps its padding.",
    ),
    _clue(
        "challenge-padded",
        r"['\"]/['\"]\s*,\s*(?:with:\s*)?['\"]_['\"]|['\"]\+/['\"]\s*,\s*['\"]-_['\"]",
        r"['\"]=+['\"]|[Tt]rim|NoPadding|withoutPadding|NO_PADDING|Base64Url|[Ss]ubstr|Split\(|delete\(|padding:\s*false",
        "'+' and '/' of the base64 text are replaced and its padding is kept.",
    ),
    _clue(
        "challenge-newline-hashed",
        r"Base64\.encodeToString\([^()]*(?:\([^()]*\))?[^()]*,\s*Base64\.(?:DEFAULT|URL_SAFE)\s*\)",
        r"trim\(\)|replace",
        "Android's Base64 without NO_WRAP puts a line break behind the text.",
    ),
    _clue(
        "challenge-standard-base64",
        r"base64\.StdEncoding\.|Base64\.getEncoder\(\)|Convert(?:\.|\]::)ToBase64String\(|base64_encode\(|\bencode64\(|base64EncodedString\(",
        _REPLACED + r"|urlsafe_encode64",
        "The digest is in standard base64: '+' and '/' are not replaced.",
    ),
)
# Where nothing is hashed: `"code_challenge", verifier`, `'code_challenge' => $verifier`, `["code_challenge"] = v`
_NOT_HASHED = _clue(
    "challenge-not-hashed",
    r"code_challenge['\"]?\s*(?:=>|,|:|\]\s*=|=)\s*(?:value:\s*)?\$?(?:this->|self\.|this\.)?(?:code_?|pkce_?)?[vV]erifier\b",
    None,
    "The verifier itself is sent as the code_challenge, and the method says S256.",
)
# The options of golang.org/x/oauth2 are each made for one of the two steps.
_GO_OPTIONS = (
    _clue(
        "verifier-missing",
        r"\.Exchange\([^\n]{0,300}S256Challenge(?:Option|FromVerifier)\(",
        r"VerifierOption\(|[\"']code_verifier[\"']",
        "Exchange gets S256ChallengeOption, which sends the challenge again; VerifierOption sends the verifier.",
    ),
    _clue(
        "challenge-missing",
        r"\.AuthCodeURL\([^\n]{0,300}\bVerifierOption\(",
        r"S256Challenge|[\"']code_challenge[\"']",
        "AuthCodeURL gets VerifierOption and shows the verifier to everybody; S256ChallengeOption sends the challenge.",
    ),
)
_OTHER_HASH = _clue(
    "challenge-wrong-hash",
    r"Digest::(?:SHA1|SHA384|SHA512|MD5)\b|\b(?:sha1|sha512|md5)\.(?:Sum\w*|New)\(|\b(?:SHA1|SHA512|MD5)\.(?:Create|HashData)\("
    r"|hash\(\s*['\"](?:sha1|sha512|md5)['\"]|getInstance\(\s*\"(?:SHA-?1|SHA-512|MD5)\"",
    None,
    "The challenge is made with another hash than SHA-256.",
)
_METHOD = re.compile(r"\bS256\b")
_PLAIN = re.compile(r"['\"]plain['\"]")
_REQUEST_CLUES = (
    _clue(
        "redirect-uri-double-encoded",
        r"['\"]redirect_uri['\"]\s*(?:=>|,|:)\s*(?:raw)?(?:urlencode|url_encode|HttpUtility\.UrlEncode|Uri\.EscapeDataString"
        r"|URLEncoder\.encode|url\.QueryEscape|CGI\.escape)\(",
        None,
        "redirect_uri is percent-encoded by hand and then again by the form builder.",
    ),
    _clue(
        "token-body-json",
        r"['\"](?:json)['\"]\s*=>|json_encode\(|JsonSerializer\.Serialize\(|JsonConvert\.SerializeObject\(|PostAsJsonAsync\("
        r"|json\.Marshal\(|JSONSerialization\.data\(|JSONEncoder\(\)|\bjsonEncode\(|Json\.encodeToString\(|\.to_json\b|RequestBody\.create\([^)]*json|JSONObject\(",
        r"form_params|FormUrlEncodedContent|http_build_query|url\.Values|URLEncoder|FormBody",
        "The body is sent as JSON; the token endpoint reads form parameters.",
    ),
    _clue(
        "token-body-multipart",
        r"CURLOPT_POSTFIELDS\s*(?:=>|,)\s*(?:\[|array\(|\$\w+\s*[,)\]])|MultipartFormDataContent|['\"]multipart['\"]\s*=>",
        r"http_build_query",
        "An array as POST fields is sent as multipart/form-data.",
    ),
)


def facts_of_other_code(block: Block) -> list[Observation]:
    """Name the mistakes that a block in another language shows."""
    found: list[Observation] = []
    text = block.text[:100_000]
    if _CHALLENGE.search(text) and _SHA256.search(text):
        first = next((fact for clue in _CLUES if (fact := _fact(clue, text, block.line))), None)
        found += [first] if first else []
    elif _CHALLENGE.search(text):
        clues = [_OTHER_HASH, *([_NOT_HASHED] if _METHOD.search(text) and not _PLAIN.search(text) else [])]
        found += [fact for clue in clues if (fact := _fact(clue, text, block.line))][:1]
    found += [fact for clue in _GO_OPTIONS if (fact := _fact(clue, text, block.line))]
    if _TOKEN.search(text):
        found += [fact for clue in _REQUEST_CLUES if (fact := _fact(clue, text, block.line))]
    return found


def _fact(clue: _Clue, text: str, line: int) -> Observation | None:
    match = clue.shows.search(text)
    if match is None or (clue.saved_by is not None and clue.saved_by.search(text)):
        return None
    return Observation(clue.slug, line + text.count("\n", 0, match.start()), clue.what)


def parts_of_other_code(block: Block) -> set[str]:
    """Name the parts of a login that a block speaks of."""
    found = {PAIR} if _CHALLENGE.search(block.text) and _SHA256.search(block.text) else set()
    return found | {REDEMPTION} if _TOKEN.search(block.text) else found
