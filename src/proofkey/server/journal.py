"""The journal of exchanges: what the client's owner may know by request id (decision 12).

Production keeps refused requests only, and of them names, lengths and keyed fingerprints, never a value that is
secret. Development keeps good ones too, with the person's name, so that every login can be drawn.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from proofkey.core.params import MalformedForm, Params
from proofkey.core.records import CodeFacts, JournalEntry, User
from proofkey.core.redirect_uri import NearMiss, first_difference
from proofkey.core.server_side.verdicts import Asked
from proofkey.server import journal_words
from proofkey.server.http import Request
from proofkey.server.settings import Settings
from proofkey.server.store.journal_budget import JournalBudget
from proofkey.server.store.protocol import Store

if TYPE_CHECKING:
    from proofkey.server.diagnosis import Diagnosis, Refusal

Details = list[tuple[str, str]]

_MOST = 40  # parameters noted
_GIVEN = ("access_token", "refresh_token", "id_token")


class Journal:
    """Writes entries; the store keeps them in a ring outside the logins' commits."""

    def __init__(self, store: Store, settings: Settings, key: bytes) -> None:
        self._store = store
        self._development = settings.development
        self._key = key
        self._budget = JournalBudget()

    def code_given(self, request: Request, asked: Asked, code: CodeFacts, user: User) -> None:
        """Note a sound authorization request and who logged in; development only."""
        if not self._development:
            return
        sent = [("response_type", "code"), ("scope", " ".join(asked.scopes)), ("state", asked.state)]
        details = [("login", self._print_of_login(code)), ("user", user.username), ("signed in", _how(request))]
        details += self._describe(Params([(name, value) for name, value in sent if value is not None]), code.client_id)
        details += self._describe_code(code)
        self._append(request, "authorize", client_id=code.client_id, status=302, details=details)

    def tokens_given(
        self, request: Request, client_id: str, grant_id: bytes, answer: Mapping[str, object], endpoint: str = "token"
    ) -> None:
        """Note a good token request; development only."""
        if not self._development:
            return
        try:
            params = request.form()
        except MalformedForm:
            params = Params()
        details = [("login", self._print_of(grant_id)), *self._describe(params, client_id)]
        details.append(("given", ", ".join(name for name in _GIVEN if name in answer)))
        self._append(request, endpoint, client_id=client_id, status=200, details=details)

    def has_room(self, refusal: Refusal) -> bool:
        """Count a refusal; tell whether it is one of the client's first 200 in this minute. Beyond them none is kept,
        so none need be described.
        """
        client = refusal.client
        return self._budget.take(client.client_id if client else None, refusal.request.arrived_at)

    def refused(self, refusal: Refusal, diagnosis: Diagnosis | None, *, searched: bool = True) -> None:
        """Note a refusal with what is known of its cause."""
        details = self._describe(refusal.params, refusal.client.client_id if refusal.client else None)
        code = refusal.code
        if code is not None:
            age = max(0.0, refusal.request.arrived_at - code.issued_at)
            details += [("login", self._print_of_login(code)), ("code age", f"{age:.1f} s")]
            details += self._describe_code(code)
        if near := _near_miss(refusal):
            details += [
                ("nearest redirect_uri", journal_words.without_values(near.registered)),
                ("first difference", str(near.at + 1)),
            ]
        if diagnosis is not None:
            found = diagnosis.details()
            if not self._development:
                raw = refusal.request.raw_query + refusal.request.body
                clean = journal_words.Scrubber(refusal.params, raw, refusal.client).clean
                found = [(name if name in ("title", "url") else clean(name), clean(what)) for name, what in found]
            details += found
        if not searched:
            details.append(("searched", "no"))
        self._append(
            refusal.request,
            refusal.endpoint,
            client_id=refusal.client.client_id if refusal.client else None,
            status=refusal.status or refusal.error.status,
            fault=diagnosis.fault if diagnosis else refusal.fault,
            error=refusal.error.error,
            details=details,
        )

    def _append(
        self,
        request: Request,
        endpoint: str,
        *,
        client_id: str | None,
        status: int,
        details: Details,
        fault: str | None = None,
        error: str | None = None,
    ) -> None:
        address = coarse(request.address)
        entry = JournalEntry(
            request.id, request.arrived_at, endpoint, client_id, fault, error, status, tuple(details), address
        )
        self._store.append_journal([entry])

    def _describe(self, params: Params, client_id: str | None) -> Details:
        return [self._describe_one(name, value, client_id) for name, value in list(params)[:_MOST]]

    def _describe_one(self, name: str, value: str, client_id: str | None) -> tuple[str, str]:
        shown = f"parameter {journal_words.shown_name(name)}"
        if name == "redirect_uri":
            return shown, journal_words.without_values(value)
        if journal_words.says_nothing_secret(name, value):
            return shown, value
        # Of an unknown client's id nobody knows what it is: it may be a secret in the wrong place.
        if name == "client_id" and (value == client_id or self._development):
            return shown, value[:200]
        return shown, f"{len(value)} characters, fingerprint {self._print_of(value.encode('utf-8', 'surrogatepass'))}"

    def _describe_code(self, code: CodeFacts) -> Details:
        """Tell what the authorization request said, as its code has it."""
        details = [("code redirect_uri", journal_words.without_values(code.redirect_uri))]
        if code.challenge_digest is not None:
            challenge = urlsafe_b64encode(code.challenge_digest).rstrip(b"=")  # as it was sent, so that prints compare
            details.append(("code code_challenge", f"S256, fingerprint {self._print_of(challenge)}"))
        return details

    def _print_of_login(self, code: CodeFacts) -> str:
        return self._print_of(code.grant_id)

    def _print_of(self, value: bytes) -> str:
        return hashlib.blake2b(value, key=self._key, digest_size=5).hexdigest()


def _near_miss(refusal: Refusal) -> NearMiss | None:
    """Give the redirect URI that was meant: the registered one that is nearest, or the one that the code carries."""
    if refusal.near_miss is not None:
        return refusal.near_miss
    sent = refusal.params.get("redirect_uri")
    if refusal.code is None or sent is None or sent == refusal.code.redirect_uri:
        return None
    return NearMiss(refusal.code.redirect_uri, first_difference(sent, refusal.code.redirect_uri))


def _how(request: Request) -> str:
    return {"/login": "with a password", "/consent": "and allowed it"}.get(request.path, "before, in this browser")


@lru_cache(1024)
def coarse(address: str) -> str | None:
    """Give the network of an address, /24 or /48: no more of it is kept (decision 12)."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    return str(ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False))
