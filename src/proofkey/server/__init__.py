"""The authorization server: an ASGI application over one store, with keys, pages and personalities."""
