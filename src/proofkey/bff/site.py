"""Where the back end lives, and the cookies of that place (RFC 6265bis 4.1.3.2).

All follows from the redirect URI, which is `<base>/callback`; the Host header decides nothing. `__Host-` wherever that
is https: then no other host, and no page by http, can plant one of our cookies. On a loopback address there is no such
name, and cookies do not tell ports apart, so that the name carries the port.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from proofkey.core.errors import Misuse
from proofkey.core.redirect_uri import is_loopback

_PATH = re.compile(r"(?:/[A-Za-z0-9\-._~]+)*")
_NAME = re.compile(r"[a-z0-9\-]{1,40}")


@dataclass(frozen=True, slots=True)
class Site:
    """`base` is the path of the endpoints, without a slash at its end."""

    redirect_uri: str
    origin: str
    base: str
    session_cookie: str
    login_cookie: str  # one per login: this, and the state's digest
    secure: bool

    def path(self, endpoint: str) -> str:
        """Give the path of an endpoint as the browser writes it."""
        return f"{self.base}/{endpoint}"

    def set_session(self, value: str) -> tuple[str, str]:
        """Set the session cookie; it ends with the browser's session."""
        return self._cookie(self.session_cookie, value, "Strict")

    def drop_session(self) -> tuple[str, str]:
        """Take the session cookie back."""
        return self._cookie(self.session_cookie, "", "Strict; Max-Age=0")

    def set_login(self, name: str, value: str, seconds: int) -> tuple[str, str]:
        """Set the cookie of a login under way. Lax: the callback is a navigation that comes from another site."""
        return self._cookie(name, value, f"Lax; Max-Age={seconds}")

    def drop_login(self, name: str) -> tuple[str, str]:
        """Take the cookie of a login back."""
        return self._cookie(name, "", "Lax; Max-Age=0")

    def _cookie(self, name: str, value: str, same_site: str) -> tuple[str, str]:
        secure = "; Secure" if self.secure else ""
        return "set-cookie", f"{name}={value}; Path=/; HttpOnly{secure}; SameSite={same_site}"


def site_of(redirect_uri: str, *, name: str, allow_insecure_loopback_cookies: bool) -> Site:
    """Read a site off a redirect URI. Raises Misuse where it cannot be the callback of a back end."""
    try:
        parts = urlsplit(redirect_uri)
        port = parts.port
    except ValueError:
        raise Misuse("the redirect URI is not a URL") from None
    base = parts.path.removesuffix("/callback")
    unfit = parts.query or parts.fragment or "@" in parts.netloc or not parts.hostname
    if unfit or base == parts.path or not _PATH.fullmatch(base) or {".", ".."} & set(base.split("/")):
        raise Misuse("the redirect URI of a back end ends in /callback, such as https://app.example/bff/callback")
    if not _NAME.fullmatch(name):
        raise Misuse("the name of a back end's cookies is of lower-case letters, digits and hyphens")
    secure = parts.scheme == "https"
    if not secure and not is_loopback(redirect_uri):
        raise Misuse("a back end is reached by https; http is for loopback addresses only")
    if not secure and not allow_insecure_loopback_cookies:
        raise Misuse(
            "on http the cookies are neither Secure nor __Host-: for development on a loopback address say "
            "allow_insecure_loopback_cookies=True"
        )
    # As browsers write it in Origin: in small letters, and without the port that the scheme has anyway.
    host = parts.netloc.lower().removesuffix(":443" if secure else ":80")
    prefix, suffix = ("__Host-", "") if secure else ("", f"_{port or 80}")
    return Site(
        redirect_uri=redirect_uri,
        origin=f"{parts.scheme}://{host}",
        base=base,
        session_cookie=f"{prefix}{name}_session{suffix}",
        login_cookie=f"{prefix}{name}_login{suffix}_",
        secure=secure,
    )
