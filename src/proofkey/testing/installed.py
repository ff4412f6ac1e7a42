"""Says in plain words what is missing where only the client is installed."""

from __future__ import annotations

from importlib import import_module

from proofkey.core.errors import Misuse

_NEEDED = ("argon2", "cryptography", "httptools", "jinja2")


def require_server() -> None:
    """Raise Misuse where the authorization server cannot run."""
    missing = [name for name in _NEEDED if not _can_import(name)]
    if missing:
        raise Misuse(
            f"the authorization server is not installed here (no {', '.join(missing)}): pip install 'proofkey[testing]'"
        )


def _can_import(name: str) -> bool:
    try:
        import_module(name)
    except ModuleNotFoundError:
        return False
    return True
