"""The two cookies of this server: the session, and the one that ties a form to the browser it was shown in.

`__Host-` wherever the issuer is https (RFC 6265bis 4.1.3.2). On a loopback issuer there is no Secure cookie; there
the name carries the port, because cookies do not tell ports apart and two servers would overwrite each other's.
For the same reason it carries the issuer's path: `__Host-` asks for Path=/.
"""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from proofkey.core import base64url
from proofkey.server.settings import Settings


class CookieJar:
    """Names and attributes of the cookies of one issuer."""

    def __init__(self, settings: Settings) -> None:
        secure = settings.is_secure
        suffix = "" if secure else f"_{urlsplit(settings.issuer).port or 80}"
        if settings.path:
            suffix += f"_{hashlib.sha256(settings.path.encode()).hexdigest()[:8]}"
        prefix = "__Host-" if secure else ""
        self.session = f"{prefix}proofkey_session{suffix}"
        self.browser = f"{prefix}proofkey_browser{suffix}"
        # Lax: the authorization request comes from another site, as a top-level navigation.
        self._attributes = "; Path=/; HttpOnly; SameSite=Lax" + ("; Secure" if secure else "")

    def set(self, name: str, value: str) -> tuple[str, str]:
        """Write a cookie that ends with the browser's session."""
        return "set-cookie", f"{name}={value}{self._attributes}"

    def drop(self, name: str) -> tuple[str, str]:
        """Take a cookie back."""
        return "set-cookie", f"{name}=; Max-Age=0{self._attributes}"


def make_value(entropy: bytes) -> str:
    """Write random bytes as a cookie value."""
    return base64url.encode(entropy)


def digest(value: str) -> bytes:
    """Give what is stored or sealed instead of a cookie's value; 32 bytes."""
    return hashlib.sha256(value.encode("latin-1", "replace")).digest()
