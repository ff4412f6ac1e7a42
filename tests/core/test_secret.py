"""Secrets keep themselves."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from proofkey.core.secret import AccessToken, Code, Password, Secret, Verifier

TEXT = "correct-horse-battery-staple"


@pytest.mark.parametrize("kind", [Verifier, Code, AccessToken, Password])
def test_no_way_of_printing_shows_it(kind: type[Secret]) -> None:
    """str, repr, format, percent and f-strings all redact."""
    secret = kind(TEXT)
    for shown in (
        str(secret),
        repr(secret),
        f"{secret}",
        f"{secret:>40}",
        "{}".format(secret),  # noqa: UP032  # the way under test
        repr([secret]),
        repr({1: secret}),
    ):
        assert TEXT not in shown
        assert kind.__name__ in shown


def test_it_does_not_leave_the_process() -> None:
    """Neither pickle nor JSON writes one."""
    with pytest.raises(TypeError):
        pickle.dumps(Code(TEXT))
    with pytest.raises(TypeError):
        json.dumps(Code(TEXT))


def test_equality_is_by_kind_and_text() -> None:
    """A code never equals a verifier of the same text."""
    assert Code(TEXT) == Code(TEXT)
    assert Code(TEXT) != Code(TEXT + "x")
    assert Code(TEXT) != Verifier(TEXT)
    assert len({Code(TEXT), Code(TEXT), Verifier(TEXT)}) == 2
    assert copy.deepcopy(Code(TEXT)) == Code(TEXT)
    assert len(Code(TEXT)) == len(TEXT)
