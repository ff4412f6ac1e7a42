"""What an error text says by itself, where a question shows no requests that could be compared.

A server's sentence names a fault at most: likely where only one fault is spoken of in these words, possible where the
same words have several reasons. It is asked only when nothing of the text gave a surer answer.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from proofkey.doctor.dialects import plain_words, topics_of
from proofkey.doctor.dialects.words import WORDS
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import LIKELY, POSSIBLE, Certainty, Finding


class Reading(NamedTuple):
    """One meaning of a sentence: its topic, or letters of its plain words, and the fault that it names."""

    topic: str
    slug: str
    certainty: Certainty
    words: str = ""  # a pattern that the plain words must have as well


# In the order in which they are believed: the particular first, the catch-all sentences last.
_READINGS = (
    Reading("spa-registration", "entra-redirect-registered-as-web", LIKELY),
    Reading("spa-origin-required", "entra-spa-redeemed-without-origin", LIKELY),
    Reading("browser-needs-pkce", "origin-header-without-pkce", LIKELY),
    Reading("dpop-nonce", "dpop-nonce-not-retried", LIKELY),
    Reading("secret-refused", "secret-in-public-client", LIKELY),
    Reading("two-authentications", "two-client-authentications", LIKELY),
    Reading("secret-missing", "secret-missing", LIKELY),
    Reading("secret-wrong", "client-secret-wrong", LIKELY),
    Reading("preflight-redirect", "preflight-redirected", LIKELY),
    Reading("preflight", "cors-preflight-refused", LIKELY, "blocked|cors|access control|not have|refused|failed"),
    Reading("csp", "csp-blocked", LIKELY, "refused to connect|form action|violates|connect src"),
    Reading("frame-refused", "silent-renew-frame-refused", LIKELY, "refused to|denied|because"),
    Reading("opener-severed", "popup-opener-severed", POSSIBLE),
    Reading("blocked-by-cors", "cors-answer-unreadable", LIKELY, "blocked|no access control"),
    Reading("code-used", "code-redeemed-twice", POSSIBLE, "aadsts54005|ation code (was|has been|is) already"),
    Reading("refresh-expired", "refresh-token-expired", LIKELY),
    Reading("refresh-other-client", "refresh-with-other-client", LIKELY),
    Reading("refresh-reused", "refresh-token-reused", POSSIBLE, "refresh|rotat|reuse|stale"),
    Reading("refresh-invalid", "refresh-token-reused", LIKELY, "reused|rotated"),
    Reading("refresh-invalid", "refresh-token-expired", POSSIBLE),
    Reading("scope-refused", "scope-refused", LIKELY),
    Reading("rate-limited", "rate-limited", LIKELY),
    Reading("request-uri", "par-request-uri-unusable", LIKELY),
    Reading("resource-refused", "resource-mismatch", POSSIBLE),
    Reading("cookie-unreadable", "login-cookie-unreadable", POSSIBLE),
    Reading("issuer-mismatch", "issuer-mismatch", POSSIBLE),
    Reading("nonce-mismatch", "nonce-mismatch", POSSIBLE),
    Reading("clock", "clock-skew", POSSIBLE),
    Reading("state-lost", "state-mismatch", POSSIBLE),
    Reading("code-other-tenant", "code-of-other-issuer", LIKELY),
    Reading("code-other-client", "code-of-other-client", POSSIBLE),
    Reading("verifier-missing", "verifier-missing", LIKELY),
    Reading("plain-refused", "challenge-method-plain-refused", LIKELY, "plain"),
    Reading("s256-unsupported", "challenge-method-s256-unsupported", POSSIBLE),
    Reading("challenge-missing", "challenge-missing", LIKELY),
    Reading("method-refused", "challenge-missing", POSSIBLE, "missing|required"),
    Reading("method-refused", "challenge-method-misspelt", POSSIBLE),
    Reading("challenge-refused", "challenge-padded", POSSIBLE),
    Reading("redirect-unregistered", "redirect-uri-not-registered", LIKELY, "parameter:? redirect|permitted"),
    Reading("redirect-unregistered", "redirect-uri-not-registered", LIKELY, "error=redirect mismatch"),
    Reading("redirect-unregistered", "redirect-uri-not-registered", LIKELY, "registered|configured|error 400|callback"),
    Reading("redirect-unregistered", "redirect-uri-not-registered", LIKELY, "aadsts50011|mismatching|id or redirect"),
    Reading("redirect-mismatch", "redirect-uri-differs", POSSIBLE),
    Reading("redirect-unregistered", "redirect-uri-not-registered", POSSIBLE),
    Reading("grant-not-enabled", "grant-not-enabled", LIKELY, "unauthorized client|allowed|authorized|abled"),
    Reading("client-unknown", "client-unknown", LIKELY),
    Reading("client-id-missing", "client-id-missing", LIKELY),
    Reading("authentication-method", "wrong-client-auth-method", POSSIBLE),
    Reading("code-invalid", "code-not-accepted", POSSIBLE, "bad verification code"),
    Reading("verifier-format", "verifier-too-long", LIKELY, "too long|exceed|maximum|longer than"),
    Reading("verifier-format", "verifier-too-short", POSSIBLE, "pkce invalid|format|short|43|length|malformed|decod"),
    Reading("verifier-format", "verifier-too-short", POSSIBLE, "failed: invalid|specification|characters"),
    Reading("pkce-mismatch", "verifier-unrelated", POSSIBLE),
    Reading("code-expired", "code-expired", POSSIBLE),
    Reading("code-used", "code-redeemed-twice", POSSIBLE, "code|aadsts54005"),
    Reading("body-not-form", "token-body-json", POSSIBLE, "form urlencoded|unsupported media|content type header"),
    Reading("grant-type", "token-body-json", POSSIBLE, "missing|required|must contain|(invalid|unsupported) grant"),
    Reading("access-denied", "user-denied-access", LIKELY, "error=access denied|denied access|declined|consent"),
    Reading("code-invalid", "code-not-accepted", POSSIBLE),
    Reading("client-authentication", "client-secret-wrong", POSSIBLE),
)  # fmt: skip
# Words of browsers and gateways, which stand in no dialect of a login server.
_OF_OTHERS = (
    (
        re.compile(
            r"unexpected token <|<!doctype .{0,20}is not valid json|expecting value: line 1 column 1"
            r"|json.{0,10}unexpected character at line 1 column 1|json parse error: unrecognized token <"
        ),
        ("token-answer-html", LIKELY),
    ),
    (
        re.compile(
            r"enotfound|err name not resolved|name or service not known|nodename nor servname|no such host"
            r"|unknownhostexception|name resolution"
        ),
        ("wrong-host", LIKELY),
    ),
    # Safari's words for what others call CORS.
    (re.compile(r"preflight response is not successful"), ("cors-preflight-refused", LIKELY)),
    (
        re.compile(r"not allowed by access control allow origin|due to access control checks"),
        ("cors-answer-unreadable", LIKELY),
    ),
    # One sentence for every reason (RFC 6749 5.2) names none.
    (re.compile(r"grant .{0,60}is invalid,? expired,? revoked,? does not match"), ("code-not-accepted", POSSIBLE)),
    (re.compile(r"econnrefused|connection refused"), ("server-unavailable", POSSIBLE)),
    (re.compile(r"err unknown url scheme|does not have a registered handler"), ("custom-scheme-callback-lost", LIKELY)),
    (
        re.compile(
            r"upstream connect error|no healthy upstream|50[234] (service unavailable|bad gateway|gateway time)"
        ),
        ("server-unavailable", LIKELY),
    ),
)
_MOST = 3  # findings that are told


def findings_of(sentences: list[tuple[str, str]], *, pair_is_right: bool = False) -> list[tuple[str, Finding]]:
    """Give what the sentences name, the likeliest first; `sentences` are (where, text).

    A mismatch of a pair that the text shows to be right is another matter than one of a pair that nobody sees.
    """
    found: dict[str, tuple[int, Finding]] = {}
    for where, text in sentences:
        plain = plain_words(text)
        for rank, (slug, certainty) in _readings_of(text, plain):
            if pair_is_right and slug == "verifier-unrelated":
                slug = "server-refuses-correct-pair"
            finding = Finding(
                certainty,
                "The error text speaks of this. No requests are shown that could be compared, so it is what these words"
                f" {'name' if certainty is LIKELY else 'often mean, among other reasons'}.",
                (Evidence(where, f'"{known_words(text)}"'),),
            )
            if slug not in found or rank < found[slug][0]:
                found[slug] = rank, finding
    ordered = sorted(found.items(), key=lambda item: (-item[1][1].certainty, item[1][0]))
    surest = ordered[0][1][1].certainty if ordered else POSSIBLE
    return [(slug, finding) for slug, (_, finding) in ordered if finding.certainty is surest][:_MOST]


def known_words(text: str) -> str:
    """Quote of a line only the words that servers use: whatever else stands there may be a secret."""
    vocabulary = _vocabulary()
    quoted: list[str] = []
    for token in text[:2_000].split():
        bare = token.strip(_PUNCTUATION)
        parts = re.split(r"[_\-/'’.=:]", bare.lower())
        if _NUMBERED.fullmatch(bare) or (bare and all(part in vocabulary for part in parts)):
            quoted.append(bare)
        elif not quoted or quoted[-1] != "…":
            quoted.append("…")
    return " ".join(quoted)[:200]


@lru_cache(maxsize=1)
def _vocabulary() -> frozenset[str]:
    words = {word for wording in WORDS.values() for text in wording.texts for word in re.findall(r"[a-z]{2,}", text)}
    words |= {word for wording in WORDS.values() for error in wording.errors for word in error.split("_")}
    return frozenset(words | set(_COMMON.split()))


_COMMON = (
    "a an and as at be been by can cannot could does doesn don error for from get has have http i if in invalid is isn"
    " it its no not of on or our s s256 t that the their there this to too was we were which with would you your access"
    " authorization browser callback endpoint failed login page reading request response undefined null properties"
)
_PUNCTUATION = " \t.,;:!?()[]{}<>'\"“”‘’`*|"
_NUMBERED = re.compile(r"AADSTS\d{5,7}|AADB2C\d{5}|[1-5]\d\d")


def _readings_of(text: str, plain: str) -> list[tuple[int, tuple[str, Certainty]]]:
    for pattern, reading in _OF_OTHERS:
        if pattern.search(plain):
            return [(0, reading)]
    topics = topics_of(None, text) | _topics_of_codes(plain)
    for rank, each in enumerate(_READINGS):
        if each.topic in topics and re.search(each.words, plain):
            return [(rank, (each.slug, each.certainty))]
    return []


def _topics_of_codes(plain: str) -> frozenset[str]:
    """Name the topics of the error codes that stand in a sentence."""
    found: frozenset[str] = frozenset()
    for code in _CODES:
        if code.replace("_", " ") in plain:
            found |= topics_of(code, "")
    return found


_CODES = (
    *(
        "redirect_uri_mismatch",
        "redirect_mismatch",
        "invalid_scope",
        "unauthorized_client",
        "unsupported_response_type",
    ),
    *("use_dpop_nonce", "invalid_target", "invalid_request_uri", "access_denied", "bad_verification_code"),
    *("unsupported_grant_type", "bad_code_verifier", "too_many_requests", "invalid_client"),
)
