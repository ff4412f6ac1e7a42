"""Says in words why a login failed, after it failed: asks the doctor about what this client sent and saw.

The doctor is imported at the first failure only. What an error names stands; where it names nothing, the doctor's first
finding speaks, with its certainty.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proofkey.client.errors import NotReached
from proofkey.client.failed_login import FailedLogin
from proofkey.core.client_side import Transaction
from proofkey.core.errors import PeerViolation, ProofkeyError
from proofkey.core.messages import AuthorizationRequest
from proofkey.core.metadata import ServerMetadata
from proofkey.core.pkce import s256
from proofkey.core.redirect_uri import with_query

if TYPE_CHECKING:
    from proofkey.doctor.capture import Capture
    from proofkey.doctor.message import Message


_NO_CONNECTION = "There was no connection, so nothing was sent: no code is spent by it."
_TRY_THE_ADDRESS = "Check the address, the network, and whether the server runs; then try again."


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A fault in words; nothing secret in it."""

    fault: str
    certainty: str  # proven, likely
    title: str
    explanation: str
    fix: str
    evidence: tuple[tuple[str, str], ...] = ()  # where, what

    def text(self) -> str:
        """Give it as a few lines."""
        seen = "".join(f"\n  {where}: {what}" for where, what in self.evidence)
        return f"{self.title}\n\n{self.explanation}{seen}\n\nTo mend it: {self.fix}"


def diagnose(error: ProofkeyError) -> Diagnosis | None:
    """Explain an error of this package; None where neither it nor the doctor has a name for what happened."""
    fault, failed = _fault_of(error), _cause_of(error)
    if fault is None and failed is None:
        return None
    from proofkey.doctor import catalogue, redact
    from proofkey.doctor.diagnose import diagnose as judge
    from proofkey.doctor.fault import LIKELY, PROVEN

    result = judge(_capture(failed)) if failed is not None else None
    findings = result.findings if result is not None else []
    named = next((each for each in findings if each.fault.slug == fault), None)
    if fault is None and findings and findings[0].finding.certainty >= LIKELY:
        named = findings[0]
        fault = named.fault.slug
    if fault is None or fault not in catalogue.stages():
        return None
    page = catalogue.find(fault)
    if isinstance(error, NotReached) and error.fault == fault:
        return Diagnosis(fault, "proven", page.title, _NO_CONNECTION, _TRY_THE_ADDRESS)
    if named is None or result is None:
        return Diagnosis(fault, "proven", page.title, page.meaning, page.fix)
    cleaner = redact.redactor_of(result.capture, result.logins)
    # What the client checked itself (a state that differs) is no guess, whatever a capture could show of it.
    proven = isinstance(error, PeerViolation) and error.fault == fault
    return Diagnosis(
        fault,
        "proven" if proven or named.finding.certainty is PROVEN else "likely",
        page.title,
        _line(cleaner.clean(named.finding.explanation or page.meaning)),
        _line(cleaner.clean(named.finding.fix or page.fix)),
        tuple((_line(cleaner.clean(each.where)), _line(cleaner.clean(each.what))) for each in named.finding.evidence),
    )


def _line(text: str) -> str:
    """Take out what moves a terminal's cursor or begins a line of a log: an address may quote anything."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)


def _fault_of(error: BaseException | None) -> str | None:
    while error is not None:
        if isinstance(error, ProofkeyError) and error.fault is not None:
            return error.fault
        error = error.__cause__
    return None


def _cause_of(error: BaseException | None) -> FailedLogin | None:
    while error is not None and not isinstance(error, FailedLogin):
        error = error.__cause__
    return error


def _capture(failed: FailedLogin) -> Capture:
    from proofkey.doctor.capture import Capture

    messages = []
    if failed.transaction is not None:
        messages.append(_authorization(failed.server, failed.transaction, failed.callback_url))
    if failed.request is not None:
        messages.append(_token_request(failed))
    return Capture(messages=messages)


def _authorization(server: ServerMetadata, begun: Transaction, callback_url: str | None) -> Message:
    from proofkey.doctor.message import Message

    request = AuthorizationRequest(
        client_id=begun.client_id,
        redirect_uri=begun.redirect_uri,
        state=begun.state,
        challenge=s256(begun.verifier),
        scopes=begun.scopes,
        nonce=begun.nonce,
    )
    return Message(
        number=1,
        where="authorization request",
        url=with_query(server.authorization_endpoint, request.params()),
        body="",
        status=302 if callback_url else None,
        response_headers=(("location", callback_url),) if callback_url else None,
        redirect_target=callback_url,
        started=begun.started_at,
    )


def _token_request(failed: FailedLogin) -> Message:
    from proofkey.doctor.message import Message

    request, response = failed.request, failed.response
    assert request is not None  # noqa: S101
    return Message(
        number=2,
        where="token request",
        method=request.method,
        url=request.url,
        request_headers=request.headers,
        body=request.body.decode("utf-8", "replace"),
        status=response.status if response else 0,
        response_headers=response.headers if response else (),
        response_body=response.body.decode("utf-8", "replace") if response else "",
        started=time.time(),
    )
