"""What the asker himself says happened: two token requests with one code, and the errors that he quotes."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

from proofkey.doctor.sources.printed.logged_answer import said_in
from proofkey.doctor.sources.source_code import Observation
from proofkey.doctor.sources.text.console import is_console_line
from proofkey.doctor.sources.text.segments import Segment

_TWICE = re.compile(
    r"\b(?:two|double|duplicate[ds]?|twice)\b[^.?!\n]{0,60}\b(?:POSTs?|requests?|calls?|exchanges)\b"
    r"|\b2 (?:token )?(?:POSTs|requests|calls)\b"
    r"|\bsecond (?:token )?(?:POST|request|call)\b[^.?!\n]{0,120}\bsame code\b"
    r"|\b(?:POST|request|call|exchange|effect|callback|useEffect|function|code)s?\b[^.?!\n]{0,60}"
    r"\b(?:twice|two times|a second time|double)\b",
    re.IGNORECASE,
)
_SEEN_TWICE = re.compile(r"\b(?:network|tab|devtools|log|proxy|fiddler|charles|har|see)\b", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“][^\"”\n]{0,300}[\"”]")  # words of others
_OF_THE_CODE = re.compile(
    r"\b(?:token|code|exchange|redeem\w*|callback|useEffect|StrictMode|strict mode)\b", re.IGNORECASE
)
_DENIED = re.compile(
    r"\b(?:not|never|n['’]t|only once|no second|just one|once|generat\w+|verifier|encod\w+|hash\w*)\b", re.IGNORECASE
)


def facts_told(segments: list[Segment]) -> list[Observation]:
    """Name the faults that the asker's sentences tell of."""
    prose = [segment for segment in segments if segment.kind == "prose" and len(segment.text) <= 5_000]
    for segment in prose:
        for sentence in re.split(r"(?<=[.?!])\s", _QUOTED.sub("", segment.text)):
            if not _TWICE.search(sentence) or _DENIED.search(sentence):
                continue
            if _OF_THE_CODE.search(sentence) or (_SEEN_TWICE.search(sentence) and _OF_THE_CODE.search(segment.text)):
                what = "The question tells of two token requests in one login; a code is for one."
                return [Observation("code-redeemed-twice", segment.line, what)]
    return _verifier_gone(prose) or _chosen_in_a_tool(prose) or _missed(prose)


def _missed(prose: list[Segment]) -> list[Observation]:
    """Find what the asker misses: a refresh token, or a silent login where third-party cookies are off."""
    silent = any(_SILENT.search(segment.text) for segment in prose)
    for segment in prose:
        if _NO_REFRESH_TOKEN.search(segment.text):
            what = "The question tells that the answer has no refresh token."
            return [Observation("refresh-token-absent", segment.line, what)]
        if silent and _THIRD_PARTY.search(segment.text):
            what = "The question tells of a silent login in a frame, and of browsers without third-party cookies."
            return [Observation("third-party-cookies-blocked", segment.line, what)]
    return []


def _chosen_in_a_tool(prose: list[Segment]) -> list[Observation]:
    """Find the kind of body that the asker chose in Postman or its like."""
    for segment in prose:
        if _DENIED_CHOICE.search(segment.text):
            continue
        for pattern, slug, what in _CHOICES:
            if pattern.search(segment.text):
                return [Observation(slug, segment.line, what)]
    return []


def _verifier_gone(prose: list[Segment]) -> list[Observation]:
    """Find a verifier that was not there at the callback, and the two names of one machine that explain it."""
    for segment in prose:
        if not _NO_VERIFIER.search(_NO_MORE_SAID.sub("", segment.text)):
            continue
        if all(any(name.search(each.text) for each in prose) for name in _TWO_NAMES):
            what = (
                "The question tells of localhost and of 127.0.0.1, and that the verifier was gone at the callback: what"
                " a page stores belongs to one of the names."
            )
            return [Observation("start-and-callback-origins-differ", segment.line, what)]
        what = "The question tells that there was no verifier at the callback."
        return [Observation("verifier-is-null-text", segment.line, what)]
    return []


