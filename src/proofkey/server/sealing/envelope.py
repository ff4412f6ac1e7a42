"""The one form of everything sealed: a clear header of 24 bytes, then AES-256-GCM-SIV (RFC 8452), in base64url.

Header: version (1 byte), id of the subkey (5), length of the whole text in characters (2), name (16: the grant id of
a code, a random or derived one of the others). Purpose, issuer and header are authenticated with the contents.
"""

from __future__ import annotations

import re
from functools import lru_cache

from cryptography.exceptions import InvalidTag

from proofkey.core import base64url
from proofkey.server.sealing.keyring import KEY_ID_LENGTH, Keyring, Subkey
from proofkey.server.sealing.not_opened import NotOpened, Reason
from proofkey.server.sealing.purpose import Purpose

VERSION = b"\x01"
NAME_LENGTH = 16
HEADER_LENGTH = 1 + KEY_ID_LENGTH + 2 + NAME_LENGTH
HEADER_CHARACTERS = HEADER_LENGTH * 4 // 3
MAX_CHARACTERS = 0xFFFF

_TAG_LENGTH = 16
_KEY_ID = slice(1, 1 + KEY_ID_LENGTH)
_TOTAL = slice(1 + KEY_ID_LENGTH, 3 + KEY_ID_LENGTH)
_NAME = slice(3 + KEY_ID_LENGTH, HEADER_LENGTH)
_ALPHABET = re.compile(r"[A-Za-z0-9_-]+")
_WHITESPACE = re.compile(r"\s")


class TooLongToSeal(ValueError):
    """The text would be longer than its header can say."""


def sealed_length(plain_length: int) -> int:
    """Give the characters of the text that seals so many bytes."""
    return -(-(HEADER_LENGTH + plain_length + _TAG_LENGTH) * 4 // 3)


def plain_length(sealed: int) -> int:
    """Give the most bytes that a text of so many characters seals."""
    return sealed * 3 // 4 - HEADER_LENGTH - _TAG_LENGTH


def seal(subkey: Subkey, name: bytes, plain: bytes) -> str:
    """Seal bytes under a name of 16 bytes, 12 of which are the nonce.

    A name that comes twice shows only whether the contents are the same: GCM-SIV bears a repeated nonce.
    """
    header = _before_name(subkey.key_id, len(plain)) + name
    return base64url.encode(header + subkey.aead.encrypt(name[4:], plain, subkey.associated + header))


@lru_cache(1024)
def _before_name(key_id: bytes, plain_length: int) -> bytes:
    total = sealed_length(plain_length)
    if total > MAX_CHARACTERS:
        raise TooLongToSeal
    return VERSION + key_id + total.to_bytes(2, "big")


def open_sealed(text: str, purpose: Purpose, keyring: Keyring, limit: int) -> tuple[bytes, bytes] | NotOpened:
    """Open a text of at most `limit` characters: its name and contents, or why not. Never raises on hostile input."""
    if not HEADER_CHARACTERS <= len(text) <= limit:
        return _explain_form(text, limit)
    try:
        raw = base64url.decode(text)
        is_one = base64url.encode(raw) == text  # one text, one spelling: no other characters, no spare bits
    except ValueError:  # of a length that no bytes have, or other characters
        is_one = False
    if not is_one:
        if not _ALPHABET.fullmatch(text):
            return _explain_form(text, limit)
        raw = base64url.decode(text[:HEADER_CHARACTERS])
    header = raw[:HEADER_LENGTH]
    subkey = keyring.find(header[_KEY_ID])
    expected = int.from_bytes(header[_TOTAL], "big")
    if subkey is None or header[:1] != VERSION or expected != len(text) or subkey.purpose is not purpose:
        return _explain_header(header, subkey, len(text))
    if not is_one:
        return _not_opened(Reason.DAMAGED, header, len(text))
    try:
        plain = subkey.aead.decrypt(header[_NAME][4:], raw[HEADER_LENGTH:], subkey.associated + header)
    except (InvalidTag, ValueError):
        return _not_opened(Reason.DAMAGED, header, len(text))
    return header[_NAME], plain


def damaged(text: str) -> NotOpened:
    """Say of a text that opened that its contents cannot be read."""
    return _not_opened(Reason.DAMAGED, base64url.decode(text[:HEADER_CHARACTERS]), len(text))


def _explain_form(text: str, limit: int) -> NotOpened:
    if not text:
        return NotOpened(Reason.EMPTY)
    if len(text) > 2 * limit:
        return NotOpened(Reason.TOO_LONG, actual_length=len(text))
    if _WHITESPACE.search(text):
        reason = Reason.WHITESPACE
    elif "%" in text:
        reason = Reason.PERCENT
    else:
        reason = Reason.NOT_OURS
    head = text[:HEADER_CHARACTERS]
    if len(head) < HEADER_CHARACTERS or not _ALPHABET.fullmatch(head):
        return NotOpened(reason, actual_length=len(text))
    header = base64url.decode(head)
    if header[:1] != VERSION:
        return NotOpened(reason, actual_length=len(text))
    if reason is Reason.NOT_OURS and int.from_bytes(header[_TOTAL], "big") < len(text):
        reason = Reason.HAS_A_TAIL  # such as '#_=_' or '&state=…' glued on
    elif reason is Reason.NOT_OURS and len(text) > limit:
        reason = Reason.TOO_LONG
    return _not_opened(reason, header, len(text))


def _explain_header(header: bytes, subkey: Subkey | None, actual: int) -> NotOpened:
    expected = int.from_bytes(header[_TOTAL], "big")
    if header[:1] != VERSION:
        return NotOpened(Reason.NOT_OURS, actual_length=actual)
    if subkey is None:
        # A stranger's text has the right length by chance only.
        reason = Reason.FOREIGN_KEY if expected == actual else Reason.NOT_OURS
        return _not_opened(reason, header, actual) if expected == actual else NotOpened(reason, actual_length=actual)
    if expected > actual:
        return _not_opened(Reason.CUT_SHORT, header, actual)
    if expected < actual:
        return _not_opened(Reason.HAS_A_TAIL, header, actual)
    return _not_opened(Reason.OTHER_PURPOSE, header, actual, subkey.purpose)


def _not_opened(reason: Reason, header: bytes, actual: int, purpose: Purpose | None = None) -> NotOpened:
    name = header[_NAME]
    return NotOpened(
        reason,
        grant_id=name,
        issued_at=int.from_bytes(name[:6], "big") / 1000,
        expected_length=int.from_bytes(header[_TOTAL], "big"),
        actual_length=actual,
        purpose=purpose,
    )
