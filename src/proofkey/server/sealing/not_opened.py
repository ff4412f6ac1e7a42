"""Why a sealed text does not open, as far as its clear header tells. Nothing here is authenticated: it is *likely*."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Reason(StrEnum):
    """The cause; opening never raises on what a stranger sent."""

    EMPTY = "empty"
    TOO_LONG = "too-long"  # longer than anything we seal
    WHITESPACE = "whitespace"  # blanks or line breaks in it: `code-with-whitespace`
    PERCENT = "percent"  # percent signs in it: `code-percent-encoded`
    NOT_OURS = "not-ours"  # no text that we make: another server's, or another value altogether
    CUT_SHORT = "cut-short"  # shorter than its header says: `code-truncated`, likely
    HAS_A_TAIL = "has-a-tail"  # longer than its header says: `code-truncated`, likely
    OTHER_PURPOSE = "other-purpose"  # sealed here, but as something else: `code-is-other-value`, likely
    FOREIGN_KEY = "foreign-key"  # another issuer's or installation's, or far too old: `code-of-other-issuer`, likely
    DAMAGED = "damaged"  # right length and key, but altered
    EXPIRED = "expired"  # a box opened after its time
    REDIRECT_URI_GONE = "redirect-uri-gone"  # opened; the redirect URI is no longer registered for this client
    UNKNOWN_SCOPE = "unknown-scope"  # opened; a scope joined the vocabulary after this process read it


class NotOpened(msgspec.Struct, frozen=True):
    """A text that did not open; `repr` holds nothing of it."""

    reason: Reason
    grant_id: bytes | None = None  # as the clear header claims
    issued_at: float | None = None  # seconds since the epoch, as the clear header claims
    expected_length: int | None = None  # characters, as the clear header claims
    actual_length: int = 0
    purpose: str | None = None  # with OTHER_PURPOSE: what it is
