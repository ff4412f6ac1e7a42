"""The public captures written otherwise: what other tools leave out, mix in or put in another order."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from tests.doctor.score import CASES

Har = dict[str, Any]


def load(name: str) -> Har:
    """Read a case as a document."""
    document: Har = json.loads((CASES / name).read_text())
    return document


def entries(har: Har) -> list[dict[str, Any]]:
    """Give the entries of a document."""
    found: list[dict[str, Any]] = har["log"]["entries"]
    return found


def shuffled(har: Har) -> Har:
    """Put the entries out of order; their times tell the order."""
    random.Random(5).shuffle(entries(har))
    return har


def with_parameters_only(har: Har) -> Har:
    """Record form bodies as decoded parameters, as Insomnia and Charles do."""
    for entry in entries(har):
        post = entry["request"].get("postData") or {}
        if post.get("text") and "form" in (post.get("mimeType") or "") and not post["text"].lstrip().startswith("{"):
            pairs = parse_qsl(post.pop("text"), keep_blank_values=True)
            post["params"] = [{"name": name, "value": value} for name, value in pairs]
    return har


def after_a_healthy_login(har: Har) -> Har:
    """Let a login of another application that works come first."""
    har["log"]["entries"] = [*_healthy(har, -300), *entries(har)]
    return har


def before_a_healthy_login(har: Har) -> Har:
    """Let a login of another application that works come last."""
    har["log"]["entries"] = [*entries(har), *_healthy(har, 30_000)]
    return har


def beside_a_healthy_login(har: Har) -> Har:
    """Let a login of another application run at the same time."""
    both = [*entries(har), *_healthy(har, 0.7)]
    har["log"]["entries"] = sorted(both, key=lambda entry: _time(entry).timestamp())
    return har


def without_times(har: Har) -> Har:
    """Leave every time out."""
    for entry in entries(har):
        entry.pop("startedDateTime", None)
        entry.pop("time", None)
    return har


def without_request_headers(har: Har) -> Har:
    """Leave the request headers out."""
    for entry in entries(har):
        entry["request"].pop("headers", None)
    return har


def without_error_bodies(har: Har) -> Har:
    """Leave the words of refusals out."""
    for entry in _refusals(har):
        entry["response"]["content"].pop("text", None)
    return har


def sanitized(har: Har) -> Har:
    """Take cookies and credentials out, as Chrome's export does."""
    hidden = ("cookie", "set-cookie", "authorization")
    for entry in entries(har):
        for side in ("request", "response"):
            kept = [header for header in entry[side].get("headers", []) if header["name"].lower() not in hidden]
            entry[side]["headers"] = kept
            entry[side]["cookies"] = []
    return har


def with_misleading_words(har: Har) -> Har:
    """Let every refusal blame the age of the code."""
    for entry in _refusals(har):
        if '"error"' in (entry["response"]["content"].get("text") or ""):
            words = "The authorization code has expired or was already used."
            entry["response"]["content"]["text"] = json.dumps({"error": "invalid_grant", "error_description": words})
    return har


def with_one_sentence_for_all(har: Har) -> Har:
    """Let every refusal use the sentence that some servers use for everything."""
    for entry in _refusals(har):
        if '"error"' in (entry["response"]["content"].get("text") or ""):
            words = {"error": "invalid_grant", "error_description": "grant request is invalid"}
            entry["response"]["content"]["text"] = json.dumps(words)
    return har


SAME_EVIDENCE: list[Callable[[Har], Har]] = [
    shuffled,
    with_parameters_only,
    after_a_healthy_login,
    before_a_healthy_login,
    beside_a_healthy_login,
]
LESS_EVIDENCE: list[Callable[[Har], Har]] = [
    without_times,
    without_request_headers,
    without_error_bodies,
    sanitized,
    with_misleading_words,
    with_one_sentence_for_all,
]


def _refusals(har: Har) -> list[dict[str, Any]]:
    return [
        entry
        for entry in entries(har)
        if entry["request"]["method"] == "POST"
        and entry["response"]["status"] >= 400
        and "json" in (entry["response"].get("content", {}).get("mimeType") or "")
    ]


def _time(entry: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(entry["startedDateTime"])


def _healthy(har: Har, seconds: float) -> list[dict[str, Any]]:
    """Give the entries of a healthy login that starts this long after the document's first entry."""
    healthy = copy.deepcopy(entries(load("healthy-basic.har")))
    shift = _time(entries(har)[0]) - _time(healthy[0]) + timedelta(seconds=seconds)
    for entry in healthy:
        entry["startedDateTime"] = (_time(entry) + shift).isoformat()
    return healthy
