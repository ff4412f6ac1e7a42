"""Authorization Code + PKCE logins that work the first time, and a straight answer when they don't."""

__version__ = "0.1.0"
