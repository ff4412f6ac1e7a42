"""The words name the step that deviates, and the fix names the step that must change."""

from __future__ import annotations

import string

import pytest

from proofkey.doctor.transforms import damage, encodings, inputs, notations, search, texts
from tests.doctor.transforms import compositions

VERIFIER = "xH0y7ZGb8E_bFscdX_3UwgLuYUCWoU435KyA_HugT6g"


@pytest.mark.parametrize(
    ("composed", "words", "fix"),
    [
        (("plus-lf", "sha256", "raw", "b64url", "none"), "line feed", "line break"),
        (("utf16le", "sha256", "raw", "b64url", "none"), "UTF-16", "ASCII"),
        (("b64url-decoded", "sha256", "raw", "b64url", "none"), "decoded bytes of the verifier", "characters"),
        (("double quotes", "sha256", "raw", "b64url", "none"), "in double quotes", "hash input"),
        (("ascii", "sha1", "raw", "b64url", "none"), "SHA-1 over the verifier", "SHA-256 instead of SHA-1"),
        (("ascii", "none", "raw", "b64url", "none"), "not hashed", "take SHA-256"),
        (("ascii", "sha256 of hex", "raw", "b64url", "none"), "SHA-256 over the hexadecimal digest of", "once"),
        (("ascii", "sha256", "hex", "b64url", "none"), "base64url of the hexadecimal digest", "raw 32 bytes"),
        (("ascii", "sha256", "decimal", "b64url", "none"), "comma-printed bytes", "raw 32 bytes"),
        (("ascii", "sha256", "raw", "b64url-pad", "none"), "padded", "'='"),
        (("ascii", "sha256", "raw", "b64-nopad", "none"), "standard base64", "'-' for '+'"),
        (("ascii", "sha256", "raw", "b64url", "cut by 3"), "cut by 3 characters at its end", "whole challenge"),
        (("ascii", "sha256", "raw", "b64url", "quoted"), "in double quotes", "without quotes"),
        (
            ("b64url-decoded", "sha256", "raw", "b64url-pad", "none"),
            "SHA-256 over the decoded bytes of the verifier, padded",
            "=",
        ),
    ],
)
def test_words_and_fix_name_the_step(composed: tuple[str, ...], words: str, fix: str) -> None:
    """One sentence says what was done, and the fix says what to do instead."""
    # The verifier's standard base64 challenge needs a symbol, or it would be the right one.
    verifier = VERIFIER
    while "b64-nopad" in composed and "+" not in compositions.compose(verifier, composed):  # type: ignore[arg-type]
        verifier = verifier[1:] + verifier[0]
    found = search(verifier, compositions.compose(verifier, composed))  # type: ignore[arg-type]
    assert found is not None
    assert words in found.words
    assert fix in found.fix
    assert found.words.endswith(".")
    assert found.words.count(". ") == 0


def test_every_step_has_one_name_and_a_phrase() -> None:
    """No two steps share a name, and every phrase has a place for what the step is applied to."""
    inputs_named = [*inputs.BYTES, *texts.UNDONE, *texts.WRAPPED, *texts.REWRITTEN]
    written = [notation for group in notations.GROUPS.values() for notation in group]
    encoded = [encoding for family in encodings.SPELLINGS.values() for encoding in family]
    for steps in (inputs_named, written, encoded):
        names = [step.name for step in steps]
        assert len(names) == len(set(names))
        for step in steps:
            assert [field for _, field, _, _ in string.Formatter().parse(step.phrase) if field is not None] == [""]


def test_every_damage_that_can_be_found_has_words() -> None:
    """Whatever a comparison names can be said."""
    meant = "abc+def/ghijklmnopqrstuvwxyz0123456789ABCD="
    for sent in (
        meant[:-5],
        meant[5:],
        f'"{meant}"',
        f"'{meant}",
        meant + "\n",
        " " + meant,
        meant.replace("+", " "),
        meant.replace("+", ""),
        meant.replace("+", "!"),
        meant.replace("+", "-"),
        meant.replace("=", "%3D"),
        meant.replace("=", "&#61;"),
        meant.replace("/", "\\/"),
        meant.lower(),
        meant.swapcase(),
        meant * 2,
        meant[::-1],
        meant + "xyz",
        meant[:20] + "_" + meant[21:],
        "S256:" + meant,
        meant[:9] + "\u200b" + meant[9:],
        meant[:9] + "\n" + meant[9:],
    ):
        harms = [harm for wrapping in damage.unwrap(sent) if (harm := damage.compare(meant, wrapping))]
        assert harms, sent
        assert all(damage.phrase_of(harm.name) for harm in harms if harm.name != "none")
