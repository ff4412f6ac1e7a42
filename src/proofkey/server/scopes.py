"""The scopes this server knows. A client without a list of its own gets all that are not for administrators."""

from __future__ import annotations

OPENID = ("openid", "profile", "email", "offline_access")

# One word per resource, as Genesys Cloud names them; `:readonly` is GET and the query POSTs.
_RESOURCES = (
    "alerting",
    "analytics",
    "architect",
    "assistants",
    "audits",
    "authorization",
    "conversations",
    "directory",
    "gamification",
    "groups",
    "integrations",
    "journey",
    "knowledge",
    "locations",
    "notifications",
    "organization",
    "outbound",
    "presence",
    "quality",
    "recordings",
    "response-management",
    "routing",
    "scripts",
    "search",
    "stations",
    "telephony",
    "upload",
    "user-basic-info",
    "users",
    "voicemail",
    "workforce-management",
)

ADMINISTRATORS = ("oauth", "oauth:readonly")

EVERYBODY = (
    *OPENID,
    *(name for word in _RESOURCES for name in ((word,) if word == "user-basic-info" else (word, f"{word}:readonly"))),
)

KNOWN = frozenset((*EVERYBODY, *ADMINISTRATORS))
