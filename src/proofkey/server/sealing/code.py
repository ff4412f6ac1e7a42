"""The authorization code: the facts of a login, sealed; nothing of it is stored (decision 1, RFC 6749 4.1.2)."""

from __future__ import annotations

import msgspec

from proofkey.core.records import ClientRecord, CodeFacts
from proofkey.server.sealing.envelope import damaged, open_sealed, plain_length, seal
from proofkey.server.sealing.keyring import Keyring
from proofkey.server.sealing.not_opened import NotOpened, Reason
from proofkey.server.sealing.purpose import Purpose
from proofkey.server.sealing.redirect_reference import Reference, refer, resolve
from proofkey.server.store.scope_words import Indexed, ScopeWords

MAX_CHARACTERS = 1024
_CODE = Purpose.CODE  # looked up once: before Python 3.12 a member of an enumeration is found by way of an error
_MOST = plain_length(MAX_CHARACTERS)


class CodeTooLong(Exception):
    """The request says too much for a code of 1,024 characters: answer `invalid_request`."""


class _Sealed(msgspec.Struct, array_like=True, gc=False):
    client_id: str
    redirect_uri: Reference
    redirect_uri_was_sent: bool
    challenge_digest: bytes | None
    subject: str
    session_id: bytes
    scopes: Indexed
    nonce: str | None
    auth_time: int
    resource: str | None


class _Traced(_Sealed, array_like=True, gc=False):
    trace: bytes | None = None  # only where logins are traced: a code is as short as it can be


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Traced).decode


def seal_code(facts: CodeFacts, client: ClientRecord, *, keyring: Keyring, words: ScopeWords, now: float) -> str:
    """Seal a login's facts into a code for its client.

    Raises CodeTooLong, and NotRegistered where the redirect URI is none of the client's.
    """
    said = (
        facts.client_id,
        refer(facts.redirect_uri, client.redirect_uris),
        facts.redirect_uri_was_sent,
        facts.challenge_digest,
        facts.subject,
        facts.session_id,
        words.index(facts.scopes),
        facts.nonce,
        facts.auth_time,
        facts.resource,
    )
    plain = _encode(_Sealed(*said) if facts.trace is None else _Traced(*said, facts.trace))
    if len(plain) > _MOST:
        raise CodeTooLong
    return seal(keyring.sealing(_CODE, now), facts.grant_id, plain)


def open_code(text: str, client: ClientRecord, *, keyring: Keyring, words: ScopeWords) -> CodeFacts | NotOpened:
    """Open a code that `client` presents.

    A code of another client opens too, so that its owner can be named, with an empty redirect URI: it refers to the
    other's registration.
    """
    opened = open_sealed(text, _CODE, keyring, MAX_CHARACTERS)
    if isinstance(opened, NotOpened):
        return opened
    grant_id, plain = opened
    try:
        sealed = _decode(plain)
    except msgspec.DecodeError:
        return damaged(text)
    uri: str | None = ""
    if sealed.client_id == client.client_id:
        uri = resolve(sealed.redirect_uri, client.redirect_uris)
    scopes = words.read(sealed.scopes)
    if uri is None or scopes is None:
        reason = Reason.REDIRECT_URI_GONE if uri is None else Reason.UNKNOWN_SCOPE
        return NotOpened(reason, grant_id, int.from_bytes(grant_id[:6], "big") / 1000, len(text), len(text))
    return CodeFacts(
        grant_id,
        sealed.client_id,
        uri,
        sealed.redirect_uri_was_sent,
        sealed.challenge_digest,
        sealed.subject,
        sealed.session_id,
        scopes,
        sealed.nonce,
        sealed.auth_time,
        sealed.resource,
        sealed.trace,
    )
