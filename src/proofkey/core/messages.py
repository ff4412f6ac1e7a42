"""The messages of the flow and the names of their parameters (RFC 6749 4.1, 5, 6; RFC 7636 4.3, 4.5; RFC 9207 2).

Wire names live here and nowhere else; Python names say the same in full words.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from proofkey.core.params import Params, encode_component, encode_pairs
from proofkey.core.pkce import METHOD, Challenge
from proofkey.core.scope import encode
from proofkey.core.value import value


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """What a client asks for at the authorization endpoint (RFC 6749 4.1.1)."""

    client_id: str
    redirect_uri: str
    state: str
    challenge: Challenge
    scopes: tuple[str, ...] = ()
    nonce: str | None = None
    resource: str | None = None
    extra: tuple[tuple[str, str], ...] = ()  # prompt, login_hint, org, target, ...

    def params(self) -> Params:
        """Give the query of the authorization URL."""
        pairs = [
            ("response_type", "code"),
            ("client_id", self.client_id),
            ("redirect_uri", self.redirect_uri),
            ("state", self.state),
            ("code_challenge", self.challenge),
            ("code_challenge_method", METHOD),
        ]
        if self.scopes:
            pairs.append(("scope", encode(self.scopes)))
        if self.nonce is not None:
            pairs.append(("nonce", self.nonce))
        if self.resource is not None:
            pairs.append(("resource", self.resource))
        return Params([*pairs, *self.extra])


_encode_issuer = lru_cache(16)(encode_component)


@value
class AuthorizationResponse:
    """What comes back to the redirect URI: a code or an error, never both (RFC 6749 4.1.2)."""

    state: str | None
    issuer: str | None
    code: str | None = None
    error: str | None = None
    error_description: str | None = None
    error_uri: str | None = None

    def params(self) -> Params:
        """Give the response parameters in the order of the RFC; absent ones are left out."""
        return Params(self._pairs())

    def encode(self) -> str:
        """Write them as a query or fragment."""
        if self.code is not None and self.error is None:  # as at every login: nothing to look for
            state = f"&state={encode_component(self.state)}" if self.state is not None else ""
            issuer = f"&iss={_encode_issuer(self.issuer)}" if self.issuer is not None else ""
            return f"code={encode_component(self.code)}{state}{issuer}"
        return encode_pairs(self._pairs())

    def _pairs(self) -> list[tuple[str, str]]:
        pairs = (
            ("code", self.code),
            ("error", self.error),
            ("error_description", self.error_description),
            ("error_uri", self.error_uri),
            ("state", self.state),
            ("iss", self.issuer),
        )
        return [(name, text) for name, text in pairs if text is not None]

    @classmethod
    def read(cls, params: Params) -> AuthorizationResponse:
        """Read the parameters that arrived at the redirect URI; nothing is judged yet."""
        return cls(
            state=params.get("state"),
            issuer=params.get("iss"),
            code=params.get("code"),
            error=params.get("error"),
            error_description=params.get("error_description"),
            error_uri=params.get("error_uri"),
        )

    def __repr__(self) -> str:
        return f"AuthorizationResponse(code={'yes' if self.code else 'no'}, error={self.error})"
