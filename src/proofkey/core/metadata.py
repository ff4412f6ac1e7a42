"""Authorization server metadata: where it lies, what it says, whether it is the issuer's own (RFC 8414).

Unknown members are kept out; unknown servers are the rule, so every member but the issuer may be missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from proofkey.core.errors import Misuse, PeerViolation
from proofkey.core.redirect_uri import is_loopback


@dataclass(frozen=True, slots=True)
class ServerMetadata:
    """What a client needs to know of a server; names as in RFC 8414 2."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    revocation_endpoint: str | None = None
    userinfo_endpoint: str | None = None
    end_session_endpoint: str | None = None
    jwks_uri: str | None = None
    pushed_authorization_request_endpoint: str | None = None
    code_challenge_methods_supported: tuple[str, ...] | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] | None = None
    authorization_response_iss_parameter_supported: bool = False

    @property
    def supports_s256(self) -> bool | None:
        """Tell whether S256 is listed; None where the document does not say (RFC 9700 2.1.1)."""
        if self.code_challenge_methods_supported is None:
            return None
        return "S256" in self.code_challenge_methods_supported


def check_issuer(issuer: str) -> str:
    """Give the issuer back if it can be one (RFC 8414 2): https, or http on loopback; no query, no fragment.

    Raises Misuse otherwise.
    """
    parts = urlsplit(issuer)
    if parts.query or parts.fragment or "?" in issuer or "#" in issuer or "@" in parts.netloc or not parts.hostname:
        raise Misuse(
            "an issuer is an address such as https://login.example, without query, fragment or user information"
        )
    if parts.scheme != "https" and not is_loopback(issuer):
        raise Misuse("an issuer is https; http is for loopback addresses only")
    return issuer


def well_known_urls(issuer: str) -> tuple[str, str]:
    """Give the two addresses of the metadata: RFC 8414 3 (inserted before the path) and OpenID Connect (appended)."""
    parts = urlsplit(issuer)
    path = parts.path.rstrip("/")
    host = f"{parts.scheme}://{parts.netloc}"
    return (
        f"{host}/.well-known/oauth-authorization-server{path}",
        f"{issuer.rstrip('/')}/.well-known/openid-configuration",
    )


def parse(document: Mapping[str, object], issuer: str) -> ServerMetadata:
    """Read a metadata document fetched for this issuer.

    Raises PeerViolation where it names another issuer (RFC 8414 3.3) or lacks an endpoint.
    """
    named = document.get("issuer")
    if named != issuer:  # simple string comparison: a slash more at the end is another issuer
        whose = f"of the issuer {named!r:.200}" if isinstance(named, str) else "of no issuer"
        raise PeerViolation(f"the metadata is {whose}, not of {issuer!r:.200}", fault="issuer-mismatch")
    return ServerMetadata(
        issuer=issuer,
        authorization_endpoint=_required(document, "authorization_endpoint"),
        token_endpoint=_required(document, "token_endpoint"),
        revocation_endpoint=_optional(document, "revocation_endpoint"),
        userinfo_endpoint=_optional(document, "userinfo_endpoint"),
        end_session_endpoint=_optional(document, "end_session_endpoint"),
        jwks_uri=_optional(document, "jwks_uri"),
        pushed_authorization_request_endpoint=_optional(document, "pushed_authorization_request_endpoint"),
        code_challenge_methods_supported=_listed(document, "code_challenge_methods_supported"),
        token_endpoint_auth_methods_supported=_listed(document, "token_endpoint_auth_methods_supported"),
        authorization_response_iss_parameter_supported=(
            document.get("authorization_response_iss_parameter_supported") is True
        ),
    )


def _listed(document: Mapping[str, object], name: str) -> tuple[str, ...] | None:
    values = document.get(name)
    return tuple(str(value) for value in values) if isinstance(values, list) else None


def _optional(document: Mapping[str, object], name: str) -> str | None:
    value = document.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not (value.startswith("https://") or is_loopback(value)):
        raise PeerViolation(f"the metadata's {name} is not an https URL", fault="answer-malformed")
    return value


def _required(document: Mapping[str, object], name: str) -> str:
    value = _optional(document, name)
    if value is None:
        raise PeerViolation(f"the metadata has no {name}", fault="answer-malformed")
    return value
