"""The table of options: how each is read, what it means, and which bounds are safe.

Its flag is `--` and its name, its variable PROOFKEY_ and its name. Bounds: a code lives at most ten minutes (RFC 6749
4.1.2); an access token two days, because the keys of codes and access tokens are kept for so long (`keys/schedule.py`).
"""

from __future__ import annotations

import msgspec

from proofkey.server.configuration.configuration import Configuration
from proofkey.server.configuration.values import (
    Reader,
    address,
    duration,
    in_words,
    networks,
    one_of,
    origins,
    switch,
    text,
    url,
    whole,
)

MINUTE, HOUR, DAY = 60, 3600, 86_400
_DEFAULTS = Configuration()


class Option(msgspec.Struct, frozen=True):
    """One setting. `flag` where it is not its name; `repeats`: the flag may come several times."""

    name: str
    read: Reader
    words: str
    metavar: str | None = None  # None: a switch
    flag: str = ""
    repeats: bool = False
    choices: tuple[str, ...] = ()
    otherwise: str = ""  # what holds where nothing is said and there is no plain default
    tells_secrets: bool = False  # its value may hold a password, which is never shown

    @property
    def variable(self) -> str:
        """Give the name of its environment variable."""
        return f"PROOFKEY_{self.name.upper()}"

    @property
    def option(self) -> str:
        """Give its flag on the command line."""
        return self.flag or f"--{self.name.replace('_', '-')}"

    @property
    def shown_default(self) -> str:
        """Write its default; empty where that is nothing."""
        if self.otherwise:
            return self.otherwise
        default = getattr(_DEFAULTS, self.name)
        if default in (None, False, ()):
            return ""
        return in_words(default) if self.metavar == "T" and isinstance(default, int) else str(default)


def _chosen(name: str, words: str, *choices: str) -> Option:
    return Option(name, one_of(*choices), words, "|".join(choices), choices=choices)


OPTIONS = (
    Option("host", text, "the address to listen on", "H"),
    Option("port", whole(0, 65_535), "the port to listen on; 0: any free one", "N"),
    Option(
        "issuer",
        url,
        "the address clients use; https, or http on loopback",
        "URL",
        otherwise="made of host and port",
    ),
    Option(
        "database",
        text,
        "sqlite:////absolute/path, sqlite:///relative or postgresql://...",
        "URL",
        otherwise="SQLite in the data folder",
        tells_secrets=True,
    ),
    Option("key_file", text, "the key that wraps all others", "F", otherwise="beside a SQLite file"),
    Option("workers", whole(1, 256), "processes; more than 1 needs PostgreSQL", "N"),
    _chosen("personality", "genesys: the surface of Genesys Cloud", "genesys", "standard"),
    Option("development", switch, "show every diagnosis to everybody; issuer on loopback only"),
    Option(
        "dangerously_let_page_control",
        origins,
        "development: pages of this origin, on loopback, may move the server's time and make it fail",
        "ORIGIN",
        repeats=True,
    ),
    Option("tls_cert", text, "certificate chain, PEM", "F"),
    Option("tls_key", text, "private key, PEM", "F"),
    Option(
        "trusted_proxies",
        networks,
        "a reverse proxy whose Forwarded and X-Forwarded-* headers are believed; nobody's are otherwise",
        "CIDR",
        flag="--trusted-proxy",
        repeats=True,
    ),
    Option("metrics_listen", address, "serve Prometheus metrics here, apart from the public address", "H:P"),
    _chosen("log_format", "how log lines are written", "human", "json"),
    _chosen("log_level", "the least that is logged", "debug", "info", "warning", "error"),
    Option("access_log", switch, "also log a line for every request"),
    Option(
        "otlp_endpoint",
        url,
        "send a trace of every login to this OTLP/HTTP collector",
        "URL",
        otherwise="OTEL_EXPORTER_OTLP_ENDPOINT",
        tells_secrets=True,
    ),
    Option("code_lifetime", duration(10, 10 * MINUTE), "how long a code may wait for its redemption", "T"),
    Option(
        "access_token_lifetime",
        duration(MINUTE, 2 * DAY),
        "of clients that have none of their own",
        "T",
        otherwise="1h, with the personality genesys 1d",
    ),
    Option(
        "refresh_token_lifetime", duration(HOUR, 400 * DAY), "absolute end of refreshing, counted from the login", "T"
    ),
    Option("refresh_idle_lifetime", duration(HOUR, 400 * DAY), "end of refreshing where nobody refreshes", "T"),
    Option("refresh_grace", duration(0, 5 * MINUTE), "a repeated refresh gets the same successor for so long", "T"),
    Option("session_lifetime", duration(5 * MINUTE, 30 * DAY), "how long a person stays logged in here", "T"),
    Option("login_page_lifetime", duration(MINUTE, 12 * HOUR), "how long a login or consent page can be sent", "T"),
)

BY_NAME = {option.name: option for option in OPTIONS}
