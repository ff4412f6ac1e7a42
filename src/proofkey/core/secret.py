"""Texts that must not be printed: verifiers, codes, tokens, passwords, client secrets.

A secret shows its kind and length, never itself; it compares in constant time and refuses to be pickled.
`reveal()` is the only way to the text, so that a search for it lists every place that handles one.
"""

from __future__ import annotations

import hmac
from typing import NoReturn, Self


class Secret:
    """A text that redacts itself wherever it is shown."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Give the text itself, for the wire or for a comparison."""
        return self._text

    def __repr__(self) -> str:
        return f"{type(self).__name__}(redacted, {len(self._text)} characters)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __len__(self) -> int:
        return len(self._text)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash((type(self), self._text))

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} cannot be pickled: it would leave the process in clear text")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self


class Verifier(Secret):
    """A code_verifier (RFC 7636 4.1)."""

    __slots__ = ()


class Code(Secret):
    """An authorization code (RFC 6749 4.1.2)."""

    __slots__ = ()


class AccessToken(Secret):
    """An access token (RFC 6749 1.4)."""

    __slots__ = ()


class RefreshToken(Secret):
    """A refresh token (RFC 6749 1.5)."""

    __slots__ = ()


class ClientSecret(Secret):
    """A client's password at the token endpoint (RFC 6749 2.3.1)."""

    __slots__ = ()


class Password(Secret):
    """A user's password; it never leaves the login page's endpoint."""

    __slots__ = ()
