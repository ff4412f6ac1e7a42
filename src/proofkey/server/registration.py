"""What a registration says that cannot work, or should not (`clients lint`, and the admin pages at every save).

What is `fatal` is not saved at all; the rest is said and left to the person, who may know better.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from proofkey.core.records import ClientRecord
from proofkey.core.redirect_uri import fault_at_registration, is_loopback
from proofkey.server.scopes import KNOWN

MAX_URIS = 100
GRANT_TYPES = ("authorization_code", "refresh_token", "client_credentials")

_PLACEHOLDER = re.compile(r"[<>{}]|%7B|%3C", re.IGNORECASE)
_ONLY_IF_SPELLED_SO = "matches only an app that spells it so: the address in a browser"
_DEFAULT_PORT = re.compile(r"https://[^/?]*:443([/?].*)?|http://[^/?]*:80([/?].*)?")
_ANSWER = frozenset({"code", "state", "error", "error_description", "error_uri", "iss"})  # what the answer adds


@dataclass(frozen=True, slots=True)
class Complaint:
    """One sentence about one field of `ClientRecord`."""

    about: str
    text: str
    fatal: bool = False


def lint(client: ClientRecord) -> Iterator[str]:
    """Give one sentence per complaint."""
    for complaint in complaints(client):
        yield complaint.text


def complaints(client: ClientRecord) -> Iterator[Complaint]:
    """Give all complaints, the fatal ones marked."""
    yield from _about_grants(client)
    yield from _about_uris("redirect_uris", "redirect URI", client.redirect_uris)
    yield from _about_uris("post_logout_redirect_uris", "post-logout redirect URI", client.post_logout_redirect_uris)
    yield from _about_authentication(client)
    if client.trusted and client.is_public:
        yield Complaint(
            "trusted",
            "it is public and trusted: whoever listens on its redirect URI gets codes without anybody being asked",
        )
    if unknown := [scope for scope in client.scopes if scope not in KNOWN]:
        yield Complaint("scopes", f"scopes that nothing here knows: {', '.join(unknown[:5])}")


def _about_grants(client: ClientRecord) -> Iterator[Complaint]:
    grants, uses_codes = client.grant_types, "authorization_code" in client.grant_types
    if not grants:
        yield Complaint("grant_types", "it may use no grant: every token request is refused", fatal=True)
    if unknown := [grant for grant in grants if grant not in GRANT_TYPES]:
        yield Complaint("grant_types", f"grants that this server does not have: {', '.join(unknown[:5])}", fatal=True)
    if uses_codes and not client.redirect_uris:
        yield Complaint("redirect_uris", "it uses the code flow and has no redirect URI: no login can end", fatal=True)
    if client.redirect_uris and grants and not uses_codes:
        yield Complaint("grant_types", "it has redirect URIs and may not use authorization_code: they are never used")
    if "refresh_token" in grants and not uses_codes:
        yield Complaint(
            "grant_types", "refresh_token without authorization_code is never used: only a login gives a refresh token"
        )
    if "offline_access" in client.scopes and uses_codes and "refresh_token" not in grants and len(client.scopes) < 20:
        yield Complaint("grant_types", "it may ask for offline_access and not use a refresh token")
    if client.is_public and "client_credentials" in grants:
        yield Complaint("grant_types", "client_credentials without a secret gives tokens to anybody", fatal=True)


def _about_authentication(client: ClientRecord) -> Iterator[Complaint]:
    uses_codes = "authorization_code" in client.grant_types
    if client.is_public:
        if not client.require_pkce:
            yield Complaint("require_pkce", "it is public: PKCE is asked for whatever the registration says")
        return
    if client.secret_hash is None:
        yield Complaint(
            "auth_method", "it must authenticate with a secret and has none: every token request is refused"
        )
    uris = client.redirect_uris
    if uses_codes and uris and not client.secret_optional and not any(uri.startswith("https://") for uri in uris):
        if all(uri.startswith("http://") for uri in uris):
            yield Complaint(
                "auth_method",
                "it is confidential and only on loopback: a program on people's own machines keeps no secret",
            )
        yield Complaint(
            "auth_method",
            "this registration cannot do PKCE without a secret: a token request with the right code_verifier and no "
            "secret is refused. An app in a browser or on a device must be registered as public",
        )
    if not client.require_pkce:
        yield Complaint("require_pkce", "PKCE is loosened: an injected code is noticed by nobody (RFC 9700 2.1.1)")


def _about_uris(field: str, what: str, uris: tuple[str, ...]) -> Iterator[Complaint]:
    if len(uris) > MAX_URIS:
        yield Complaint(field, f"it has more than {MAX_URIS} {what}s", fatal=True)
        return
    for uri in dict.fromkeys(uris):
        if fault := fault_at_registration(uri):
            yield Complaint(field, f"the {what} {uri} can never match: {fault}", fatal=True)
            continue
        for text in _oddities(uri):
            yield Complaint(field, f"the {what} {uri} {text}")
    yield from _about_pairs(field, uris)


def _oddities(uri: str) -> Iterator[str]:
    """Name what makes a URI differ from the one that browsers and libraries write."""
    parts = urlsplit(uri)
    authority = parts.netloc
    if parts.scheme in ("http", "https"):
        if authority != authority.lower():
            yield f"{_ONLY_IF_SPELLED_SO} writes host names in small letters"
        if _DEFAULT_PORT.fullmatch(uri):
            yield f"{_ONLY_IF_SPELLED_SO} leaves the usual port out"
        if not parts.path:
            yield f"has no path: it {_ONLY_IF_SPELLED_SO} puts a slash at the end"
    if _PLACEHOLDER.search(uri):
        yield "looks like a template whose placeholder nobody filled in"
    if "%25" in uri:
        yield "looks as if it had been percent-encoded twice: register it as the address bar shows it"
    if is_loopback(uri) and parts.hostname == "localhost":
        yield "names localhost: 127.0.0.1 is the surer spelling (RFC 8252 8.3)"
    if clash := sorted(_ANSWER.intersection(name for name, _ in parse_qsl(parts.query, keep_blank_values=True))):
        yield f"has {clash[0]} in its query: the answer adds another one, and the application reads the wrong one"


def _about_pairs(field: str, uris: tuple[str, ...]) -> Iterator[Complaint]:
    """Name registered URIs that cannot both be meant."""
    by_case: dict[str, str] = {}
    seen: set[str] = set()
    for uri in uris:
        if uri in seen:
            yield Complaint(field, f"{uri} is registered twice")
            continue
        seen.add(uri)
        other = by_case.setdefault(uri.lower(), uri)
        if other != uri:
            yield Complaint(field, f"{other} and {uri} differ in capital letters only: one of them is never sent")
        if not uri.endswith("/") and f"{uri}/" in uris:
            yield Complaint(
                field, f"{uri} is registered with and without a slash at the end: one of them is never sent"
            )
        if uri.startswith("https://") and f"http://{uri.removeprefix('https://')}" in uris:
            yield Complaint(field, f"{uri} is registered with https and with http: one of them is never sent")
