"""Make requests and their answers out of the segments of a text, in the order of the text.

A complete message (a command, raw HTTP) stands for itself. What prose tells of the token request, a URL here, a payload
there, a status in the title, is put together to one request.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from urllib.parse import quote

from proofkey.doctor.message import Fragment
from proofkey.doctor.sources.draft import Draft, host_of, path_of, query_of
from proofkey.doctor.sources.placeholders import is_placeholder
from proofkey.doctor.sources.text.console import is_console_line
from proofkey.doctor.sources.text.logged_request import read_logged_request
from proofkey.doctor.sources.text.loose_json import as_json, is_answer, is_request_payload, read_object
from proofkey.doctor.sources.text.mentions import Mention, mentions_of
from proofkey.doctor.sources.text.pairs import AUTHORIZE_ONLY
from proofkey.doctor.sources.text.raw_http import Answer
from proofkey.doctor.sources.text.segments import Segment
from proofkey.doctor.sources.text.urls import role_of

# What a URL without its query leaves unsaid about an authorization request.
AUTHORIZE_NAMES = frozenset([
    "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
    "code_challenge_method", "resource", "audience", "prompt", "response_mode", "request", "request_uri",
    "login_hint",
])  # fmt: skip
# What an abbreviated URL may leave out: it was written to be read.
_LEFT_OUT = frozenset(["state", "nonce", "scope", "resource", "audience", "prompt"])
_READABLE = ":/{}<>$[]%"  # what may stand in a value unescaped without being taken for another parameter
_PAGE = re.compile(r"<(?:!doctype html|html)\b[^`]{0,20000}", re.IGNORECASE)
_GRANT = re.compile(r"\b(?:grant_type|code_verifier|refresh_token)\b")


@dataclass(slots=True)
class Reading:
    """What was found so far: requests, loose facts by line, answers that found no request yet."""

    drafts: list[Draft] = field(default_factory=list)
    fragments: list[tuple[int, Fragment]] = field(default_factory=list)
    unclaimed: list[Answer] = field(default_factory=list)
    spoken: dict[str, Answer] = field(default_factory=dict)  # errors that prose names, by their code
    token_url: str = ""
    token_path: str = ""
    content_type: str = ""

    # --- segments

    def take_all(self, segments: list[Segment], from_code: list[Draft]) -> None:
        """Read segments in order; the requests that code would send are taken where the code stands."""
        waiting = sorted(from_code, key=lambda draft: draft.line)
        for segment in segments:
            while waiting and waiting[0].line < segment.line:
                self.add_from_code(waiting.pop(0))
            self.take(segment)
        for draft in waiting:
            self.add_from_code(draft)

    def take(self, segment: Segment) -> None:
        """Read one segment that is the asker's own."""
        match segment.kind:
            case "request" | "command":
                if segment.draft is not None:
                    self.add(segment.draft)
            case "answer":
                if segment.answer is not None:
                    self.answer(segment.answer)
            case "object":
                self._object(segment.text, segment.line)
            case "pairs":
                self._pairs(segment)
            case "page":
                self._page(segment)
            case "prose":
                self._prose(segment)
            case _:
                pass

    def add(self, draft: Draft) -> None:
        """Take a request; a trace of the command before it only adds to that command."""
        before = self.drafts[-1] if self.drafts else None
        if (
            before is not None
            and draft.origin == "raw"
            and before.origin == "command"
            and not before.answered
            and before.method == draft.method
            and path_of(before.url) == path_of(draft.url)
            and draft.line - before.line < 60
        ):
            before.status = draft.status
            if draft.body and (not before.body or is_placeholder(before.body) or before.named_placeholders()):
                # The command was shortened for the reader; the trace shows what left.
                before.body, before.body_params, before.body_line = draft.body, None, draft.body_line or draft.line
                before.headers = draft.headers
                before.placeholders = set(draft.placeholders)
            return
        self.drafts.append(draft)

    def add_from_code(self, draft: Draft) -> None:
        """Take a request that code would send: it completes the one that prose tells of, or stands for itself."""
        if draft.method == "POST":
            told = next((d for d in self.drafts if d.origin == "prose" and d.method == "POST" and not d.has_body), None)
            if told is not None:
                told.url = draft.url or told.url
                told.headers = draft.headers if draft.headers is not None else told.headers
                told.body, told.body_params, told.body_line = draft.body, draft.body_params, draft.line
                told.placeholders |= draft.placeholders
                return
            if draft.partial and any(d.method == "POST" and d.has_body for d in self.drafts):
                return  # a real request is shown; code with variables in it adds nothing to that
        elif role_of(draft.url) != "token" and (
            (draft.partial and any(role_of(d.url) == "authorize" and query_of(d.url) for d in self.drafts))
            or any(part.kind == "url" and role_of(part.text) == "authorize" for _, part in self.fragments)
        ):
            return
        self.drafts.append(draft)

    def answer(self, answer: Answer) -> None:
        """Give an answer to the request before it, or keep it for one that follows."""
        target = self._waiting_for(answer)
        if target is None:
            self.unclaimed.append(answer)
            return
        _give(target, answer)

    def _waiting_for(self, answer: Answer) -> Draft | None:
        for draft in reversed(self.drafts[-6:]):
            if not draft.answered:
                if answer.headers is None and draft.method == "GET" and role_of(draft.url) != "token":
                    continue  # prose speaks of the token request's answer, never of the callback's
                return draft
            if draft.response_body is None and answer.body is not None and answer.status in (None, draft.status):
                return draft
            if answer.headers is not None:
                return None  # in a dump an answer follows its request
            if draft.method == "POST":
                return None
        return None

    # --- objects and pages

    def _object(self, text: str, line: int) -> None:
        members = read_object(text)
        if members is None:
            return
        if (logged := read_logged_request(members, line)) is not None:
            self.add(logged)
        elif is_request_payload(members):
            self._payload(_exact_or_mended(text, members), line)
        elif is_answer(members):
            self.answer(Answer(line, body=_exact_or_mended(text, members)))
        elif "response_type" in members or "code_challenge" in members:
            self._authorize_members(members, line)
        else:
            self._members(members, line)

    def _authorize_members(self, members: dict[str, object], line: int) -> None:
        if "response_type" not in members:
            self._members(members, line)
            return
        pairs = "&".join(f"{name}={value}" for name, value in members.items() if isinstance(value, str))
        base = next((d.url for d in self.drafts if role_of(d.url) == "authorize" and not query_of(d.url)), "")
        self.drafts.append(Draft(line, "prose", "GET", f"{base or 'https://{host}/authorize'}?{pairs}", body=""))

    def _members(self, members: dict[str, object], line: int) -> None:
        names = {"codeVerifier": "code_verifier", "codeChallenge": "code_challenge", "verifier": "code_verifier",
                 "challenge": "code_challenge", "clientId": "client_id"}  # fmt: skip
        known = {"code_verifier", "code_challenge", "state", "nonce", "client_id", "code", "code_challenge_method"}
        for name, value in members.items():
            canonical = names.get(name, name)
            if canonical in known and isinstance(value, str) and value:
                self._value(canonical, value, line)

    def _pairs(self, segment: Segment) -> None:
        names = {name for name, _ in segment.pairs}
        line = segment.line
        text = "&".join(
            f"{name}={value if segment.written else quote(value, safe=_READABLE)}" for name, value in segment.pairs
        )
        if names & {"grant_type", "grantType"} or {"code", "code_verifier"} <= names:
            if segment.written:
                self._payload(text, line)
            else:
                self._payload(None, line, segment.pairs)
        elif "response_type" in names or (names & AUTHORIZE_ONLY and {"client_id", "redirect_uri"} <= names):
            draft = next((d for d in self.drafts if role_of(d.url) == "authorize" and not query_of(d.url)), None)
            base = draft.url if draft is not None else ""
            if draft is not None:
                self.drafts.remove(draft)
            self._request_url(f"{base}?{text}", "authorize", line)
        else:
            self._members(dict(segment.pairs), line)

    def _page(self, segment: Segment) -> None:
        target = self.drafts[-1] if self.drafts else None
        if target is not None and target.method == "POST" and target.response_body is None:
            if segment.line - target.line < 40:
                target.response_body = segment.text
        elif self.unclaimed and self.unclaimed[-1].body is None and segment.line - self.unclaimed[-1].line < 5:
            self.unclaimed[-1].body = segment.text

    # --- prose

    def _prose(self, segment: Segment) -> None:
        for mention in mentions_of(segment.text):
            self._mention(mention, segment)
        if page := _PAGE.search(segment.text):
            self.answer(Answer(segment.line, body=page.group()))
        if is_console_line(segment.text):
            self.fragments.append((segment.line, Fragment("console", segment.text.strip(), "", 0)))

    def _mention(self, mention: Mention, segment: Segment) -> None:
        line = segment.line
        match mention.kind:
            case "url":
                self._url(mention.text, segment)
            case "path":
                self.token_path = self.token_path or mention.text
            case "status":
                self._status(mention.number, segment)
            case "object":
                self._object(mention.text, line)
            case "form":
                self._form(mention.text, line)
            case "value":
                self._value(mention.name, mention.text, line)
            case "error":
                self._error(mention, line)
            case "type":
                self._type(mention.text)
            case "log":
                draft = Draft(line, "raw", mention.name, mention.text, status=mention.number)
                self.drafts.append(draft)

    def _url(self, url: str, segment: Segment) -> None:
        role = role_of(url)
        if role == "token":
            self.token_url = self.token_url or url
            if re.search(r"\b(?:POST|post|request|call|exchange|sen[dt]|curl|fetch|endpoint)", segment.text):
                self._token_mention(url, segment.line)
        elif role == "authorize" and not query_of(url):
            if not any(host_of(each.url) == host_of(url) for each in self.drafts if role_of(each.url) == "authorize"):
                draft = Draft(segment.line, "prose", "GET", url, body="")
                draft.placeholders |= AUTHORIZE_NAMES
                self.drafts.append(draft)
        elif role in ("authorize", "callback"):
            self._request_url(url, role, segment.line)

    def _request_url(self, url: str, role: str, line: int) -> None:
        draft = Draft(line, "prose", "GET", url, body="")
        holes = draft.named_placeholders()
        if not holes:
            self.fragments.append((line, Fragment("url", url, "", 0)))
            return
        if role == "authorize":
            draft.placeholders |= _LEFT_OUT - set(draft.parameters().names())
        self.drafts.append(draft)

    def _token_mention(self, url: str, line: int) -> None:
        for draft in self.drafts:
            if draft.method == "POST" and (draft.url == url or (draft.origin == "prose" and not draft.has_body)):
                return
            if draft.method == "POST" and not draft.url:
                draft.url = url
                return
        self.drafts.append(Draft(line, "prose", "POST", url))

    def _payload(self, text: str | None, line: int, pairs: list[tuple[str, str]] | None = None) -> None:
        draft = next(
            (d for d in reversed(self.drafts) if d.method == "POST" and not d.has_body and not d.answered), None
        )
        if draft is None:
            draft = next(
                (d for d in reversed(self.drafts) if d.origin == "prose" and d.method == "POST" and not d.has_body),
                None,
            )
        if draft is None:
            draft = Draft(line, "prose", "POST", self.token_url)
            self.drafts.append(draft)
        draft.body, draft.body_params, draft.body_line = text, pairs, line
        if self.content_type and draft.headers is None:
            draft.headers = [("content-type", self.content_type)]

    def _form(self, text: str, line: int) -> None:
        if "response_type=" in text or ("code_challenge=" in text and "grant_type" not in text):
            base = next((d.url for d in self.drafts if role_of(d.url) == "authorize" and not query_of(d.url)), "")
            self._request_url(f"{base}?{text}", "authorize", line)
        elif _GRANT.search(text):
            self._payload(text, line)

    def _status(self, status: int, segment: Segment) -> None:
        # In a sentence a 302 is the redirect of the login; on a line of its own it is the answer to what stands above.
        words = len(segment.text)
        if 0 <= (start := segment.text.find("{")) < (end := segment.text.rfind("}")):
            words -= end - start  # an object beside the status is no sentence
        if status >= 400 or words < 60:
            self.answer(Answer(segment.line, status=status))

    def _value(self, name: str, value: str, line: int) -> None:
        draft = Draft(line, "prose", "GET", f"?{name}={value}")
        if not draft.named_placeholders():
            self.fragments.append((line, Fragment("value", value, "", 0, name)))

    def _error(self, mention: Mention, line: int) -> None:
        body = {"error": mention.name}
        if mention.text:
            body["error_description"] = mention.text
        self.spoken.setdefault(mention.name, Answer(line, body=json.dumps(body)))

    def _type(self, content_type: str) -> None:
        self.content_type = content_type
        draft = self.drafts[-1] if self.drafts else None
        if draft is not None and draft.origin == "prose" and draft.method == "POST" and draft.headers is None:
            draft.headers = [("content-type", content_type)]


