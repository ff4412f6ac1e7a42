"""What an error text says by itself, where a question shows no requests that could be compared.

A server's sentence names a fault at most: likely where only one fault is spoken of in these words, possible where the
same words have several reasons. It is asked only when nothing of the text gave a surer answer.
"""

from __future__ import annotations

import re
from functools import lru_cache

from proofkey.doctor.dialects import plain_words, topics_of
from proofkey.doctor.dialects.words import WORDS
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import LIKELY, POSSIBLE, Finding
from proofkey.doctor.meaning import Meaning
from proofkey.doctor.meanings import MEANINGS
from proofkey.doctor.meanings_of_others import OF_OTHERS
from proofkey.doctor.unexplained import without_rfc_sentences

_MOST = 3  # findings that are told


def findings_of(sentences: list[tuple[str, str]], *, pair_is_right: bool = False) -> list[tuple[str, Finding]]:
    """Give what the sentences name, the likeliest first; `sentences` are (where, text).

    A mismatch of a pair that the text shows to be right is another matter than one of a pair that nobody sees.
    """
    found: dict[str, tuple[tuple[int, int], Finding]] = {}
    for where, text in sentences:
        plain = without_rfc_sentences(plain_words(text))
        read = _meaning_of(plain)
        if read is None:
            continue
        rank, meaning = read
        evidence = (Evidence(where, f'"{known_words(text)}"'),)
        for place, slug in enumerate((meaning.slug, *meaning.also)):
            if pair_is_right and slug == "verifier-unrelated":
                slug = "server-refuses-correct-pair"
            certainty = POSSIBLE if place else meaning.certainty
            if slug not in found or (rank, place) < found[slug][0]:
                fix = meaning.fix if place == 0 else ""
                found[slug] = (rank, place), Finding(certainty, _explained(meaning, place), evidence, fix)
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
_NUMBERED = re.compile(r"IDX\d{5}|AADSTS\d{5,7}|AADB2C\d{5}|[1-5]\d\d")


def _explained(meaning: Meaning, place: int) -> str:
    named = meaning.certainty is LIKELY and place == 0
    return (f"{meaning.note} " if meaning.note and place == 0 else "The error text speaks of this. ") + (
        "No requests are shown that could be compared, so it is what these words"
        f" {'name' if named else 'often mean, among other reasons'}."
    )


def _meaning_of(plain: str) -> tuple[int, Meaning] | None:
    for pattern, reading in OF_OTHERS:
        if pattern.search(plain):
            return 0, reading
    topics = topics_of(None, plain) | _topics_of_codes(plain)
    for rank, each in enumerate(MEANINGS):
        if each.topic in topics and re.search(each.words, plain):
            return rank, each
    return None


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
    *("incorrect_client_credentials", "login_required", "interaction_required"),
)
