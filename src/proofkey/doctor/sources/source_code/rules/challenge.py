"""What the recipe of a challenge gets wrong (RFC 7636 4.2)."""

from __future__ import annotations

import re

from proofkey.doctor.sources.source_code.texts import base64_length
from proofkey.doctor.sources.source_code.trace import Named
from proofkey.doctor.sources.source_code.values import (
    Altered,
    Decoded,
    Digest,
    Encoded,
    Hasher,
    Json,
    Known,
    Library,
    Octets,
    Pending,
    Printed,
    Random,
    RandomText,
    Unknown,
    Utf8,
    Utf16,
    Value,
    awaited,
    digest_of,
    root_of,
)


def challenge_fault(named: Named, verifiers: list[Named]) -> tuple[str, str] | None:
    """Name the fault of a challenge's recipe and say it in a sentence; None where it is right or not known."""
    value = named.value
    leaves = named.sink == "parameter"
    if isinstance(value, Pending):
        if leaves:
            return (
                "challenge-placeholder-text",
                "The digest is a promise that is not awaited; the text [object Promise] is sent.",
            )
        value = awaited(value)
    if isinstance(value, Octets):
        return _octets_as_challenge(value) if leaves else None
    if digest_of(value) is None:
        return _unhashed(value, verifiers, leaves=leaves)
    return _transform_fault(value, verifiers)


def _octets_as_challenge(value: Octets) -> tuple[str, str] | None:
    if isinstance(value.source, Utf8):
        return _transform_fault(value.source.text, []) if digest_of(value.source.text) else None
    if not isinstance(value.source, Digest):
        return None
    match value.form:
        case "words":
            return (
                "challenge-hex-digest",
                "The hash object turns into its hexadecimal digest when it is put into the request.",
            )
        case "buffer":
            return "challenge-placeholder-text", "The digest is an ArrayBuffer; as text it is [object ArrayBuffer]."
        case "array" | "bytes":
            return "challenge-wrong-transform", "The digest is sent as it is, without base64url encoding."
        case _:
            return None


def _transform_fault(value: Value, verifiers: list[Named]) -> tuple[str, str] | None:
    match value:
        case Altered(of, "percent"):
            return _transform_fault(of, verifiers)
        case Altered(_, "newline"):
            return "challenge-newline-hashed", "A line break is part of the challenge."
        case Altered(_, "cut", detail):
            return (
                "challenge-truncated",
                f"The challenge is cut{f' to {detail} characters' if detail.isdigit() else ''}.",
            )
        case Altered(_, how):
            return (
                "challenge-wrong-transform",
                f"The digest is changed after encoding ({_HOW.get(how, 'another change')}).",
            )
        case Json():
            return "challenge-wrong-transform", "The challenge is sent as JSON text, with quotation marks around it."
        case Printed(_, "type"):
            return "challenge-placeholder-text", "An object is turned into text by printing its type name."
        case Printed():
            return "challenge-wrong-transform", "The digest is printed instead of encoded."
        case Encoded():
            return _encoded_fault(value, verifiers)
        case _:
            return None


_HOW = {"case": "its case is changed", "dropped": "characters are taken out", "other": "bytes are read as text"}


def _encoded_fault(value: Encoded, verifiers: list[Named]) -> tuple[str, str] | None:
    if isinstance(value.of, Printed):
        return _printed_fault(value.of)
    inner = value.of
    if isinstance(inner, Octets) and isinstance(inner.source, Utf8) and isinstance(inner.source.text, Encoded):
        inner = inner.source.text
    faults: list[tuple[str, str]] = []
    digest = digest_of(inner)
    if isinstance(inner, Encoded) and inner.notation == "hex" and value.notation == "base64":
        faults.append(
            ("challenge-base64-of-hex", "The hexadecimal text of the digest is base64-encoded, not the digest.")
        )
    elif isinstance(inner, Encoded):
        faults.append(("challenge-wrong-transform", "The digest is encoded twice."))
    if value.notation == "hex":
        faults.append(
            ("challenge-hex-digest", "The challenge is the hexadecimal digest; S256 wants base64url of the octets.")
        )
    else:
        faults += _alphabet_faults(value)
    if digest is not None:
        faults += _digest_faults(digest, verifiers)
    if not faults:
        return None
    slugs = {slug for slug, _ in faults}
    if len(slugs) == 1 or slugs == {"challenge-standard-base64", "challenge-padded"}:
        return faults[0]
    if "challenge-base64-of-hex" in slugs and slugs <= {
        "challenge-base64-of-hex",
        "challenge-standard-base64",
        "challenge-padded",
    }:
        return next(fault for fault in faults if fault[0] == "challenge-base64-of-hex")
    return "challenge-wrong-transform", " ".join(sentence for _, sentence in faults)


def _printed_fault(printed: Printed) -> tuple[str, str]:
    if printed.how == "numbers":
        never = "" if digest_of(printed.of) else " Nothing is hashed."
        return (
            "challenge-printed-bytes",
            f'btoa gets a typed array and encodes its printed numbers ("12,255,7"), not its octets.{never}',
        )
    if printed.how == "type":
        return "challenge-placeholder-text", "btoa gets an ArrayBuffer and encodes the text [object ArrayBuffer]."
    return "challenge-wrong-transform", "The printed form of bytes, b'...', is encoded instead of the bytes."


