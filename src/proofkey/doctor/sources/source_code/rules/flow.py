"""What the steps of a login get wrong between them: method, state, storage, a verifier that does not survive."""

from __future__ import annotations

import re

from proofkey.doctor import redirects
from proofkey.doctor.sources.draft import Draft
from proofkey.doctor.sources.source_code.block import Observation
from proofkey.doctor.sources.source_code.forms import fields_of_text
from proofkey.doctor.sources.source_code.rendering import is_constant, text_of
from proofkey.doctor.sources.source_code.rules.challenge import name_of
from proofkey.doctor.sources.source_code.rules.pairs import challenges_of, verifiers_of
from proofkey.doctor.sources.source_code.rules.token_request import TokenCall, facts_of_encoding
from proofkey.doctor.sources.source_code.trace import Storage, Trace
from proofkey.doctor.sources.source_code.values import (
    Altered,
    Callback,
    Fields,
    FormText,
    Joined,
    Json,
    Known,
    Stored,
    Unknown,
    Value,
    awaited,
    digest_of,
    root_of,
)

AUTHORIZE_NAMES = ("response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
                   "code_challenge_method", "resource", "audience", "prompt")  # fmt: skip
# What libraries are told about a server or about themselves, and no server ever gets.
_SETTINGS = frozenset([
    "authority", "issuer", "issuerUrl", "issuer_url", "domain", "metadata", "metadataUrl", "metadata_url",
    "discoveryUrl", "wellKnown", "server_metadata_url", "automaticSilentRenew", "userStore", "stateStore",
    "post_logout_redirect_uri", "silent_redirect_uri", "loadUserInfo", "authorization_endpoint", "token_endpoint",
])  # fmt: skip
_GENERATOR = re.compile(
    r"(?:^|[.:])(?:generate|create|make|new|random|build|gen)\w*(?:verifier|string|pkce|pair|code|random)\w*\(\)$", re.I
)


def authorization_of(trace: Trace) -> Fields | None:
    """Give the parameters of the authorization request that the code builds, the fullest set of them."""
    texts = []
    for value, line in trace.texts:
        fields = fields_of_text(value)
        fields.line, fields.base = line, value
        texts.append(fields)
    candidates = [each for each in (*trace.fields, *texts) if _is_authorization(each)]
    return max(candidates, key=_completeness, default=None)


def _completeness(fields: Fields) -> tuple[int, int, bool]:
    """Rank the forms in which one request is seen: `"...&state=" + state` is also seen without its end."""
    filled = sum(value != Known("") for _, value in fields.entries)
    return len(fields.entries), filled, fields.base is not None


def _is_authorization(fields: Fields) -> bool:
    names = {name for name, _ in fields.entries}
    if "grant_type" in names or "code_verifier" in names:
        return False
    return "response_type" in names or ("code_challenge" in names and bool(names & {"client_id", "redirect_uri"}))


def authorization_draft(fields: Fields, trace: Trace) -> Draft | None:
    """Write the authorization request; which of its parameters are left out is told by facts, not by absence."""
    base = text_of(fields.base, "url") if fields.base is not None else ""
    if not base.startswith("http"):
        base = next((url for each in trace.redirects if (url := _redirect_url(each.url)).startswith("http")), "")
    if not base.startswith("http"):
        return None
    pairs = [(name, text_of(value, name)) for name, value in fields.entries]
    draft = Draft(
        fields.line, "code", "GET", base.partition("?")[0] + "?" + "&".join(f"{n}={v}" for n, v in pairs), None, ""
    )
    draft.partial = True
    draft.placeholders |= {name for name, value in fields.entries if not is_constant(value)}
    draft.placeholders |= set(AUTHORIZE_NAMES) - {name for name, _ in pairs}
    return draft


def _redirect_url(value: Value) -> str:
    return text_of(value.of if isinstance(value, FormText) else value, "url")


