"""What scopes mean, in words for the person who is asked. A scope without words is shown by its name alone."""

from __future__ import annotations

from dataclasses import dataclass

# OpenID Connect Core 5.4, 11
_IDENTITY = {
    "openid": "Know that it is you who signs in",
    "profile": "See your name and profile",
    "email": "See your e-mail address",
    "phone": "See your phone number",
    "address": "See your postal address",
    "offline_access": "Keep access while you are away",
    "user-basic-info": "See your name and basic account details",
}

# Genesys Cloud: a resource, with `:readonly` to look and without it to look and change.
_RESOURCES = {
    "alerting": "alerts and their rules",
    "analytics": "analytics and reports",
    "architect": "call flows, prompts and schedules",
    "assistants": "assistants for agents",
    "audits": "audit records",
    "authorization": "roles, permissions and divisions",
    "billing": "billing and usage",
    "coaching": "coaching appointments",
    "content-management": "documents and workspaces",
    "conversations": "conversations: calls, chats, e-mails and messages",
    "dialog": "bots and dialog flows",
    "directory": "the directory of people",
    "external-contacts": "external contacts",
    "fax": "faxes",
    "gamification": "performance scorecards",
    "groups": "groups",
    "integrations": "integrations and data actions",
    "journey": "customer journeys",
    "knowledge": "knowledge bases",
    "languages": "languages",
    "learning": "learning modules",
    "locations": "locations",
    "messaging": "messaging settings",
    "notifications": "notification channels",
    "oauth": "OAuth clients",
    "organization": "settings of the organization",
    "outbound": "outbound campaigns and contact lists",
    "presence": "presence: who is available",
    "quality": "quality evaluations",
    "recordings": "recordings",
    "response-management": "canned responses",
    "routing": "queues, skills and routing",
    "scripts": "agent scripts",
    "search": "search results",
    "speech-and-text-analytics": "speech and text analytics",
    "stations": "phones and stations",
    "telephony": "telephony settings",
    "upload": "uploaded files",
    "user-recordings": "your own recordings",
    "users": "users and their profiles",
    "voicemail": "voicemail",
    "web-deployments": "web messaging deployments",
    "webdeployments": "web messaging deployments",
    "widgets": "web widgets",
    "workforce-management": "workforce schedules and forecasts",
}


@dataclass(frozen=True, slots=True)
class ScopeLine:
    """One line of the consent page."""

    name: str
    words: str | None
    changes: bool = False  # the application may write, not only read

    @property
    def mark(self) -> str:
        """Name the mark before the line: what nobody has described may change things, too."""
        return "changes" if self.changes else "unknown" if self.words is None else "reads"


def describe(scope: str) -> ScopeLine:
    """Put a scope into words, where it has any."""
    if scope in _IDENTITY:
        return ScopeLine(scope, _IDENTITY[scope])
    resource, _, access = scope.partition(":")
    noun = _RESOURCES.get(resource)
    if noun and access == "readonly":
        return ScopeLine(scope, f"See {noun}")
    if noun and not access:
        return ScopeLine(scope, f"See and change {noun}", changes=True)
    return ScopeLine(scope, None)


_LEGEND = {
    "changes": "may change things in your name",
    "unknown": "not described by this server",
    "reads": "changes nothing",
}


def legend(lines: list[ScopeLine]) -> list[tuple[str, str]]:
    """Say what the marks of these lines mean: each mark with its words, heaviest first."""
    used = {line.mark for line in lines}
    return [(mark, words) for mark, words in _LEGEND.items() if mark in used]


def in_order_of_weight(scopes: tuple[str, ...]) -> list[ScopeLine]:
    """Put what an application could change first, then what nobody has described, then what it could only see."""
    return sorted(map(describe, scopes), key=lambda line: (not line.changes, line.words is not None))
