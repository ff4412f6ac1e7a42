"""What a judgement can come to.

An authorization request is proceeded with, sent back to a verified redirect URI, or shown as a page: an error that
is redirected to an unverified URI cannot be written with these types (RFC 6749 4.1.2.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from proofkey.core.errors import OAuthError
from proofkey.core.records import ClientRecord, CodeFacts
from proofkey.core.redirect_uri import NearMiss
from proofkey.core.value import value

ResponseMode = Literal["query", "fragment", "form_post"]


@value
class Asked:
    """A sound authorization request: what the person is asked to allow."""

    client: ClientRecord
    redirect_uri: str
    redirect_uri_was_sent: bool
    scopes: tuple[str, ...]
    state: str | None
    response_mode: ResponseMode = "query"
    challenge_digest: bytes | None = None
    nonce: str | None = None
    resource: str | None = None
    prompt: frozenset[str] = frozenset()
    max_age: int | None = None  # seconds
    login_hint: str | None = None


@dataclass(frozen=True, slots=True)
class SendBack:
    """An error that goes to the client's verified redirect URI."""

    client: ClientRecord
    redirect_uri: str
    state: str | None
    response_mode: ResponseMode
    error: OAuthError
    fault: str | None


@dataclass(frozen=True, slots=True)
class ShowError:
    """An error that is shown to the person, because there is no verified URI to send it to."""

    error: OAuthError
    fault: str | None
    client: ClientRecord | None = None
    requested: str | None = None
    near_miss: NearMiss | None = None


AuthorizationVerdict = Asked | SendBack | ShowError


@value
class Refused:
    """A token request's no: what the client is told and what the journal is told.

    `failed_proof`: the request did not prove that it may use the code, so it counts against guessing.
    """

    error: OAuthError
    fault: str
    failed_proof: bool = False
    code: CodeFacts | None = None


@value
class Proven:
    """The request proved that this code is the client's to redeem; age and use come next."""

    code: CodeFacts
    resource: str | None
