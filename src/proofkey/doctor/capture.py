"""A capture: everything that one or several inputs showed, before anything is made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from proofkey.doctor.message import Fragment, Message
from proofkey.doctor.record import fresh, record


class Registration(NamedTuple):
    """What the authorization server knows of a client (names of RFC 7591 2); None where the file does not say."""

    client_id: str | None = None
    redirect_uris: tuple[str, ...] | None = None
    token_endpoint_auth_method: str | None = None
    grant_types: tuple[str, ...] | None = None
    response_types: tuple[str, ...] | None = None
    scope: str | None = None
    public: bool | None = None
    members: Mapping[str, Any] = MappingProxyType({})  # everything the file says, for what has no field here


class CodeFact(NamedTuple):
    """A mistake that source code or a command shows without being run.

    It makes a finding of its own: at most *likely*, because code that is shown need not be the code that ran; at most
    *possible* where `advice` is set: the code stands in a passage that reads like somebody's reply to the question, or
    where it is `conditional` and the input does not show StrictMode.
    """

    slug: str  # the fault of the catalogue that this code leads to
    where: str  # for people: "line 12"
    what: str  # one sentence on what the code does; no secret in it
    line: int  # from 1, in the input
    advice: bool = False
    conditional: bool = False  # it breaks a login in React's StrictMode only
    possible: bool = False  # whether it breaks a login is the server's choice
    fix: str = ""  # what to do here, where that is more exact than the fault's own advice


@record
class Capture:
    """Messages in the order of the capture, loose facts, and what the reader could not read."""

    messages: list[Message] = fresh(default_factory=list)
    fragments: list[Fragment] = fresh(default_factory=list)
    damage: list[str] = fresh(default_factory=list)  # "entry 3 has no request"; no secret in it
    registrations: list[Registration] = fresh(default_factory=list)
    sources: list[str] = fresh(default_factory=list)  # formats: "har", "text"
    code_facts: list[CodeFact] = fresh(default_factory=list)
    sentences: list[tuple[str, str]] = fresh(default_factory=list)  # (where, text): errors that a text quotes
    code_parts: list[str] = fresh(default_factory=list)  # parts of a login that were looked at in code, in words
    code_settings: list[str] = fresh(default_factory=list)  # what login libraries in the code are told, in words
    strict_mode: bool = False  # the input turns React's StrictMode on, or says that it is on
    cut_short: bool = False  # what came last may be missing


def join(captures: Iterable[Capture]) -> Capture:
    """Put several captures behind each other; positions are numbered anew."""
    joined = Capture()
    for capture in captures:
        numbers = [message.number for message in joined.messages] + [part.number for part in joined.fragments]
        offset = max(numbers, default=0)
        for message in capture.messages:
            message.number += offset
        joined.messages += capture.messages
        joined.fragments += [
            Fragment(part.kind, part.text, part.where, part.number + offset, part.name) for part in capture.fragments
        ]
        joined.damage += capture.damage
        joined.cut_short |= capture.cut_short
        joined.strict_mode |= capture.strict_mode
        joined.registrations += capture.registrations
        joined.sources += capture.sources
        joined.code_facts += capture.code_facts
        joined.sentences += capture.sentences
        joined.code_settings += capture.code_settings
        joined.code_parts += [part for part in capture.code_parts if part not in joined.code_parts]
    return joined
