"""A pipeline carries the name that the catalogue's grammar gives it."""

from __future__ import annotations

import base64
import hashlib

import pytest

from proofkey.doctor.transforms import search
from tests.doctor.transforms import compositions

VERIFIER = "xH0y7ZGb8E_bFscdX_3UwgLuYUCWoU435KyA_HugT6g"
STANDARD = ("ascii", "sha256", "raw", "b64url", "none")


def right_challenge(verifier: str) -> str:
    """Compute the S256 challenge apart from the package."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def with_both_symbols() -> str:
    """Give a verifier whose standard base64 challenge holds a '+' before a '+', and a '/'."""
    for number in range(10_000):
        verifier = hashlib.sha256(str(number).encode()).hexdigest()
        text = base64.b64encode(hashlib.sha256(verifier.encode()).digest()).decode()
        if text.count("+") > 1 and "/" in text:
            return verifier
    raise AssertionError("no such verifier")


@pytest.mark.parametrize(
    ("place", "step", "fault"),
    [
        (0, "plus-lf", "challenge-newline-hashed"),
        (0, "plus-crlf", "challenge-newline-hashed"),
        (0, "plus-cr", "challenge-newline-hashed"),
        (0, "utf16le", "challenge-hash-of-utf16"),
        (0, "utf16be", "challenge-hash-of-utf16"),
        (0, "UTF-16 with BOM", "challenge-hash-of-utf16"),
        (0, "b64url-decoded", "challenge-hash-of-decoded-bytes"),
        (0, "empty", "challenge-of-empty-text"),
        (0, "double quotes", "challenge-wrong-transform"),
        (0, "percent-encoded", "challenge-wrong-transform"),
        (0, "base64url", "verifier-is-other-value"),
        (1, "md5", "challenge-wrong-hash"),
        (1, "sha512", "challenge-wrong-hash"),
        (1, "HMAC with an empty key", "challenge-wrong-hash"),
        (1, "sha256 of raw", "challenge-hashed-twice"),
        (1, "sha256 of hex", "challenge-hashed-twice"),
        (1, "none", "challenge-wrong-transform"),
        (2, "hex", "challenge-base64-of-hex"),
        (2, "decimal", "challenge-printed-bytes"),
        (2, "reversed", "challenge-wrong-transform"),
        (3, "b64url-pad", "challenge-padded"),
        (3, "base64url of base64url", "challenge-wrong-transform"),
        (4, "cut by 3", "challenge-truncated"),
        (4, "cut to 32", "challenge-truncated"),
        (4, "line feed", "challenge-newline-hashed"),
        (4, "quoted", "challenge-wrong-transform"),
        (4, "lower", "challenge-wrong-transform"),
    ],
)
def test_one_step_that_deviates_has_its_own_name(place: int, step: str, fault: str) -> None:
    """The rest of the pipeline is that of S256."""
    composed = list(STANDARD)
    composed[place] = step
    found = search(VERIFIER, compositions.compose(VERIFIER, tuple(composed)))  # type: ignore[arg-type]
    assert found is not None
    assert found.fault == fault
    assert found.deviations == (("input", "hash", "notation", "encoding", "damage")[place],)


@pytest.mark.parametrize(
    ("composed", "fault"),
    [
        (("ascii", "sha256", "hex", "text", "none"), "challenge-hex-digest"),
        (("ascii", "sha256", "HEX", "text", "none"), "challenge-hex-digest"),
        (("ascii", "sha256", "hex", "b64", "none"), "challenge-base64-of-hex"),
        (("ascii", "sha1", "hex", "text", "none"), "challenge-wrong-transform"),
        (("utf16le", "sha256", "hex", "b64url", "none"), "challenge-wrong-transform"),
        (("utf16le", "sha256", "raw", "b64url-pad", "none"), "challenge-wrong-transform"),
        (("b64url-decoded", "sha512", "raw", "b64url", "none"), "challenge-wrong-transform"),
        (("ascii", "sha256", "raw", "b64url-pad", "quoted"), "challenge-wrong-transform"),
        (("ascii", "sha256", "hex", "b64url", "cut to 43"), "challenge-wrong-transform"),
        (("plus-lf", "sha256", "sha256sum", "b64", "none"), "challenge-wrong-transform"),
        (("b64url-decoded", "none", "decimal", "b64url", "none"), "challenge-printed-bytes"),
    ],
)
def test_several_steps_share_a_name_only_where_it_covers_them(composed: tuple[str, ...], fault: str) -> None:
    """Every other composition carries the general name."""
    found = search(VERIFIER, compositions.compose(VERIFIER, composed))  # type: ignore[arg-type]
    assert found is not None
    assert found.fault == fault


def test_standard_base64_that_keeps_its_padding_may_carry_either_name() -> None:
    """The alphabet is named first, the padding is accepted too."""
    verifier = with_both_symbols()
    found = search(verifier, base64.b64encode(hashlib.sha256(verifier.encode()).digest()).decode())
    assert found is not None
    assert found.accepted_faults == ("challenge-standard-base64", "challenge-padded")


@pytest.mark.parametrize("padding", ["", "="])
def test_a_plus_that_became_a_space_is_named_by_that(padding: str) -> None:
    """The outermost damage names the fault, and the alphabet stays an accepted name."""
    verifier = with_both_symbols()
    sent = base64.b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=") + padding
    found = search(verifier, sent.replace("+", " "))
    assert found is not None
    assert found.accepted_faults == ("challenge-plus-became-space", "challenge-standard-base64")


def test_an_alphabet_translated_by_half_is_standard_base64() -> None:
    """A replace() that changes the first '+' only leaves the other ones."""
    verifier = with_both_symbols()
    sent = base64.b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=").replace("+", "-", 1)
    found = search(verifier, sent)
    assert found is not None
    assert found.fault == "challenge-standard-base64"
    assert found.pipeline.damage == "half-translated"


@pytest.mark.parametrize(
    ("sent", "fault"),
    [
        (f'"{VERIFIER}"', "verifier-quoted"),
        (f"'{VERIFIER}'", "verifier-quoted"),
        (base64.urlsafe_b64encode(VERIFIER.encode()).decode().rstrip("="), "verifier-encoded-again"),
        (VERIFIER + "\n", "challenge-newline-hashed"),
        (VERIFIER + "\r\n", "challenge-newline-hashed"),
        (VERIFIER + " ", "verifier-illegal-characters"),
        (VERIFIER + "=", "verifier-illegal-characters"),
        (VERIFIER.replace("_", "/"), "verifier-illegal-characters"),
        (VERIFIER.replace("_", "%5F"), "verifier-illegal-characters"),
        ("code_verifier=" + VERIFIER, "verifier-illegal-characters"),
        (VERIFIER[:-1], "verifier-too-short"),
        (VERIFIER * 2, "challenge-wrong-transform"),
    ],
    ids=lambda value: value if str(value).startswith(("verifier-", "challenge-")) else "sent",
)
def test_damage_to_the_verifier_is_told_from_a_wrong_challenge(sent: str, fault: str) -> None:
    """The challenge is right for the text that was made; what was sent is another."""
    found = search(sent, right_challenge(VERIFIER))
    assert found is not None
    assert found.fault == fault
    assert "verifier was changed" in found.words
    assert found.fix.startswith("Change what is sent")


def test_changed_places_are_recognised() -> None:
    """The hash went out as verifier, in base64url or in base64url of its hexadecimal text."""
    hexadecimal = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).hexdigest().encode()).decode().rstrip("=")
    for sent in (right_challenge(VERIFIER), hexadecimal):
        found = search(sent, VERIFIER)
        assert found is not None
        assert found.fault == "challenge-and-verifier-swapped"
        assert found.swapped
        assert "changed places" in found.words