def _alphabet_faults(value: Encoded) -> list[tuple[str, str]]:
    faults: list[tuple[str, str]] = []
    if value.partly & {"+", "/"}:
        faults.append(
            ("challenge-standard-base64", "Only the first '+' or '/' is replaced; the rest stays standard base64.")
        )
    elif not value.is_url_safe:
        faults.append(("challenge-standard-base64", "The digest is in standard base64: '+' and '/' are not replaced."))
    if value.padded:
        faults.append(("challenge-padded", "The '=' at the end of the base64 text is not removed."))
    return faults


def _digest_faults(digest: Digest, verifiers: list[Named]) -> list[tuple[str, str]]:
    faults: list[tuple[str, str]] = []
    if digest.algorithm not in ("sha256", "", "unknown"):
        faults.append(("challenge-wrong-hash", f"The hash is {digest.algorithm.upper()}; S256 is SHA-256."))
    source = digest.input.source if isinstance(digest.input, Octets) else None
    match source:
        case Random() | Decoded():
            faults.append(
                ("challenge-hash-of-decoded-bytes", "The random octets are hashed, not the characters of the verifier.")
            )
        case Utf16():
            faults.append(("challenge-hash-of-utf16", "The verifier is hashed as UTF-16."))
        case Digest():
            faults.append(("challenge-hashed-twice", "The digest is hashed again."))
        case Utf8(text):
            faults += _hashed_text_faults(text, verifiers)
        case _:
            pass
    return faults


def _hashed_text_faults(text: Value, verifiers: list[Named]) -> list[tuple[str, str]]:
    match text:
        case Altered(_, "newline"):
            return [("challenge-newline-hashed", "A line break is hashed with the verifier.")]
        case Known(""):
            return [("challenge-of-empty-text", "An empty text is hashed.")]
        case Json():
            return [
                ("challenge-wrong-transform", "The verifier is hashed as JSON text, with quotation marks around it.")
            ]
        case Altered(_, "case"):
            return [("challenge-wrong-transform", "The verifier is hashed in another case than it is sent.")]
        case _:
            pass
    inner = digest_of(text)
    if inner is not None and not any((known := digest_of(each.value)) and known.id == inner.id for each in verifiers):
        return [("challenge-hashed-twice", "A finished digest is hashed again.")]
    root = root_of(text)
    if root is None:
        return []
    same = [each for each in verifiers if (other := root_of(each.value)) and other.id == root.id]
    others = [each for each in verifiers if (other := root_of(each.value)) and other.id != root.id]
    if same and all(_form_of(each.value) != _form_of(text) for each in same if each.sink != "variable"):
        finals = [each for each in same if each.sink != "variable"]
        if finals:
            return [
                (
                    "challenge-wrong-transform",
                    "The verifier is changed after it was hashed; what is sent is another text.",
                )
            ]
    if not same and others and any(each.sink != "variable" for each in others):
        return [("verifier-unrelated", "The challenge is made of another random value than the verifier that is sent.")]
    return []


def _form_of(value: Value) -> object:
    """Describe how a text is written, for the comparison of two."""
    match value:
        case Octets(source=Utf8(text)):
            return _form_of(text)
        case Encoded(notation, of, plus, slash, padded, partly):
            has_padding = base64_length(of)[1] > 0 if notation == "base64" else False
            return (notation, plus, slash, padded and has_padding, partly)
        case Altered(of, "percent") | Pending(of):
            return _form_of(of)
        case Altered(of, how):
            return (how, _form_of(of))
        case Json(of):
            return ("json", _form_of(of))
        case _:
            return type(value).__name__


def _unhashed(value: Value, verifiers: list[Named], *, leaves: bool) -> tuple[str, str] | None:
    if isinstance(value, Encoded) and isinstance(value.of, Printed):
        return _printed_fault(value.of)
    written = name_of(value)
    if written is not None:
        is_verifier = any(each.value is value for each in verifiers)
        if leaves and (is_verifier or re.search(r"verifier$", written, re.IGNORECASE)):
            return "challenge-not-hashed", "The verifier itself is sent as code_challenge; it is never hashed."
        return None
    if isinstance(value, Hasher) and leaves:
        return "challenge-placeholder-text", "The hash object itself is sent; its digest is never taken."
    if isinstance(value, Known):
        if leaves and value.value in ("", None):
            return "challenge-placeholder-text", "The challenge is empty."
        return None
    root = root_of(value)
    if root is not None and isinstance(value, (Encoded, RandomText, Altered)):
        if any(_form_of(each.value) == _form_of(value) and _same_root(each.value, root) for each in verifiers):
            return "challenge-not-hashed", "Challenge and verifier are the same text; the verifier is never hashed."
        if any(_same_root(each.value, root) for each in verifiers):
            return "challenge-wrong-transform", "The verifier is only encoded, never hashed."
        return "verifier-unrelated", "The challenge is a random value that is never hashed, so no verifier can fit it."
    if isinstance(value, Encoded) and re.search(r"verifier$", name_of(value.of) or "", re.IGNORECASE):
        return "challenge-wrong-transform", "The verifier is only encoded, never hashed."
    if isinstance(value, Encoded) and value.notation == "base64" and not isinstance(value.of, Known):
        return next(iter(_alphabet_faults(value)), None)
    return None


def name_of(value: Value) -> str | None:
    """Give how a value is written that the code shows nothing of; None where it shows what it is made of."""
    match value:
        case Unknown(text):
            return text
        case Library(path):
            return path
        case Octets(source=Unknown(text)):
            return text
        case _:
            return None


def _same_root(value: Value, root: object) -> bool:
    other = root_of(value)
    return other is not None and getattr(root, "id", None) == other.id


# --- the verifier
