"""What a registration says that cannot work, or should not (`clients lint`, and later the admin pages)."""

from __future__ import annotations

from collections.abc import Iterator

from proofkey.core.records import ClientRecord
from proofkey.core.redirect_uri import fault_at_registration
from proofkey.server.scopes import KNOWN


def lint(client: ClientRecord) -> Iterator[str]:
    """Give one sentence per complaint."""
    uses_codes = "authorization_code" in client.grant_types
    if uses_codes and not client.redirect_uris:
        yield "it uses the code flow and has no redirect URI: no login can end"
    for uri in client.redirect_uris:
        if fault := fault_at_registration(uri):
            yield f"the redirect URI {uri} can never match: {fault}"
        elif uri.startswith("http://localhost"):
            yield f"the redirect URI {uri} names localhost: 127.0.0.1 is the surer spelling (RFC 8252 8.3)"
    for first in client.redirect_uris:
        if not first.endswith("/") and f"{first}/" in client.redirect_uris:
            yield f"{first} is registered with and without a slash at the end: one of them is never sent"
    if client.is_public and "client_credentials" in client.grant_types:
        yield "client_credentials without a secret gives tokens to anybody"
    if not client.is_public and client.secret_hash is None:
        yield "it must authenticate with a secret and has none: every token request is refused"
    if not client.is_public and all(uri.startswith("http://") for uri in client.redirect_uris) and uses_codes:
        yield "it is confidential and only on loopback: a program on people's own machines keeps no secret"
    if not client.is_public and not client.require_pkce:
        yield "PKCE is loosened: an injected code is noticed by nobody (RFC 9700 2.1.1)"
    if client.trusted and client.is_public:
        yield "it is public and trusted: whoever listens on its redirect URI gets codes without anybody being asked"
    if unknown := [scope for scope in client.scopes if scope not in KNOWN]:
        yield f"scopes that nothing here knows: {', '.join(unknown[:5])}"
