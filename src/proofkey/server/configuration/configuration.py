"""Every setting with its default; the secure value is the default one."""

from __future__ import annotations

from typing import Literal

import msgspec

from proofkey.server.configuration.values import Address, Network
from proofkey.server.settings import Lifetimes, PersonalityName, Settings

DEFAULT_PORT = 8400
_TIMES = Lifetimes()


class Configuration(msgspec.Struct, frozen=True):
    """What `proofkey serve` was told, from wherever; lifetimes in seconds. `options.py` says what each one means."""

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    issuer: str | None = None
    database: str | None = None
    key_file: str | None = None
    workers: int = 1
    personality: PersonalityName = "standard"
    development: bool = False
    dangerously_let_page_control: tuple[str, ...] = ()
    tls_cert: str | None = None
    tls_key: str | None = None
    trusted_proxies: tuple[Network, ...] = ()
    metrics_listen: Address | None = None
    log_format: Literal["human", "json"] = "human"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    access_log: bool = False
    otlp_endpoint: str | None = None
    code_lifetime: int = _TIMES.code
    access_token_lifetime: int | None = _TIMES.access_token
    refresh_token_lifetime: int = _TIMES.refresh_token
    refresh_idle_lifetime: int = _TIMES.refresh_idle
    refresh_grace: int = _TIMES.refresh_grace
    session_lifetime: int = _TIMES.session
    login_page_lifetime: int = _TIMES.login_page

    def lifetimes(self) -> Lifetimes:
        """Give the lifetimes."""
        return Lifetimes(
            code=self.code_lifetime,
            access_token=self.access_token_lifetime,
            refresh_token=self.refresh_token_lifetime,
            refresh_idle=min(self.refresh_idle_lifetime, self.refresh_token_lifetime),
            refresh_grace=self.refresh_grace,
            session=self.session_lifetime,
            login_page=self.login_page_lifetime,
        )

    def settings(self, issuer: str) -> Settings:
        """Give the server's settings for an issuer. Raises Misuse where they do not go together."""
        return Settings(
            issuer=issuer,
            personality=self.personality,
            development=self.development,
            lifetimes=self.lifetimes(),
            trusted_proxies=self.trusted_proxies,
        )