def facts_of_authorization(
    fields: Fields, calls: list[TokenCall], trace: Trace
) -> tuple[list[Observation], list[Observation]]:
    """Name what is wrong with the authorization request: what breaks it, and what only weakens it."""
    found: list[Observation] = []
    weak: list[Observation] = []
    line = fields.line
    names = {name for name, _ in fields.entries}
    method = fields.get("code_challenge_method")
    if "code_challenge" in names:
        if method is None and not fields.open:
            found.append(
                Observation(
                    "challenge-method-missing", line, "code_challenge_method is not sent, so the server assumes plain."
                )
            )
        elif isinstance(method, Known) and method.value == "plain":
            found.append(
                Observation(
                    "challenge-method-plain-refused", line, "code_challenge_method is plain; most servers want S256."
                )
            )
        elif isinstance(method, Known) and method.value not in ("S256", None):
            found.append(
                Observation(
                    "challenge-method-misspelt", line, f"code_challenge_method is {method.value!r}; the name is S256."
                )
            )
    elif not fields.open and any(call.fields is not None and call.fields.get("code_verifier") for call in calls):
        found.append(
            Observation("verifier-without-challenge", line, "The authorization request carries no code_challenge.")
        )
    found += [each for call in calls for each in _left_out(fields, call, calls)]
    found += facts_of_encoding(fields, line)
    if "state" not in names and not fields.open and not _delegated(fields):
        weak.append(Observation("state-missing", line, "The authorization request carries no state."))
    elif "state" in names and _reads_callback(trace) and not _compares_state(trace):
        weak.append(
            Observation(
                "state-not-checked", line, "The state of the callback is never compared with the one that was sent."
            )
        )
    return found, weak


def _left_out(asked: Fields, call: TokenCall, calls: list[TokenCall]) -> list[Observation]:
    """Name what the redemption lacks of what the authorization request began, where there is one redemption only."""
    sent = call.fields
    if sent is None or sent.open or len(calls) != 1:
        return []
    names = {name for name, _ in sent.entries}
    found: list[Observation] = []
    if asked.get("code_challenge") is not None and not any("verif" in name.lower() for name in names):
        found.append(Observation("verifier-missing", call.line, "The token request carries no code_verifier."))
    one, other = asked.get("redirect_uri"), sent.get("redirect_uri")
    if isinstance(one, Known) and isinstance(other, Known):
        slug = redirects.difference(str(one.value), str(other.value))
        if slug is not None:
            first, here = redirects.shown(str(one.value)), redirects.shown(str(other.value))
            what = f"redirect_uri is {first} at first and {here} here."
            found.append(Observation(slug, call.line, what))
    return found


def _delegated(fields: Fields) -> bool:
    """Tell settings of a library, which makes the state itself, from the parameters of a request."""
    if fields.kind != "object":
        return False
    return fields.get("response_type") is None or any(name in _SETTINGS for name, _ in fields.entries)


def _reads_callback(trace: Trace) -> bool:
    return any(name == "code" for name, _ in trace.callback_reads)


def _compares_state(trace: Trace) -> bool:
    for pair in trace.compared:
        for side in pair:
            match side:
                case Callback("state"):
                    return True
                case Stored(_, key) if "state" in key.lower():
                    return True
                case Unknown(text) if "state" in text.lower():
                    return True
    # A login that is kept under its state is found by it, or not at all: `pending.pop(f"login:{state}")`.
    return any(_holds_state(value) for value in trace.looked_up)


def _holds_state(value: Value) -> bool:
    match value:
        case Callback("state"):
            return True
        case Joined(parts):
            return any(_holds_state(part) for part in parts)
        case Altered(of):
            return _holds_state(of)
        case _:
            return False


# --- the verifier between the steps


def facts_of_lost_verifier(trace: Trace, calls: list[TokenCall], *, in_browser: bool) -> list[Observation]:
    """Name a verifier that is made again, kept where it is lost, or read from where it was not put."""
    found: list[Observation] = []
    for call in calls:
        verifier = call.fields.get("code_verifier") if call.fields is not None else None
        if verifier is not None:
            found += _remade(trace, call, awaited(verifier), in_browser=in_browser)
            found += _mislaid(trace, call, awaited(verifier))
    return found


