"""Source code of a client, read without running it: the requests that it would send and the mistakes that it shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from proofkey.doctor.sources.source_code.block import PARTS, SETTINGS, Block, CodeReading, Observation

if TYPE_CHECKING:
    from collections.abc import Callable

    from proofkey.doctor.sources.source_code.program import Program
    from proofkey.doctor.sources.source_code.trace import Trace

__all__ = ["PARTS", "Block", "CodeReading", "Observation", "read_code"]

MAX_BLOCKS = 60
MAX_CODE = 400_000  # characters of one language

# What the mistakes are worth when several are found: what breaks the login first, what only weakens it last.
_ORDER = (
    "challenge-", "verifier-is-null-text", "verifier-quoted", "verifier-misnamed", "verifier-is-other-value",
    "verifier-unrelated", "verifier-illegal-characters", "verifier-too-", "token-", "redirect-uri-double-encoded",
    "redirect-uri-misnamed", "code-", "grant-type-wrong", "client-id-missing", "verifier-", "redirect-uri-",
    "secret-", "authorize-by-fetch", "cors-",
)  # fmt: skip
# Code without any of these says nothing about a login and is not parsed.
_OF_A_LOGIN = re.compile(
    r"challenge|verifier|oauth|authoriz|authoris|grant_?type|redirect_?ur|sha-?256|btoa|base64|b64encode|pkce|/token"
    r"|client_?id|getRandomValues|urlsafe|token_?(?:url|uri|endpoint)",
    re.IGNORECASE,
)
_WEAK = ("code-redeemed-twice", "challenge-reused", "verifier-predictable", "state-missing", "state-not-checked")
_BROWSER = re.compile(
    r"\bwindow\b|\bdocument\.|\b(?:session|local)Storage\b|\buse(?:Effect|State|Ref|Navigate|SearchParams)\b|\bimport\.meta\.env"
    r"|REACT_APP_|VITE_|NEXT_PUBLIC_|from ['\"](?:react|vue|@angular|svelte|next/router|next/navigation)"
    r"|\blocation\.(?:href|search)"
    r"|<script|addEventListener"
)
_SERVER = re.compile(
    r"require\(['\"](?:express|http|koa|fastify|crypto|node:|axios|node-fetch)|from ['\"](?:express|koa"
    r"|fastify|node:|crypto['\"])"
    r"|\bres\.(?:redirect|json|send)\b|\bapp\.(?:get|post|use|listen)\(|\bprocess\.env\.(?!REACT_APP|NEXT_PUBLIC|VITE)"
)


def read_code(blocks: list[Block], *, advice: bool = False) -> CodeReading:
    """Read blocks of code that belong together; `advice` reads them for their mistakes only."""
    reading = CodeReading()
    _read_settings(blocks, reading)
    for language in ("javascript", "python"):
        mine = [each for each in blocks if each.language == language and _OF_A_LOGIN.search(each.text)][:MAX_BLOCKS]
        if mine:
            _read_language(language, mine, reading, advice=advice)
    if any(block.language == "shell" for block in blocks):
        from proofkey.doctor.sources.source_code.shell_pipelines import facts_of_shell

        for block in blocks[:MAX_BLOCKS]:
            if block.language == "shell":
                reading.facts += facts_of_shell(block)
    if any(block.language == "other" for block in blocks):
        from proofkey.doctor.sources.source_code.other_languages import facts_of_other_code, parts_of_other_code

        for block in blocks[:MAX_BLOCKS]:
            if block.language == "other":
                reading.facts += facts_of_other_code(block)
                reading.parts |= parts_of_other_code(block)
    reading.facts.sort(key=_rank)
    return reading


def _read_settings(blocks: list[Block], reading: CodeReading) -> None:
    """Read what login libraries are told; such a library makes the state by itself."""
    from proofkey.doctor.sources.source_code.library_settings import facts_of_settings

    for block in blocks[:MAX_BLOCKS]:
        if block.language in ("javascript", "python") and _OF_A_LOGIN.search(block.text):
            facts, settings = facts_of_settings(block)
            reading.facts += facts
            reading.settings += settings
    if reading.settings:
        reading.parts.add(SETTINGS)


def _read_language(language: str, blocks: list[Block], reading: CodeReading, *, advice: bool) -> None:
    parse = _parser_of(language)
    programs: list[Program] = []
    total = 0
    for block in blocks:
        total += len(block.text)
        if total > MAX_CODE:
            break
        programs.append(parse(block.text, block.line))
    from proofkey.doctor.sources.source_code.following import Follower

    trace = Follower(programs, language).run()
    whole = "\n".join(block.text for block in blocks)
    in_browser = language == "javascript" and _runs_in_browser(whole)
    _judge(trace, reading, whole, in_browser=in_browser, advice=advice)


def _parser_of(language: str) -> Callable[[str, int], Program]:
    # Loaded on first use: most captures hold no code.
    if language == "python":
        from proofkey.doctor.sources.source_code.python.parsing import parse_python

        return parse_python
    from proofkey.doctor.sources.source_code.javascript.parsing import parse_javascript

    return parse_javascript


def _runs_in_browser(code: str) -> bool:
    return bool(_BROWSER.search(code)) and not _SERVER.search(code)


def _judge(trace: Trace, reading: CodeReading, code: str, *, in_browser: bool, advice: bool) -> None:
    from proofkey.doctor.sources.source_code import effects
    from proofkey.doctor.sources.source_code.parts import parts_of
    from proofkey.doctor.sources.source_code.rules import flow, pairs, token_request

    calls = token_request.token_calls(trace)
    forms = token_request.forms_alone(trace)
    reading.facts += pairs.facts_of_pairs(trace)
    for call in calls:
        reading.facts += token_request.facts_of_token_call(call, in_browser=in_browser)
    for form in forms:
        reading.facts += token_request.facts_of_form(form, form.line, authorized=True, in_browser=in_browser)
    reading.facts += flow.facts_of_lost_verifier(trace, calls, in_browser=in_browser)
    reading.facts += flow.facts_of_fetched_authorization(trace)
    reading.facts += effects.facts_of_effects(calls, code)
    authorization = flow.authorization_of(trace)
    reading.parts |= parts_of(trace, calls, forms, authorization)
    if authorization is not None:
        breaking, weak = flow.facts_of_authorization(authorization, calls, trace)
        reading.facts += breaking if reading.settings else [*breaking, *weak]
        if any(fact.slug == "challenge-method-plain-refused" for fact in breaking):
            # With plain the challenge is the verifier (RFC 7636 4.2).
            reading.facts = [fact for fact in reading.facts if fact.slug != "challenge-not-hashed"]
    if advice:
        return
    drafts = [token_request.token_draft(call) for call in calls] + [
        token_request.draft_of_form(form) for form in forms[:1]
    ]
    if authorization is not None:
        reading.drafts += [d for d in [flow.authorization_draft(authorization, trace)] if d is not None]
    if any(draft is not None and not draft.partial for draft in drafts):
        # Values pasted from one login; what is constant here need not be constant in the application.
        reading.facts = [fact for fact in reading.facts if fact.slug != "challenge-reused"]
    seen: set[str] = set()
    for draft in drafts:
        if (
            draft is not None
            and (key := f"{draft.url.partition('?')[0]} {sorted(draft.parameters().names())}") not in seen
        ):
            seen.add(key)
            reading.drafts.append(draft)


def _rank(fact: Observation) -> int:
    if fact.slug in _WEAK:
        return 1_000 + _WEAK.index(fact.slug)
    return next((place for place, prefix in enumerate(_ORDER) if fact.slug.startswith(prefix)), 500)
