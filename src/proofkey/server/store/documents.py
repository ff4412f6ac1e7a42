"""Records as JSON documents, for tables whose columns nobody searches.

Unknown fields are ignored and missing ones take their defaults, so an older or newer proofkey can read them.
"""

from __future__ import annotations

import unicodedata

import msgspec

from proofkey.core.records import ClientRecord, JournalEntry, User

_encoder = msgspec.json.Encoder()
_client = msgspec.json.Decoder(ClientRecord)
_user = msgspec.json.Decoder(User)
_entry = msgspec.json.Decoder(JournalEntry)


def write(record: ClientRecord | User | JournalEntry) -> str:
    """Write a record."""
    return _encoder.encode(record).decode()


def read_client(document: str) -> ClientRecord:
    """Read a client."""
    return _client.decode(document)


def read_user(document: str) -> User:
    """Read an account."""
    return _user.decode(document)


def read_entry(document: str) -> JournalEntry:
    """Read a journal entry."""
    return _entry.decode(document)


def name_key(username: str) -> str:
    """Give the form in which user names are compared: one account, however its name is typed."""
    return unicodedata.normalize("NFKC", username.strip()).casefold()
