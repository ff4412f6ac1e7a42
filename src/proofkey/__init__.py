"""Authorization Code + PKCE logins that work the first time, and a straight answer when they don't."""

__all__ = ["__version__"]

__version__ = "0.1.0"
