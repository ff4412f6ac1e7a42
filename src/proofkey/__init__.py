"""Authorization Code + PKCE logins that work the first time, and a straight answer when they don't."""

from typing import TYPE_CHECKING

__all__ = ["AsyncClient", "Client", "TokenKeeper", "__version__", "login"]

__version__ = "0.1.0"

if TYPE_CHECKING:
    from proofkey.client.aio import AsyncClient
    from proofkey.client.blocking import Client
    from proofkey.client.loopback import login
    from proofkey.client.token_keeper import TokenKeeper

# Loaded at first use: the server, the doctor and most commands need none of them.
_PLACES = {
    "AsyncClient": "proofkey.client.aio",
    "Client": "proofkey.client.blocking",
    "TokenKeeper": "proofkey.client.token_keeper",
    "login": "proofkey.client.loopback",
}


if not TYPE_CHECKING:  # with it, a type checker would believe that every name is there

    def __getattr__(name: str) -> object:
        if name not in _PLACES:
            raise AttributeError(f"module 'proofkey' has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
