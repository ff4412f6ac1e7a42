"""What the recipe of a verifier gets wrong (RFC 7636 4.1)."""

from __future__ import annotations

import re

from proofkey.doctor.sources.placeholders import is_placeholder
from proofkey.doctor.sources.source_code.rules.challenge import name_of
from proofkey.doctor.sources.source_code.texts import base64_length, length_of, size_of
from proofkey.doctor.sources.source_code.trace import Named
from proofkey.doctor.sources.source_code.values import (
    Encoded,
    Json,
    Known,
    Octets,
    Printed,
    Random,
    RandomText,
    Raw,
    Utf8,
    Value,
    awaited,
    digest_of,
    root_of,
)


def verifier_fault(named: Named, challenges: list[Named]) -> tuple[str, str] | None:
    """Name the fault of a verifier's recipe and say it in a sentence; None where it is right or not known."""
    value = awaited(named.value)
    leaves = named.sink == "parameter"
    if isinstance(value, Octets) and isinstance(value.source, Utf8):
        value = value.source.text
    if isinstance(value, Json) and leaves and root_of(value) is not None:
        return "verifier-quoted", "The verifier is sent as JSON text, with quotation marks around it."
    digest = digest_of(value)
    if (
        digest is not None
        and leaves
        and any((other := digest_of(each.value)) and other.id == digest.id for each in challenges)
    ):
        return "challenge-not-hashed", "The hash is sent as code_verifier; the text that was hashed belongs there."
    written = name_of(value)
    if written is not None and leaves:
        if re.search(r"challenge$", written, re.IGNORECASE):
            return (
                "challenge-not-hashed",
                "The challenge is sent as code_verifier; the text that was hashed belongs there.",
            )
        if re.search(r"(?:^|\.)(?:state|nonce)$", written, re.IGNORECASE):
            return "verifier-is-other-value", "The state or nonce is sent as code_verifier."
    if isinstance(value, Known):
        return _constant_verifier(value) if named.sink != "result" else None
    root = root_of(value)
    if root is None:
        return None
    length = _length_fault(value)
    if isinstance(root, (Random, RandomText)) and not root.strong:
        made_by = f" ({root.made_by})" if isinstance(root, RandomText) and root.made_by else ""
        guessed = (
            f"The verifier comes from a source that can be guessed{made_by}; use crypto.getRandomValues or secrets."
        )
        # What servers refuse comes before what merely is unsafe.
        return (length[0], f"{length[1]} {guessed}") if length else ("verifier-predictable", guessed)
    return length or _character_fault(value, leaves=leaves)


def _constant_verifier(value: Known) -> tuple[str, str] | None:
    text = value.value
    if not isinstance(text, str) or not text or is_placeholder(text):
        return None
    if len(text) < 43 and re.fullmatch(r"[A-Za-z0-9\-._~]{8,}", text):
        return "verifier-too-short", f"The verifier has {len(text)} characters; 43 is the least."
    if re.fullmatch(r"[A-Za-z0-9\-._~]{43,128}", text):
        return "challenge-reused", "The verifier is a constant of the code, the same in every login."
    return None


def _length_fault(value: Value) -> tuple[str, str] | None:
    length = length_of(value)
    if (
        length is not None
        and isinstance(value, (RandomText, Encoded))
        and not isinstance(getattr(value, "of", None), Printed)
    ):
        if length < 43:
            return "verifier-too-short", f"The verifier has {length} characters; 43 is the least."
        if length > 128:
            return "verifier-too-long", f"The verifier has {length} characters; 128 is the most."
    if isinstance(value, Encoded) and isinstance(value.of, Printed) and value.of.how == "numbers":
        size = size_of(value.of.of)
        if size is not None and size >= 28:
            return (
                "verifier-too-long",
                "btoa gets a typed array and encodes its printed numbers, which makes far more than 128 characters.",
            )
    return None


def _character_fault(value: Value, *, leaves: bool) -> tuple[str, str] | None:
    if isinstance(value, (Octets, Printed)) and leaves:
        return "verifier-illegal-characters", "The octets are sent as a list of numbers or raw, not as base64url text."
    if isinstance(value, Raw) and leaves:
        return "verifier-illegal-characters", "The octets are sent as raw characters, not as base64url text."
    if isinstance(value, Encoded) and value.notation == "base64" and not isinstance(value.of, Printed):
        if not value.is_url_safe:
            return "verifier-illegal-characters", "The verifier is standard base64: '+' and '/' are not allowed in it."
        if value.padded and base64_length(value.of)[1] and size_of(value.of) is not None:
            return "verifier-illegal-characters", "The '=' at the end of the base64 text is not allowed in a verifier."
    return None
