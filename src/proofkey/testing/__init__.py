"""What other people's test suites use: the real authorization server, with failures on demand.

pytest finds the fixtures by itself (`plugin.py`); for other suites there are `serve_in_process` and `serve_process`.
docs/testing-your-login.md tells how. The `*_contract.py` files test stores that others write.
"""

from typing import TYPE_CHECKING

__all__ = [
    "Account",
    "Failing",
    "LoginNotFinished",
    "LoginServer",
    "RegisteredClient",
    "ServerSettings",
    "log_in_page",
    "log_in_page_async",
    "serve_in_process",
    "serve_process",
]

if TYPE_CHECKING:
    from proofkey.testing.in_process import serve_in_process
    from proofkey.testing.login_pages import log_in_page, log_in_page_async
    from proofkey.testing.login_server import Account, Failing, LoginServer, RegisteredClient
    from proofkey.testing.person import LoginNotFinished
    from proofkey.testing.process import serve_process
    from proofkey.testing.server_settings import ServerSettings

# Loaded at first use: pytest imports this package in every suite of an environment that has proofkey.
_PLACES = {
    "Account": "login_server",
    "Failing": "login_server",
    "LoginNotFinished": "person",
    "LoginServer": "login_server",
    "RegisteredClient": "login_server",
    "ServerSettings": "server_settings",
    "log_in_page": "login_pages",
    "log_in_page_async": "login_pages",
    "serve_in_process": "in_process",
    "serve_process": "process",
}


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module 'proofkey.testing' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"proofkey.testing.{_PLACES[name]}"), name)