def _exact_or_mended(text: str, members: dict[str, object]) -> str:
    """Keep JSON as it was pasted; write what only looks like JSON as JSON."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return as_json(members) or text
    return text


def _give(draft: Draft, answer: Answer) -> None:
    if answer.status is not None and draft.status is None:
        draft.status = answer.status
    if answer.headers is not None:
        draft.response_headers = answer.headers
    if answer.body is not None and draft.response_body is None:
        draft.response_body = answer.body


def _may_complete(draft: Draft, answer: Answer) -> bool:
    """Tell whether a body may be that of an answer whose status alone is known."""
    if draft.response_body is not None:
        return False
    return answer.status is None or draft.status in (None, answer.status)


def settle(reading: Reading) -> None:
    """Put together what the text told in several places, once all of it is read."""
    drafts = reading.drafts
    shown = [d.response_body or "" for d in drafts] + [a.body or "" for a in reading.unclaimed]
    if len(reading.spoken) == 1 and not any('"error"' in text for text in shown):
        # Who lists several errors explains them; who names one has it.
        reading.unclaimed += reading.spoken.values()
    whole = [d for d in drafts if d.method == "POST" and d.has_body]
    for draft in list(drafts):
        if draft.origin == "prose" and draft.method == "POST" and not draft.has_body and whole:
            target = next((d for d in whole if not d.answered), None) or whole[-1]
            if draft.answered and not target.answered:
                target.status, target.response_body = draft.status, draft.response_body
            target.url = target.url or draft.url
            drafts.remove(draft)
    for draft in drafts:
        if draft.method == "POST" and not draft.url:
            draft.url = reading.token_url or reading.token_path
    _claim(reading)


def _claim(reading: Reading) -> None:
    """Give the answers that came before their request, or stand apart from it, to the one request without an answer."""
    posts = [d for d in reading.drafts if d.method == "POST"]
    left: list[Answer] = []
    for answer in reading.unclaimed:
        target = next((d for d in posts if not d.answered), None)
        if target is None:
            target = next((d for d in posts if answer.body and _may_complete(d, answer)), None)
        if target is None and answer.status:
            target = next((d for d in posts if d.status is None and answer.body is None), None)
        if target is not None:
            _give(target, answer)
        else:
            left.append(answer)
    told = {d.response_body for d in reading.drafts}
    for answer in left:
        if answer.body and answer.body not in told:
            reading.fragments.append((answer.line, Fragment("error", answer.body, "", 0)))
            told.add(answer.body)
    reading.unclaimed = []
