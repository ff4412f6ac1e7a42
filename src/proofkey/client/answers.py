"""Reads the answers that are no token answers: metadata, keys, userinfo, revocation.

No answer is followed elsewhere: a redirect from an endpoint would carry a code, a token or a secret to a host that
nobody chose (RFC 9700 4.12).
"""

from __future__ import annotations

import json

from proofkey.core.client_side import without_secrets
from proofkey.core.errors import PeerViolation, TokenRefused
from proofkey.core.wire import HttpRequest, HttpResponse

_REDIRECTS = range(300, 400)


def refuse_redirect(response: HttpResponse, what: str) -> None:
    """Raise PeerViolation for a redirect; `what` names who answered."""
    if response.status in _REDIRECTS:
        raise PeerViolation(
            f"the {what} answered {response.status}, a redirect, which is not followed",
            fault="token-request-redirected",
        )


def json_object(response: HttpResponse, what: str) -> dict[str, object]:
    """Give the JSON object of a 200 answer.

    Raises PeerViolation for any other status or content.
    """
    refuse_redirect(response, what)
    if response.status != 200:
        raise PeerViolation(f"the {what} answered {response.status}", fault=_fault_of(response.status))
    document = parse_object(response.body)
    if document is None:
        raise PeerViolation(f"the {what} answered with something that is not a JSON object", fault="answer-malformed")
    return document


def parse_object(body: bytes) -> dict[str, object] | None:
    """Give a JSON object, or None for anything else."""
    try:
        document = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def refusal(response: HttpResponse, what: str, sent: HttpRequest) -> PeerViolation | TokenRefused:
    """Say what an answer other than 200 means at an endpoint that answers errors as the token endpoint does."""
    document = parse_object(response.body)
    error = document.get("error") if document is not None else None
    if document is not None and isinstance(error, str):
        description = document.get("error_description")
        said = without_secrets(description, sent) if isinstance(description, str) else None
        return TokenRefused(without_secrets(error, sent), said, status=response.status)
    return PeerViolation(f"the {what} answered {response.status}", fault=_fault_of(response.status))


def _fault_of(status: int) -> str:
    if status == 429:
        return "rate-limited"
    return "server-unavailable" if status >= 500 else "answer-malformed"
