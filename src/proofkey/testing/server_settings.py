"""How the server under a suite is set up. Equal settings share one server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Lifetimes in seconds; None: the server's own. `pages`: origins on loopback that may use the control address."""

    personality: Literal["standard", "genesys"] = "standard"
    code_lifetime: int | None = None
    access_token_lifetime: int | None = None
    refresh_token_lifetime: int | None = None
    pages: tuple[str, ...] = ()

    def lifetimes(self) -> dict[str, int]:
        """Name the lifetimes that differ, as the options of `serve` do."""
        named = {
            "code_lifetime": self.code_lifetime,
            "access_token_lifetime": self.access_token_lifetime,
            "refresh_token_lifetime": self.refresh_token_lifetime,
        }
        return {name: value for name, value in named.items() if value is not None}
