"""What an operator decides about a server; every default is the secure one.

Loosening has a loud name: `development` (loopback issuers only) and, per client, `require_pkce`.
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from proofkey.core.errors import Misuse
from proofkey.core.metadata import check_issuer
from proofkey.core.redirect_uri import is_loopback

PersonalityName = Literal["genesys", "standard"]

MINUTE, HOUR, DAY = 60, 3600, 86400


class Lifetimes(msgspec.Struct, frozen=True):
    """All in seconds."""

    code: int = 60
    access_token: int | None = None  # of clients without one of their own; None: the personality's
    refresh_token: int = 30 * DAY  # absolute: rotation does not extend it
    refresh_idle: int = 14 * DAY  # a refresh token unused for so long is over
    refresh_grace: int = 30  # a repeated refresh gets the same successor
    session: int = 12 * HOUR
    login_page: int = 30 * MINUTE


class Settings(msgspec.Struct, frozen=True):
    """One server's settings.

    Raises Misuse where the issuer cannot be one, or development mode is asked for anything but loopback.
    """

    issuer: str
    personality: PersonalityName = "standard"
    development: bool = False
    lifetimes: Lifetimes = msgspec.field(default_factory=Lifetimes)
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()  # whose forwarded addresses are believed
    max_body: int = 64 * 1024  # bytes of a form
    max_query: int = 16 * 1024  # bytes of a query

    def __post_init__(self) -> None:
        check_issuer(self.issuer)
        if self.issuer.endswith("/"):
            raise Misuse("write the issuer without a slash at the end: it is compared as a string")
        if self.development and not is_loopback(self.issuer):
            raise Misuse("development mode shows diagnoses to everybody: it needs an issuer on loopback")

    @property
    def origin(self) -> str:
        """Scheme, host and port of the issuer."""
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def path(self) -> str:
        """The issuer's path: what stands before every endpoint's own path."""
        return urlsplit(self.issuer).path

    @property
    def is_secure(self) -> bool:
        """Tell whether cookies can be Secure and carry the __Host- prefix."""
        return self.issuer.startswith("https://")
