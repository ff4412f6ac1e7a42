"""Errors sorted by who is at fault, and the error values of the protocol.

    ProofkeyError
    ├── Misuse              the caller of proofkey did something that cannot work
    ├── PeerViolation       the other side broke the protocol
    └── Refusal             a legal "no" from the other side
        ├── AuthorizationDenied   in the authorization response (RFC 6749 4.1.2.1)
        └── TokenRefused          in the token response (RFC 6749 5.2)

Every one may carry a fault: the name under which `proofkey explain` and the fault pages describe it.
"""

from __future__ import annotations

import re
from typing import NamedTuple, Self

# RFC 6749 4.1.2.1 and 5.2: what error_description may be made of.
_NOT_IN_DESCRIPTIONS = re.compile(r"[^\x20-\x21\x23-\x5B\x5D-\x7E]")

_LONGEST_SHOWN = 1_000  # characters of the other side's words


class ProofkeyError(Exception):
    """Anything proofkey raises on purpose.

    `fault` is a name of the fault catalogue or None; the text never holds a secret.
    """

    def __init__(self, message: str, *, fault: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fault = fault

    def __str__(self) -> str:
        return f"{self.message} (proofkey explain {self.fault})" if self.fault else self.message


class Misuse(ProofkeyError):
    """Raised before anything is sent: the call cannot lead to a login."""


class PeerViolation(ProofkeyError):
    """Raised when the other side's message breaks the protocol; nothing of it is used."""


class Refusal(ProofkeyError):
    """Raised when the other side says no in the protocol's own words."""

    def __init__(self, error: str, description: str | None = None, *, fault: str | None = None) -> None:
        said = f"{error}: {description}" if description else error
        # It goes to terminals and logs: nothing that moves a cursor or begins a line of its own.
        shown = "".join(each if each.isprintable() else "?" for each in said[:_LONGEST_SHOWN])
        super().__init__(shown, fault=fault)
        self.error = error
        self.description = description


class AuthorizationDenied(Refusal):
    """The authorization response carries an error instead of a code."""


class TokenRefused(Refusal):
    """The token endpoint answered with an error."""

    def __init__(
        self, error: str, description: str | None = None, *, fault: str | None = None, status: int = 400
    ) -> None:
        super().__init__(error, description, fault=fault)
        self.status = status


class _Told(NamedTuple):
    error: str
    description: str
    status: int


class OAuthError(_Told):
    """What a server tells the other side: an error code, a sentence, an HTTP status."""

    __slots__ = ()

    def __new__(cls, error: str, description: str, status: int = 400) -> Self:
        """Refuse a sentence that may not stand in an answer; one quotes nothing that a client sent.

        Raises ValueError.
        """
        if _NOT_IN_DESCRIPTIONS.search(description):
            raise ValueError(f"error_description may not hold this character: {description!r}")
        return super().__new__(cls, error, description, status)
