"""How a token request says which client sends it, and how the server took that (RFC 6749 2.3, RFC 7591 2)."""

from __future__ import annotations

from proofkey.doctor.evidence import Seen
from proofkey.doctor.login import Login
from proofkey.doctor.soundness import stands_for_nothing
from proofkey.doctor.steps import TokenRequest

# What client authentication is about, in the words of servers.
TOPICS = ("client-authentication", "secret-missing", "secret-wrong", "secret-refused", "authentication-method")
_OTHER_ERRORS = ("invalid_grant", "invalid_request", "unsupported_grant_type", "invalid_scope", "use_dpop_nonce")


def methods(token: TokenRequest) -> list[str]:
    """Name the authentication methods that a token request uses, as RFC 7591 2 names them; empty where none shows."""
    found = []
    if token.basic is not None:
        found.append("client_secret_basic")
    if "client_secret" in token.names:
        found.append("client_secret_post")
    if "client_assertion" in token.names:
        found.append("private_key_jwt")
    return found


def secret(token: TokenRequest) -> Seen | None:
    """Give the secret that a token request sends, from its body or its Basic header; None where none shows."""
    written = token.get("client_secret")
    if isinstance(written, Seen) and not is_empty(written.value):
        return written
    if token.basic is not None and token.basic.legible and not is_empty(token.basic.secret):
        return Seen(token.basic.secret, f"{token.message.where}, authorization header: secret")
    return None


def is_empty(text: str) -> bool:
    """Tell whether a credential is no text at all, or the text of a missing value."""
    return stands_for_nothing(text)


def refuses_client(token: TokenRequest) -> bool:
    """Tell whether the server's answer is about who the client is."""
    answer = token.answer
    if not answer.refused or answer.error in ("invalid_grant", "use_dpop_nonce"):
        return False
    if answer.error == "invalid_client" or answer.speaks_of(*TOPICS):
        return True
    # RFC 6749 5.2 knows 401 for a failed client authentication only.
    return answer.status == 401 and not answer.is_html and bool(answer.members) and answer.error not in _OTHER_ERRORS


def may_be_hidden(login: Login, token: TokenRequest) -> bool:
    """Tell whether an Authorization header may have been sent that the capture does not show.

    Browsers export HAR files without credentials. Such a file has no cookie and no Authorization anywhere; a page that
    sends Authorization to another origin asks for it in a preflight (Fetch 4.8).
    """
    if token.message.request_headers is None:
        return True
    if "har" not in login.capture.sources:
        return False
    for message in login.capture.messages:
        names = {name for name, _ in (*(message.request_headers or ()), *(message.response_headers or ()))}
        if not names.isdisjoint(("authorization", "cookie", "set-cookie")):
            return False
    origin = token.message.request_header("origin")
    if origin is not None and origin != token.address.origin:
        spoken = [each.message.request_header("access-control-request-headers") or "" for each in login.preflights] + [
            each.message.response_header("access-control-allow-headers") or "" for each in login.preflights
        ]
        return any("authorization" in names.lower() for names in spoken)
    return True


def is_public(login: Login) -> bool | None:
    """Tell whether the client is registered without authentication; None where that is not known."""
    return login.registration.public if login.registration is not None else None
