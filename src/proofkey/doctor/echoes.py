"""Faults that only echo another one: what a server says when it never read the request (RFC 6749 5.2)."""

from __future__ import annotations

# No parameter reached the server, so whatever it misses, or compares, is a consequence.
UNREAD = (
    *("verifier-missing", "verifier-unrelated", "verifier-is-null-text", "grant-type-wrong", "grant-not-enabled"),
    *("client-id-missing", "client-unknown", "client-secret-wrong", "secret-missing", "provider-requires-secret"),
    *("redirect-uri-missing", "code-not-accepted", "code-expired", "server-refuses-correct-pair"),
    *("server-ignored-body", "server-unavailable", "gateway-hides-error", "token-answer-html", "blocked-by-firewall"),
    *("cors-preflight-refused", "cors-answer-unreadable"),
)

# The request did not reach the token endpoint at all.
UNREACHED = (
    *("token-answer-html", "gateway-hides-error", "server-unavailable", "server-ignored-body", "code-not-accepted"),
    *("client-secret-wrong", "secret-missing", "client-unknown", "provider-requires-secret", "code-expired"),
    *("server-refuses-correct-pair", "cors-answer-unreadable", "verifier-unrelated"),
)

# The server could not tell, or did not trust, who the client is; it looked at nothing behind that.
UNIDENTIFIED = (
    *("client-secret-wrong", "secret-missing", "client-unknown", "code-not-accepted", "code-expired"),
    *("server-refuses-correct-pair", "server-ignored-body", "wrong-client-auth-method", "token-answer-html"),
)
