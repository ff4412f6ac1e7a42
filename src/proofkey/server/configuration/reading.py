"""Brings the sources together: a flag beats a variable, a variable beats the file, the file beats the default.

Whatever is refused is refused by where it stands: `proofkey.toml:7: code_lifetime must be ...`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from proofkey.core.errors import Misuse
from proofkey.server.configuration.configuration import Configuration
from proofkey.server.configuration.file import SettingsFile, read_file
from proofkey.server.configuration.options import BY_NAME, OPTIONS, Option
from proofkey.server.configuration.secrecy import check_secrecy
from proofkey.server.configuration.values import Unfit
from proofkey.server.settings import Settings

FILE_VARIABLE = "PROOFKEY_CONFIG"
# Variables of ours that are no setting of the server: those of the client, the doctor and the tests.
OTHER_VARIABLES = frozenset(
    f"PROOFKEY_{name}"
    for name in ("CONFIG", "REGION", "CLIENT_ID", "FAULT_PAGES", "CHROMIUM", "FIREFOX", "NODE", "POSTGRES")
)


class Settled(msgspec.Struct, frozen=True):
    """The settings in force, and where each that is not a default was said."""

    configuration: Configuration
    places: Mapping[str, str]

    def place(self, name: str) -> str:
        """Say where a setting comes from."""
        return self.places.get(name, "default")

    def settings(self, port: int) -> Settings:
        """Give the server's settings, once the port it listens on is known. Raises Misuse."""
        said = self.configuration
        host = f"[{said.host}]" if ":" in said.host else said.host
        issuer = said.issuer or f"{'https' if said.tls_cert else 'http'}://{host}:{port}"
        try:
            return said.settings(issuer)
        except Misuse as error:
            name = next((name for name in ("issuer", "development", "host") if name in self.places), "issuer")
            advice = "" if said.issuer else "; name the address that clients use with --issuer"
            raise Misuse(f"{self.place(name)}: {error}{advice}") from None


def settle(flags: Mapping[str, object], environ: Mapping[str, str], file: str | None = None) -> Settled:
    """Read all sources. `flags` holds what the command line said, by option name; None is not said.

    Raises Misuse, which names the file and line, the variable or the flag.
    """
    named = file or environ.get(FILE_VARIABLE)
    settings_file = read_file(Path(named)) if named else None
    _refuse_strangers(settings_file, environ)
    if settings_file is not None:
        check_secrecy(settings_file)
    values: dict[str, Any] = {}
    places: dict[str, str] = {}
    for option in OPTIONS:
        for place, value in _said(option, flags, environ, settings_file):
            values[option.name], places[option.name] = _read(option, value, place), place
            break
    settled = Settled(Configuration(**values), places)
    _check_together(settled)
    return settled


def _said(
    option: Option, flags: Mapping[str, object], environ: Mapping[str, str], file: SettingsFile | None
) -> Iterator[tuple[str, object]]:
    if flags.get(option.name) is not None:
        yield option.option, flags[option.name]
    if environ.get(option.variable):  # an empty variable is how some set-ups write an absent one
        yield option.variable, environ[option.variable]
    if file is not None and option.name in file.values:
        yield file.place(option.name), file.values[option.name]


def _read(option: Option, value: object, place: str) -> object:
    try:
        return option.read(value)
    except Unfit as unfit:
        raise Misuse(f"{place}: {option.name} {unfit}") from None


def _refuse_strangers(file: SettingsFile | None, environ: Mapping[str, str]) -> None:
    for key in file.values if file is not None else ():
        if file is not None and key not in BY_NAME:
            if isinstance(file.values[key], dict):
                raise Misuse(f"{file.place(key)}: there is no setting {key[:40]!r}: the file has one level, no tables")
            raise Misuse(f"{file.place(key)}: there is no setting {key[:40]!r}{_nearest(key, list(BY_NAME))}")
    variables = [option.variable for option in OPTIONS]
    for name in environ:
        # Others may use this prefix too, so only what looks like a slip of the pen is refused.
        known = not name.startswith("PROOFKEY_") or name in variables or name in OTHER_VARIABLES
        if not known and (nearest := _nearest(name, variables, 0.85)):
            raise Misuse(f"{name[:60]}: there is no such variable{nearest}")


def _nearest(name: str, known: list[str], cutoff: float = 0.5) -> str:
    from difflib import get_close_matches  # here: most starts have no mistake to guess at

    found = get_close_matches(name, known, n=1, cutoff=cutoff)
    return f"; did you mean {found[0]}?" if found else ""


def _check_together(settled: Settled) -> None:
    said = settled.configuration
    if bool(said.tls_cert) != bool(said.tls_key):
        name = "tls_cert" if said.tls_cert else "tls_key"
        raise Misuse(f"{settled.place(name)}: TLS needs both --tls-cert and --tls-key")
    if said.refresh_idle_lifetime > said.refresh_token_lifetime and "refresh_idle_lifetime" in settled.places:
        place = settled.place("refresh_idle_lifetime")
        raise Misuse(f"{place}: refresh_idle_lifetime must not be longer than refresh_token_lifetime")
    if said.dangerously_let_page_control and not said.development:
        place = settled.place("dangerously_let_page_control")
        raise Misuse(f"{place}: the control address exists with --development only")
    listening = said.metrics_listen
    if listening is not None and (listening.host, listening.port) == (said.host, said.port) and said.port:
        raise Misuse(f"{settled.place('metrics_listen')}: metrics_listen must not be the public address")