def _remade(trace: Trace, call: TokenCall, verifier: Value, *, in_browser: bool) -> list[Observation]:
    again = Observation(
        "verifier-unrelated",
        call.line,
        "The verifier is made anew for the token request; it must be the one whose hash was sent.",
    )
    if isinstance(verifier, Unknown) and _GENERATOR.search(verifier.text):
        return [again]
    root = root_of(verifier)
    if root is None or digest_of(verifier) is not None:
        return []
    entry = trace.drawn_in.get(root.id)
    challenged = [each for each in challenges_of(trace) if (other := root_of(each.value)) and other.id == root.id]
    if not challenged:
        return [again] if entry == call.sent.entry and not _made_only_if_missing(trace, root.id) else []
    began_elsewhere = entry == call.sent.entry and _began_elsewhere(trace, root.id, call.sent.entry)
    if began_elsewhere and not _made_only_if_missing(trace, root.id):
        return [again]
    leaves_page = in_browser and any(not each.keeps_page for each in trace.redirects)
    if (
        leaves_page
        and entry != call.sent.entry
        and all(each.entry != call.sent.entry for each in challenged if each.sink == "parameter")
    ):
        return [
            Observation(
                "verifier-unrelated",
                call.line,
                "The verifier lives in a variable, and the redirect leaves the page: the next load makes a new one.",
            )
        ]
    return []


def _began_elsewhere(trace: Trace, drawing: int, entry: int) -> bool:
    """Tell whether the challenge that goes out is made in another part of the code, from another drawing."""
    asked = authorization_of(trace)
    challenge = asked.get("code_challenge") if asked is not None else None
    root = root_of(awaited(challenge)) if challenge is not None else None
    return root is not None and root.id != drawing and trace.drawn_in.get(root.id) != entry


def _made_only_if_missing(trace: Trace, drawing: int) -> bool:
    """Tell whether the value is kept under a key that is looked at as well: `stored ?? make()` (both are followed)."""
    kept = {
        each.key
        for each in trace.storage
        if each.action == "put" and (root := root_of(each.value)) is not None and root.id == drawing
    }
    return any(each.action == "get" and each.key in kept for each in trace.storage)


def _mislaid(trace: Trace, call: TokenCall, verifier: Value) -> list[Observation]:
    quoted = False
    if isinstance(verifier, Unknown):
        return []
    if not isinstance(verifier, Stored):
        return []
    puts = [each for each in trace.storage if each.action == "put"]
    same = [each for each in puts if each.key == verifier.key and each.store == verifier.store]
    if not puts or verifier.store == "session":
        return []
    if not same:
        likely = [each for each in puts if _holds_verifier(each, trace)]
        if not likely:
            return []
        put = likely[-1]
        where = f"under {put.key!r}" if put.store == verifier.store else f"in {put.store}"
        return [
            Observation(
                "verifier-is-null-text",
                call.line,
                f"The verifier is stored {where} and read from {verifier.store} as {verifier.key!r}, where nothing is.",
            )
        ]
    quoted = any(isinstance(each.value, Json) for each in same) and not verifier.parsed
    if quoted:
        return [
            Observation(
                "verifier-quoted", call.line, "The verifier is stored as JSON text and read without JSON.parse."
            )
        ]
    return []


def _holds_verifier(put: Storage, trace: Trace) -> bool:
    if re.search(r"verifier|pkce", put.key, re.IGNORECASE):
        return True
    root = root_of(put.value)
    if root is None:
        return bool(re.search(r"verifier", name_of(put.value) or "", re.IGNORECASE))
    return any((other := root_of(each.value)) and other.id == root.id for each in verifiers_of(trace))


def facts_of_fetched_authorization(trace: Trace) -> list[Observation]:
    """Name a script's call of the authorization endpoint, which wants a navigation."""
    found = []
    for sent in trace.sent:
        url = sent.url
        fields = url if isinstance(url, Fields) else fields_of_text(url)
        names = {name for name, _ in fields.entries}
        if sent.library in ("fetch", "axios", "angular", "jquery") and (
            "response_type" in names or re.search(r"/authorize\b", text_of(url))
        ):
            found.append(
                Observation(
                    "authorize-by-fetch",
                    sent.line,
                    "The authorization endpoint is called by a script, not by a navigation.",
                )
            )
    return found
