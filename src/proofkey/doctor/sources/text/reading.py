"""Make requests and their answers out of the segments of a text, in the order of the text.

A complete message (a command, raw HTTP, a printed error) stands for itself. What prose tells of the token request, a
URL here, a payload there, a status in the title, is put together to one request.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from proofkey.doctor.message import Fragment
from proofkey.doctor.sources.draft import Draft, path_of, query_of
from proofkey.doctor.sources.placeholders import is_placeholder
from proofkey.doctor.sources.text.raw_http import Answer
from proofkey.doctor.sources.text.urls import role_of


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
        give(target, answer)

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


def give(draft: Draft, answer: Answer) -> None:
    """Let a request have an answer, as far as it has none yet."""
    if answer.status is not None and draft.status is None:
        draft.status = answer.status
    if answer.headers is not None:
        draft.response_headers = answer.headers
    if answer.body is not None and draft.response_body is None:
        draft.response_body = answer.body