_SPEAKS_OF_AN_ERROR = re.compile(
    r"error|invalid|aadsts|aadb2c|refused|blocked|missing|mismatch|\bnot\b|n['’]t\b|failed|expired|denied|required|must"
    r"|enotfound|econnrefused|unauthorized|unknown|incorrect|wrong|reuse|rate limit|too many|unexpected|violates|policy"
    r"|state|nonce|IDX1\d{4}|disabled|cannot|could ?n['’o]t|unable|does ?n['’o]t|only accepts|exception|csrf"
    r"|bad request|unsupported|expected|different provider|illegal|time(?:d )?out|revoked|not_found|cancell?ed"
    r"|in progress|deleted|malformed|\bstale\b|inactive|\bempty\b|\bbad_\w|(?:code|token)_already_used|already been"
    r"|(?:has|have) been used|unregistered|too (?:early|short|long)|in the future|no longer|closed[_ ]by|expecting"
    r"|\bno (?:client|state|csrf)\b|OAuth 2\.0 Parameter|secure context|socket hang up|econnreset"
    r"|etimedout|\b4[013]\d [A-Z]|failure|access-control-allow",
    re.IGNORECASE,
)
# What the server said, written into the code as a comment.
_COMMENT = re.compile(r"(?:^|\s)(?:#|//)\s*(.*(?:\binvalid_[a-z]+|AADSTS\d|[\"']error[\"']\s*:).*)")
_HYPOTHETICAL = re.compile(
    r"\b(?:if|when|unless|whether|would|should|could(?! not)|may|might|in case|e\.g\.|for example)\b", re.I
)
_COMPLAINS = re.compile(
    r"^\W*(?:error|invalid_\w+)\b"
    r"|(?<!should )(?<!would )(?<!could )(?<!will )(?<!can )"
    r"\b(?:I|we)(?: \w+){0,2} (?:get|got|getting|receive|received)\b",
    re.IGNORECASE,
)
_CARRIED = re.compile(r"(?<![\w-])(?:error|error_description)=[^&\s\"'<>]{2,600}")
_NO_VERIFIER = re.compile(
    r"verifier\b[^.?!\n]{0,60}(?:=|\b(?:is|was|are|always|comes? back|returns?|gets?|becomes?)\b)[^.?!\n]{0,30}"
    r"(?<![\w.])(?:null|undefined|empty|None|gone|lost)\b"
    r"|(?:null|undefined|empty)\b[^.?!\n]{0,20}\bverifier\b"
    r"|\bverifier\b[^.?!\n]{0,60}\bit(?:['’]s| is| was) (?:null|undefined|empty|gone|lost)\b",
    re.IGNORECASE,
)
_NO_REFRESH_TOKEN = re.compile(
    r"\bno refresh[_ ]?token\b(?![^.?!\n]{0,30}(?:needed|required|necessary|used))"
    r"|\brefresh[_ ]?token (?:is |was )?(?:missing|absent|not (?:returned|included|issued|in the response))\b"
    r"|\b(?:not|n['’]t|never) (?:get|receive|return|see|give|issue)\w* (?:me |us )?(?:a |any )?refresh[_ ]?token\b",
    re.IGNORECASE,
)
_SILENT = re.compile(r"\bsilent|\bprompt=none\b|\biframe|\blogin_required\b", re.IGNORECASE)
_THIRD_PARTY = re.compile(r"\bthird[- ]party cookies?\b", re.IGNORECASE)
_NO_MORE_SAID = re.compile(r"error_(?:uri|description) is null")  # what .NET writes where a server sent none
_TOOL = r"(?:postman|insomnia|bruno|thunder ?client|hoppscotch|\bbody\b)"
_CHOICES = (
    (
        re.compile(_TOOL + r"[^.?!\n]{0,80}\bform-data\b", re.IGNORECASE),
        "token-body-multipart",
        "The body was sent as form-data, which is multipart; the token endpoint reads x-www-form-urlencoded.",
    ),
    (
        re.compile(_TOOL + r"[^.?!\n]{0,80}\braw\b[^.?!\n]{0,20}\bjson\b", re.IGNORECASE),
        "token-body-json",
        "The body was sent as raw JSON; the token endpoint reads x-www-form-urlencoded.",
    ),
)
_DENIED_CHOICE = re.compile(r"\b(?:not|instead of|rather than|urlencoded|changed|n['’]t)\b", re.IGNORECASE)
_TWO_NAMES = (re.compile(r"\blocalhost\b"), re.compile(r"\b127\.0\.0\.1\b"))
_ALWAYS = ("prose", "object", "print", "pairs")
MAX_SENTENCES = 200
MAX_LINE = 2_000


def errors_told(segments: list[Segment], *, alone: bool) -> list[tuple[int, str]]:
    """Give the lines that may quote an error, no code and no instructions.

    What answers a request that is shown is judged with it; answers and pages are read here where they stand `alone`.
    """
    found: list[tuple[int, str]] = []
    for segment in segments:
        if segment.kind == "code":
            found += _commented(segment)[: MAX_SENTENCES - len(found)]
        if segment.kind not in ((*_ALWAYS, "answer", "page") if alone else _ALWAYS):
            continue
        text = (segment.answer.body or "") if segment.answer is not None and not segment.text else segment.text
        if segment.printed is not None:
            text = said_in(segment.printed)
        for offset, line in enumerate(text.split("\n")):
            if len(found) >= MAX_SENTENCES:
                return found
            plain = _spoken(line[:MAX_LINE])
            if _SPEAKS_OF_AN_ERROR.search(plain) and (
                is_console_line(plain)
                or re.search(r"[\"“'`{:=]", plain)
                or not _HYPOTHETICAL.search(plain)
                or _COMPLAINS.search(plain)
            ):
                found.append((segment.line + offset, plain))
    return found


def _commented(segment: Segment) -> list[tuple[int, str]]:
    lines = enumerate(segment.text.split("\n"), segment.line)
    return [(number, _spoken(match[1])) for number, line in lines if (match := _COMMENT.search(line[:MAX_LINE]))]


def _spoken(line: str) -> str:
    """Take the addresses out of a line, and read the error that one of them carries."""
    carried = [unquote_plus(each) for each in _CARRIED.findall(line)]
    rest = re.sub(r"https?://\S+", "", _CARRIED.sub("", line))
    return " ".join([rest.strip(), *carried]).strip()
