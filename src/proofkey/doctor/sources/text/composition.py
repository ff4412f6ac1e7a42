"""Turn what was read into a capture: messages and loose facts numbered in order, and what code and commands show."""

from __future__ import annotations

import re
from urllib.parse import unquote

from proofkey.doctor.address import split
from proofkey.doctor.capture import Capture, CodeFact
from proofkey.doctor.message import Fragment, Message
from proofkey.doctor.parameters import Parameter, Parameters
from proofkey.doctor.sources.draft import Draft
from proofkey.doctor.sources.source_code import PARTS, Block, CodeReading, Observation, read_code
from proofkey.doctor.sources.text.commands import facts_of_advice, facts_of_command
from proofkey.doctor.sources.text.inline_code import inline_blocks
from proofkey.doctor.sources.text.issuer_lines import facts_of_issuers
from proofkey.doctor.sources.text.order import in_order
from proofkey.doctor.sources.text.reading import Reading
from proofkey.doctor.sources.text.segments import Segment
from proofkey.doctor.sources.text.stories import facts_of_stories
from proofkey.doctor.sources.text.told import errors_told, facts_told

_STRICT = re.compile(r"\bStrict ?Mode\b|reactStrictMode\s*[:=]\s*true")
_NOT_STRICT = re.compile(
    r"\b(?:no|not|without|off|disabl\w+|remov\w+|turned off|production)\b[^.?!\n]{0,40}\bStrict ?Mode\b"
    r"|\bStrict ?Mode\b[^.?!\n]{0,30}\b(?:off|not|disabled|removed|false)\b|//[^\n]*StrictMode",
    re.IGNORECASE,
)


def _is_strict(text: str) -> bool:
    """Tell whether a passage turns React's StrictMode on, or says that it is on."""
    return "trict" in text and _STRICT.search(text) is not None and _NOT_STRICT.search(text) is None


def code_of(segments: list[Segment], *, advice: bool = False) -> CodeReading:
    """Read the code of some segments, blocks and statements inside sentences."""
    return read_code([*_blocks(segments), *inline_blocks(segments)], advice=advice)


def capture_of(reading: Reading, code: CodeReading, own: list[Segment], advice: list[Segment], name: str) -> Capture:
    """Compose the capture of one text from what was read of the asker's segments, and from those of the replies."""
    capture = Capture(sources=["text"])
    place = _Place(name)
    items = in_order([*((d.line, d) for d in reading.drafts), *reading.fragments])
    hosts = _schemes(reading.drafts)
    for number, (line, item) in enumerate(items, 1):
        if isinstance(item, Draft):
            capture.messages.append(_message(item, number, place.of(line), hosts))
        else:
            capture.fragments.append(Fragment(item.kind, item.text, place.of(line), number, item.name))
    facts = [(fact, False) for segment in own for fact in facts_of_command(segment)]
    facts += [(fact, False) for fact in facts_of_issuers(own)]
    facts += [(fact, False) for fact in (*code.facts, *(facts_told(own) or _stories(own, capture)))]
    facts += [(fact, True) for fact in code_of(advice, advice=True).facts]
    facts += [(fact, True) for segment in advice for fact in (*facts_of_command(segment), *facts_of_advice(segment))]
    seen: set[tuple[str, bool]] = set()
    for fact, is_advice in facts:
        if (fact.slug, is_advice) not in seen:
            seen.add((fact.slug, is_advice))
            where = place.of(fact.line)
            capture.code_facts.append(
                CodeFact(fact.slug, where, fact.what, fact.line, is_advice, fact.conditional, fact.possible, fact.fix)
            )
    capture.strict_mode = any(_is_strict(segment.text) for segment in own)
    capture.code_settings = code.settings
    capture.code_parts = sorted(code.parts, key=PARTS.index)
    capture.sentences = [(place.of(line), text) for line, text in errors_told(own, alone=not capture.messages)]
    return capture


def _stories(own: list[Segment], capture: Capture) -> list[Observation]:
    """Hear what the asker did, where no redemption and its answer are shown that could be judged instead."""
    shown = any(
        each.method == "POST" and each.body and (each.status or each.response_body) for each in capture.messages
    )
    return [] if shown else facts_of_stories(own)


class _Place:
    def __init__(self, name: str) -> None:
        self.prefix = f"{name}, " if name else ""

    def of(self, line: int) -> str:
        """Write a line for people."""
        return f"{self.prefix}line {line}"


def _blocks(segments: list[Segment]) -> list[Block]:
    return [Block(each.language, each.line, each.text) for each in segments if each.kind == "code"]


def _message(draft: Draft, number: int, where: str, hosts: dict[str, str]) -> Message:
    params = None
    if draft.body_params is not None:
        params = Parameters(Parameter(name, value) for name, value in draft.body_params)
    headers = None if draft.headers is None else tuple(draft.headers)
    answered = None if draft.response_headers is None else tuple(draft.response_headers)
    target = next((value for name, value in answered or () if name == "location"), None)
    return Message(
        number=number,
        where=where,
        method=draft.method or "GET",
        url=_absolute(draft, hosts),
        request_headers=headers,
        body=draft.body,
        body_params=params,
        status=draft.status,
        response_headers=answered,
        response_body=draft.response_body,
        network_error=draft.network_error,
        redirect_target=target if draft.status in range(300, 400) else None,
        placeholders=draft.named_placeholders(),
    )


def _absolute(draft: Draft, hosts: dict[str, str]) -> str:
    """Write the URL of a request whose line has the path only (RFC 9112 3.3)."""
    if not draft.url.startswith("/"):
        return draft.url
    host = draft.header("host") or draft.header(":authority")
    if not host:
        return draft.url
    address = split(f"//{host}")
    scheme = draft.header(":scheme") or hosts.get(host.lower())
    if scheme is None:
        plain = address.is_loopback or address.port == "80"
        scheme = "http" if plain else "https"
    return f"{scheme}://{host}{draft.url}"


def _schemes(drafts: list[Draft]) -> dict[str, str]:
    """Learn the schemes of hosts from the URLs that the text writes out: redirect_uri, Origin, Referer."""
    found: dict[str, str] = {}
    for draft in drafts:
        urls = [draft.header("origin") or "", draft.header("referer") or "", unquote(draft.url)]
        urls += draft.parameters().all("redirect_uri")
        for url in reversed(urls):
            address = split(url)
            if address.is_web and address.host:
                found.setdefault(url.partition("://")[2].partition("/")[0].partition("?")[0].lower(), address.scheme)
    return found
