"""The journal of exchanges: what the client's owner may know by request id (decision 6).

Production keeps refused requests only, and of them names, lengths and keyed fingerprints, never a value that is
secret. Development keeps good ones too, with the diagnosis in words.
"""

from __future__ import annotations

import hashlib
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from proofkey.core.params import Params
from proofkey.core.records import JournalEntry
from proofkey.server.http import Request
from proofkey.server.settings import Settings
from proofkey.server.store.protocol import Store

if TYPE_CHECKING:
    from proofkey.server.diagnosis import Diagnosis, Refusal

# Values that are no secret and that an owner needs to see.
_IN_CLEAR = frozenset({"grant_type", "response_type", "code_challenge_method", "response_mode", "prompt", "scope"})
_MOST = 40  # parameters noted


class Journal:
    """Writes entries; the store keeps them in a ring outside the logins' commits."""

    def __init__(self, store: Store, settings: Settings, key: bytes) -> None:
        self._store = store
        self._settings = settings
        self._key = key

    def went_well(self, request: Request, endpoint: str, client_id: str, status: int) -> None:
        """Note a good exchange; development only."""
        if self._settings.development:
            self._append(request, endpoint, client_id=client_id, status=status)

    def refused(self, refusal: Refusal, diagnosis: Diagnosis | None, *, searched: bool = True) -> None:
        """Note a refusal with what is known of its cause."""
        details = self._describe(refusal.params)
        if diagnosis is not None:
            details += diagnosis.details()
        if not searched:
            details.append(("searched", "no"))
        self._append(
            refusal.request,
            refusal.endpoint,
            client_id=refusal.client.client_id if refusal.client else None,
            status=refusal.status or refusal.error.status,
            fault=diagnosis.fault if diagnosis else refusal.fault,
            error=refusal.error.error,
            details=tuple(details),
        )

    def _append(
        self,
        request: Request,
        endpoint: str,
        *,
        client_id: str | None,
        status: int,
        fault: str | None = None,
        error: str | None = None,
        details: tuple[tuple[str, str], ...] = (),
    ) -> None:
        entry = JournalEntry(
            request_id=request.id,
            at=request.arrived_at,
            endpoint=endpoint,
            client_id=client_id,
            fault=fault,
            error=error,
            status=status,
            details=details,
            address=_coarse(request.address),
        )
        self._store.append_journal([entry])

    def _describe(self, params: Params) -> list[tuple[str, str]]:
        described = []
        for name, value in list(params)[:_MOST]:
            shown = name[:40]
            if name in _IN_CLEAR:
                described.append((f"parameter {shown}", value[:80]))
            elif name == "redirect_uri":
                described.append((f"parameter {shown}", value.partition("?")[0][:200]))
            else:
                described.append(
                    (f"parameter {shown}", f"{len(value)} characters, fingerprint {self._print_of(value)}")
                )
        return described

    def _print_of(self, value: str) -> str:
        return hashlib.blake2b(value.encode("utf-8", "surrogatepass"), key=self._key, digest_size=5).hexdigest()


def _coarse(address: str) -> str | None:
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    return str(ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False))
