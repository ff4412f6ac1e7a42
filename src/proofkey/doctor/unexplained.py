"""A refusal without a reason: what a bare error code may mean, the likeliest cause first, and what would decide it.

The codes are those of RFC 6749 4.1.2.1 and 5.2. Each of them has several reasons: nothing here is more than possible.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from proofkey.doctor.dialects import plain_words
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import POSSIBLE, Finding


class Cause(NamedTuple):
    """One reason for a code, and the question whose answer decides on it."""

    slug: str
    question: str


_VERIFIER = Cause(
    "verifier-unrelated",
    "Is the code_challenge of the authorization request the S256 of the code_verifier of the token request? Give both"
    " requests, or compare with proofkey pkce --verifier - --check CHALLENGE.",
)
_TWICE = Cause(
    "code-redeemed-twice",
    "Is there one token request for this code, or are there two? An effect of React that runs twice, a reload, the back"
    " button and a retry each make a second one.",
)
_REDIRECT = Cause(
    "redirect-uri-differs",
    "Is the redirect_uri of the token request that of the authorization request, character by character: scheme, port,"
    " case, trailing slash?",
)
_OLD = Cause(
    "code-expired",
    "How long after the callback did the token request leave? A breakpoint or a copy by hand is too long for many"
    " servers, and a code of yesterday is for all.",
)
_CLIENT = Cause("code-of-other-client", "Is the client_id the same in both requests, and the server or realm, too?")
_REFRESH = Cause(
    "refresh-token-expired",
    "Was it a code or a refresh token that was refused? A refresh token ends with its session, and after its lifetime.",
)
_JSON = Cause(
    "token-body-json",
    "Does the token request carry its parameters in the body, as application/x-www-form-urlencoded, and not as JSON?",
)
_QUERY = Cause("token-params-in-query", "Are the parameters in the body of a POST, and none of them in the address?")
_GRANT = Cause("grant-type-wrong", "Is grant_type exactly authorization_code?")
_NO_VERIFIER = Cause("verifier-missing", "Is there a code_verifier in the token request, under exactly this name?")
_NO_REDIRECT = Cause("redirect-uri-missing", "Does the token request repeat the redirect_uri?")
_REPEATED = Cause("parameter-repeated", "Is every parameter there once?")
_SECRET = Cause(
    "client-secret-wrong",
    "Is the secret the value that the registration shows (not its id), of this client, and not expired?",
)
_NO_SECRET = Cause(
    "secret-missing",
    "Is the client registered as confidential? Then the token request needs its secret; else register a public one.",
)
_METHOD = Cause(
    "wrong-client-auth-method",
    "Does the registration want the credentials where they are sent: Authorization header, or body?",
)
_UNKNOWN = Cause("client-unknown", "Is there a client of this id at this very server, tenant or realm?")

CAUSES: dict[str, tuple[Cause, ...]] = {
    "invalid_grant": (_VERIFIER, _TWICE, _REDIRECT, _OLD, _CLIENT),
    "invalid_request": (_JSON, _NO_VERIFIER, _NO_REDIRECT, _REPEATED),
    "invalid_client": (_SECRET, _NO_SECRET, _METHOD, _UNKNOWN),
    "unsupported_grant_type": (_JSON, _GRANT, _QUERY),
}
NEXT = (
    "Give also the address with which the login began (/authorize?...) and the token request, with its answer: they"
    " answer these questions. Both are in a recording of one login: a HAR file, saved with the network panel open"
    " before the login starts and its log preserved."
)
# What servers and libraries write for a code. The sentences are those of RFC 6749 5.2, sent whatever the reason.
_SAID: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "invalid_grant",
        re.compile(
            r"(?:the )?(?:provided )?(?:authori[sz]ation )?grant .{0,90}is invalid,? expired,? revoked,? does not match"
            r"(?: the redirect(?:ion)? ur[il] used in the authori[sz]ation request,? or was issued to another client)?"
        ),
    ),
    (
        "invalid_request",
        re.compile(r"the request is missing a required parameter,.{0,60}parameter value.{0,160}otherwise malformed"),
    ),
    (
        "invalid_client",
        re.compile(
            r"client authentication failed .{0,12}unknown client, no client authentication included,? or unsupported"
            r" authentication method"
        ),
    ),
)
_CODES = re.compile(
    r"\b(invalid grant|invalid request|invalid client|unsupported grant type)\b|invalidgrant(?=error|\b)"
)
_OF_LIBRARIES = re.compile(r"oauth ?token error 10\b|tokenerror: bad request")
_NAMES_A_PARAMETER = re.compile(r"(?:missing|required) .{0,30}parameter|parameter .{0,40}(?:missing|required)")
_ASKED = "To decide on this one:"
_SUPPOSES = re.compile(r"\b(?:if|when|unless|whether|should|would|may|might)\b", re.IGNORECASE)
_HAPPENED = re.compile(r"[{]|\b(?:error|I|we)\b|^\W*invalid_", re.IGNORECASE)
_OF_A_REFRESH = re.compile(r"\brefresh")


def without_rfc_sentences(plain: str) -> str:
    """Take the sentences that name every reason at once out of plain words; what a server adds to one remains."""
    for _, sentence in _SAID:
        plain = sentence.sub(" ", plain)
    return plain


def bare_code(text: str) -> str:
    """Name the error code that a sentence has, "" where it has none."""
    plain = plain_words(text)
    for code, sentence in _SAID:
        if sentence.search(plain):
            return code
    if found := _CODES.search(plain):
        code = (found[1] or "invalid grant").replace(" ", "_")
        return "" if code == "invalid_request" and _NAMES_A_PARAMETER.search(plain) else code
    return "invalid_grant" if _OF_LIBRARIES.search(plain) else ""


def causes_of(sentences: list[tuple[str, str]], *, pair_is_right: bool) -> tuple[str, list[tuple[str, Finding]]]:
    """Give the first bare code of the sentences, (where, text) each, and a possible finding for each of its reasons."""
    for where, text in sentences:
        code = bare_code(text)
        if not code or (_SUPPOSES.search(text) and not _HAPPENED.search(text)):
            continue
        causes = list(CAUSES[code])
        if pair_is_right:
            causes = [each for each in causes if each is not _VERIFIER]
        if code == "invalid_grant" and any(_OF_A_REFRESH.search(plain_words(each)) for _, each in sentences):
            causes.append(_REFRESH)
        further = [f" {NEXT}", *[""] * len(causes)]  # said once
        shown = (Evidence(where, f"{code}, in words that name no single reason"),)
        return code, [
            (cause.slug, Finding(POSSIBLE, f"{code} fits several causes. {_ASKED} {cause.question}{more}", shown))
            for cause, more in zip(causes, further, strict=False)
        ]
    return "", []


def question_of(code: str, slug: str) -> str:
    """Give the question that decides on a cause."""
    return next((each.question for each in (*CAUSES[code], _REFRESH) if each.slug == slug), "")
