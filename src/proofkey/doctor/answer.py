"""The answer to a request of the login, as far as it was observed (RFC 6749 5.1, 5.2)."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from functools import cached_property
from typing import Any

from proofkey.doctor.dialects import topics_of
from proofkey.doctor.error_code import is_error_code
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.message import Message
from proofkey.doctor.parameters import parse_form

MAX_ANSWER = 1_000_000  # characters of an answer that are parsed
_FORM_ANSWER = re.compile(r"(?:error|access_token)=[^\s<>]*(?:&|$)")


class Answer:
    """What came back. `status` is None where no answer was captured and 0 where none arrived."""

    def __init__(self, message: Message) -> None:
        self.message = message
        self.status = message.status if message.status is not None else self._told_status()

    def _told_status(self) -> int | None:
        """Give the status that an error body repeats (RFC 9457 3.1.3), where the capture shows the body alone."""
        told = self.members.get("status") if "status" in self.body[:MAX_ANSWER] else None
        return told if isinstance(told, int) and 400 <= told < 600 else None

    @property
    def observed(self) -> bool:
        """Whether the capture shows an answer: a status above 0 or a body."""
        return bool(self.status) or bool(self.message.response_body)

    @property
    def lost(self) -> bool:
        """Whether the capture shows that no answer arrived (status 0 or a network error)."""
        return not self.message.response_body and (
            self.status == 0 or (self.status is None and self.message.network_error is not None)
        )

    @property
    def body(self) -> str:
        """The body, "" where there is none or it was not captured."""
        return self.message.response_body or ""

    @property
    def content_type(self) -> str:
        """The media type in lower case without its parameters, "" where unknown."""
        return (self.message.response_header("content-type") or "").partition(";")[0].strip().lower()

    @cached_property
    def members(self) -> dict[str, Any]:
        """The members of the JSON object in the body (or of a form: GitHub answers so); {} where it is neither."""
        text = self.body[:MAX_ANSWER].strip()
        if _FORM_ANSWER.match(text):
            return {each.name: each.value for each in parse_form(text)}
        if not text.startswith("{"):
            return {}
        try:
            members = json.loads(text)
        except (ValueError, RecursionError):
            return {}
        return members if isinstance(members, dict) else {}

    @property
    def is_html(self) -> bool:
        """Whether the body is a web page."""
        start = self.body.lstrip("\ufeff \t\r\n")[:200].lower()
        return "html" in self.content_type or start.startswith(("<!doctype html", "<html"))

    @cached_property
    def error(self) -> str | None:
        """The `error` code of an OAuth error body, None where there is none."""
        error = self.members.get("error")
        if isinstance(error, dict):
            error = error.get("code") or error.get("status") or error.get("type")
        return error if isinstance(error, str) and error else None

    @property
    def api_code(self) -> str:
        """The error code of an answer that is none of OAuth's, such as Genesys Cloud's "not.found"; "" where none."""
        code = self.members.get("code")
        if code is None or self.error or self.gave_tokens or not is_error_code(code, self.members):
            return ""
        return "" if str(code) == str(self.status) or str(code) in self.description else str(code)

    @cached_property
    def description(self) -> str:
        """The server's sentence, from wherever the server puts it; "" where there is none."""
        nested = self.members.get("error")
        places = [self.members, nested if isinstance(nested, dict) else {}]
        for name in ("error_description", "description", "message", "msg", "error_message", "detail", "title"):
            for place in places:
                text = place.get(name)
                if isinstance(text, str) and text:
                    return text
        return ""

    @cached_property
    def topics(self) -> frozenset[str]:
        """What the server's words speak of (dialects/words.py); likelihood, never proof."""
        if self.gave_tokens:
            return frozenset()
        text = self.description or ("" if self.members else self.body[:4000])
        return topics_of(self.error, text)

    def speaks_of(self, *topics: str) -> bool:
        """Tell whether the server's words speak of one of these topics."""
        return not self.topics.isdisjoint(topics)

    @property
    def gave_tokens(self) -> bool:
        """Whether the body carries an access token."""
        return isinstance(self.members.get("access_token"), str) and bool(self.members["access_token"])

    @property
    def went_well(self) -> bool:
        """Whether the server gave tokens, or answered with success and the capture left the body out."""
        hidden = self.message.response_body is None and not self.is_html
        return self.gave_tokens or (200 <= (self.status or 0) < 300 and hidden)

    @property
    def refused(self) -> bool:
        """Whether the server said no: an error status or an error body."""
        return (self.status or 0) >= 400 or (self.error is not None and not self.gave_tokens)

    @property
    def is_error(self) -> bool:
        """Whether the status is one of an error."""
        return (self.status or 0) >= 400

    @property
    def is_outage(self) -> bool:
        """Whether the status says that the server failed."""
        return (self.status or 0) >= 500

    def member(self, name: str) -> str | None:
        """Give a text member of the JSON body."""
        value = self.members.get(name)
        return value if isinstance(value, str) else None

    @cached_property
    def id_token_claims(self) -> dict[str, Any]:
        """The claims of the ID token, unverified; {} where there is none."""
        return claims_of(self.member("id_token") or "")

    def shows(self, what: str = "") -> Evidence:
        """Quote the answer in a finding: status, error and description, or `what`."""
        return Evidence(f"{self.message.where}, answer", what or self.summary)

    @property
    def summary(self) -> str:
        """Status, error code and sentence in one line."""
        if self.lost:
            return f"no answer ({self.message.network_error})" if self.message.network_error else "no answer"
        words = [f"status {self.status}"] if self.status else []
        words += [each for each in (self.error, self.api_code) if each]
        words += [f'"{self.description[:300]}"'] if self.description else []
        if self.is_html:
            words.append("a web page")
        return " ".join(words) or "no answer was captured"


def claims_of(token: str) -> dict[str, Any]:
    """Decode the payload of a JWT without verifying it; {} where the text is no JWT."""
    parts = token.split(".")
    if len(parts) != 3 or len(token) > MAX_ANSWER:
        return {}
    try:
        claims = json.loads(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}
