"""Which passwords somebody may be given."""

from __future__ import annotations

import pytest

from proofkey.core.secret import Password
from proofkey.server.password_rule import ADVISED, LONGEST, SHORTEST, unfit


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", f"at least {SHORTEST} characters"),
        ("x", f"at least {SHORTEST} characters"),
        ("geheime", f"at least {SHORTEST} characters"),
        ("x" * 30, "tried first"),
        ("XxXxXxXxX", "tried first"),
        ("Password1", "tried first"),
        ("12345678", "tried first"),
        ("Ada.Lovelace", "user name"),
        ("xy" * LONGEST, f"at most {LONGEST}"),
    ],
)
def test_what_may_not_be_a_password(password: str, why: str) -> None:
    """Too short, too long, the first that anybody tries, or known to everybody; the sentence does not show it."""
    told = unfit(Password(password), "ada.lovelace")
    assert told is not None
    assert why in told
    assert not password or password not in told


@pytest.mark.parametrize(
    "password",
    ["lovelace", "correct horse", "        y", "grünkohl", "пароль из слов", "a" * 8 + "b", "q" + "z" * (LONGEST - 1)],
)
def test_any_characters_will_do(password: str) -> None:
    """No rule of composition: spaces, letters of any script, all in small letters; each code point counts one."""
    assert unfit(Password(password), "ada") is None


def test_the_bounds_are_those_of_the_standard() -> None:
    """NIST SP 800-63B-4 3.1.1.2: 8 at least, 15 where it is the only factor, and 64 must be possible."""
    assert (SHORTEST, ADVISED) == (8, 15)
    assert LONGEST >= 64
