"""A shell, or the quotes of a word processor, damaged the parameters before they were sent (RFC 6749 4.1.3)."""

from __future__ import annotations

import re

from proofkey.doctor.evidence import Evidence, Seen
from proofkey.doctor.fault import LIKELY, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.pattern import Pattern
from proofkey.doctor.soundness import shown_parameters
from proofkey.doctor.steps import TokenRequest
from proofkey.doctor.transcript import login

_CURLY = Pattern("[\u2018\u2019\u201c\u201d]")
_VARIABLE = Pattern(r"\$\{?[A-Za-z_]\w*\}?|%[A-Z][A-Z0-9_]*%")
_BY_HAND = Pattern(r"curl|wget|httpie|powershell|invoke-webrequest", re.IGNORECASE)


def check(login: Login) -> Finding | None:
    """Look for typographic quotes, for quotes and carets around names, for unset variables, for a body cut at '&'."""
    token = login.token
    if token is None:
        return None
    place = f"{token.message.where}, {token.place}"
    for each in shown_parameters(token):
        if _CURLY.search(each.value) or _CURLY.search(each.name):
            what = f"typographic quotes in {each.name.strip('‘’“”')[:60]}"
            words = f"There are {what}; no shell takes them for quotes, so they became part of the value."
            return Finding(PROVEN, words, (Evidence(place, what),))
        if _VARIABLE.fullmatch(each.value):
            words = f"The value of {each.name[:60]} is the name of a variable, which the shell did not replace."
            return Finding(PROVEN, words, (Evidence(place, f"{each.name[:60]}: an unreplaced variable"),))
    first = token.names[0] if token.names else ""
    if re.fullmatch(r"['\"^]+grant_type", first):
        words = "The body begins with a quote: this shell does not know that kind of quotes, and they were sent along."
        return Finding(PROVEN, words, (Evidence(place, "a quote before the first name"),))
    return _cut_short(login, token) or _seen_in_command(login, token)


def _seen_in_command(login: Login, token: TokenRequest) -> Finding | None:
    """The command itself shows what its shell does to it."""
    for fact in login.capture.code_facts:
        if fact.slug == "shell-mangled-parameters" and not fact.advice and fact.where == token.message.where:
            return Finding(PROVEN, fact.what, (Evidence(fact.where, "the command as it was typed"),), fact.fix)
    return None


def _cut_short(login: Login, token: TokenRequest) -> Finding | None:
    if len(token.names) != 1 or token.syntax not in ("form", None):
        return None
    facts = [fact for fact in login.capture.code_facts if fact.slug == "shell-mangled-parameters" and not fact.advice]
    agent = token.header("user-agent")
    by_hand = isinstance(agent, Seen) and _BY_HAND.search(agent.value) is not None
    if not facts and not by_hand:
        return None
    return Finding(
        PROVEN if facts else LIKELY,
        f"Of all parameters only {token.names[0][:60]} was sent. The command was not quoted, and the shell ended it"
        " at the first '&'.",
        (Evidence(f"{token.message.where}, {token.place}", f"only {token.names[0][:60]}"),),
    )


FAULT = Fault(
    title="A shell or settings file damaged the parameters",
    meaning=(
        "In a shell '&' ends a command, '$' names a variable and '#' begins a comment, unless they are quoted;"
        " typographic quotes, which editors and chats put in, quote nothing. What was sent is then only a part of"
        " what was written."
    ),
    fix="Put each parameter into an option of its own, in straight quotes: --data-urlencode 'code=...'. Quote values"
    " with '#' in settings files.",
    wrong_fix="Adding parameters to the command: they are all behind the '&' at which it ends.",
    spec=("RFC 6749 4.1.3",),
    blame="client",
    explains=(
        *("client-id-missing", "verifier-missing", "redirect-uri-missing", "code-is-other-value", "secret-missing"),
        *("redirect-uri-differs", "verifier-illegal-characters", "verifier-is-null-text", "verifier-too-short"),
        *("verifier-quoted", "verifier-unrelated", "client-credentials-malformed", "grant-type-wrong"),
        *("code-not-accepted", "code-truncated", "code-of-other-client", "verifier-too-long", "server-ignored-body"),
    ),
    needs=("token",),
    check=check,
    bad=login(
        token_body="grant_type=authorization_code",
        token_headers={"User-Agent": "curl/8.5.0"},
        answer={"error": "invalid_request", "error_description": "code is missing"},
    ),
    good=login(answer={}),
)
