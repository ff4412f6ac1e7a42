"""What the asker did, where that names the cause: a reload, a second tab, a browser that keeps cookies from frames.

A story counts where its words stand together, and where the question tells of the error that it leads to.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

from proofkey.doctor import redirects
from proofkey.doctor.sources.source_code import Observation
from proofkey.doctor.sources.text.segments import Segment


class Story(NamedTuple):
    """Words of one sentence, words that the question has as well, and the fault that they name."""

    slug: str
    sentence: re.Pattern[str]
    beside: tuple[re.Pattern[str], ...]
    what: str


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_REFUSED = _words(r"invalid_?grant|\berrors?\b|fail|refused|\balready\b|not valid|invalid|\b40[013]\b")
_LOGIN = _words(r"\bcallback\b|\bredirect|\bcode\b|\blog(?:ged)? ?in\b")
_TWO_NAMES = (_words(r"\blocalhost\b"), _words(r"\b127\.0\.0\.1\b"))
_STATE_GONE = _words(
    r"mismatching_?state|state (?:mismatch|not found|(?:is |was )?missing|not equal|does not match)|correlation failed"
    r"|no (?:matching|stored) state|session (?:is |was |gets? )?(?:lost|empty|gone)|invalid state"
)
_STORIES = (
    Story(
        "code-redeemed-twice",
        _words(r"\b(?:second|2nd|another|again|both|twice)\b[^.?!\n]{0,60}\bsame (?:authori[sz]ation )?code\b"),
        (_REFUSED,),
        "The question tells of a second token request with the same code; a code is for one.",
    ),
    Story(
        "callback-replayed",
        _words(
            r"(?:\breload(?:s|ed|ing)?\b|\bF5\b|\bback button\b"
            r"|\b(?:press|hit|click)\w*[^.?!\n]{0,20}\b(?:refresh|back)\b(?! token)"
            r"|\brefresh(?:es|ed|ing)? (?:the |this |that )?(?:callback |browser )?(?:page|tab|browser)\b"
            r"|\bbookmark\w*)"
            r"[^.!\n]{0,80}\b(?:get|gets|got|gives?|throws?|fails?|invalid_grant|errors?|is refused)\b"
        ),
        (_LOGIN, _words(r"invalid_?grant|code[^.\n]{0,40}\b(?:used|redeemed|invalid|expired)\b")),
        "The question tells that the page of the callback was loaded again; its code was used the first time.",
    ),
    Story(
        "refresh-token-reused",
        _words(
            r"\b(?:two|both|several|many|parallel|same time|simultaneous\w*|concurrent\w*|second)\b[^.?!\n]{0,120}"
            r"\bsame refresh[_ ]?token\b"
            r"|\b(?:two|both|several|multiple|many) (?:\w+ )?"
            r"(?:tabs|windows|requests|calls|threads|processes|instances)\b[^.?!\n]{0,80}"
            r"\brefresh(?:es|ed|ing)?\b(?! the (?:page|browser))"
        ),
        (_words(r"\brefresh[_ ]?token"), _words(r"invalid_?grant|invalid refresh|reuse|\b40[013]\b|logged out")),
        "The question tells of several refreshes with one refresh token; a rotated one is for one use.",
    ),
    Story(
        "third-party-cookies-blocked",
        _words(
            r"\b(?:safari|itp|brave|incognito|private (?:window|mode|browsing)|tracking (?:prevention|protection))\b"
        ),
        (_words(r"\bsilent|\bprompt=none\b|\biframe"), _words(r"\blogin_required\b")),
        "The question tells of a silent login in a frame that finds nobody logged in, in a browser that keeps cookies"
        " from frames.",
    ),
    Story(
        "callback-cookie-not-sent",
        _words(
            r"\b(?:state|nonce|pkce|correlation|session)\b[^.?!\n]{0,30}\bcookie\b[^.?!\n]{0,30}"
            r"\b(?:missing|not found|gone)\b|\bcorrelation failed\b"
        ),
        (_words(r"\bform_post\b"),),
        "The question tells of a callback by form_post that arrived without the login's cookie.",
    ),
    Story(
        "start-and-callback-origins-differ",
        _STATE_GONE,
        _TWO_NAMES,
        "The question tells of localhost and of 127.0.0.1, and that the callback did not find the login's state: what"
        " a page or a cookie keeps belongs to one of the names.",
    ),
)
_DENIED = _words(
    r"\b(?:not|never|n['’]t|no)\b[^.?!\n]{0,20}\b(?:reload|refresh(?! token)|bookmark|same code|twice)|\bonly once\b"
)
_SPOKEN = ("prose", "object", "print", "answer")


_ASKED = _words(
    r"(?:authori[sz]e?\w*|first|login)\b[^\n=]{0,40}\bredirect_uri[\"'`]?\s*[:=]\s*[\"'`<]?(https?:[^\s\"'`<>&]+)"
    r"|[?&]response_type=[^\s\"'`<>]{0,2000}?&redirect_uri=(https?[:%][^\s\"'`<>&]+)"
    r"|[?&]redirect_uri=(https?[:%][^\s\"'`<>&]+)[^\s\"'`<>]{0,2000}?&response_type="
)
_REPEATED = _words(
    r"(?:token|second|exchange)\b[^\n=]{0,40}\bredirect_uri[\"'`]?\s*[:=]\s*[\"'`<]?(https?:[^\s\"'`<>&]+)"
)


def _two_redirect_uris(told: list[Segment]) -> list[Observation]:
    """Compare the redirect URIs that the asker names, one for each step."""
    asked = next((match for each in told if (match := _ASKED.search(each.text))), None)
    for segment in told:
        repeated = _REPEATED.search(segment.text)
        if asked is None or repeated is None:
            continue
        written = next(group for group in asked.groups() if group)
        slug = redirects.difference(unquote(written) if "%3A" in written.upper()[:12] else written, repeated[1])
        if slug is not None:
            what = "The question names another redirect_uri for the token request than for the authorization request."
            return [Observation(slug, segment.line, what)]
    return []


def facts_of_stories(segments: list[Segment]) -> list[Observation]:
    """Name the fault of the first story that the asker tells."""
    told = [each for each in segments if each.kind in _SPOKEN and each.text and len(each.text) <= 5_000]
    if found := _two_redirect_uris(told):
        return found
    for story in _STORIES:
        if not all(any(words.search(each.text) for each in told) for words in story.beside):
            continue
        for segment in told:
            for sentence in re.split(r"(?<=[.?!])\s", segment.text):
                if story.sentence.search(sentence) and not _DENIED.search(sentence):
                    return [Observation(story.slug, segment.line, story.what)]
    return []
