"""Sentences for people who only wanted to sign in, and the names of the stages of a login."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class ErrorWords:
    """A heading and what the reader can do."""

    heading: str
    advice: str


_APPLICATION = ErrorWords(
    "This sign-in cannot start",
    "The application sent a request that this server cannot accept. You did nothing wrong, and nothing about you "
    "was sent to anyone. Tell the people who run the application.",
)
_BUSY = ErrorWords("This server is busy", "Nothing is lost. Wait a moment, then start again from the application.")
_BROKEN = ErrorWords(
    "Something went wrong here",
    "The mistake is on this server, not with you. Start again from the application. If it happens again, tell the "
    "people who run this server.",
)
_ERRORS = {
    "access_denied": ErrorWords("You cannot go on here", "Your account may not do this. Nothing was changed."),
    "forbidden": ErrorWords(
        "This form came from elsewhere",
        "For your safety the server accepts its own forms only. Nothing was changed. Go back to the application and "
        "start again.",
    ),
    "method_not_allowed": ErrorWords(
        "This address works in another way", "It is meant for programs. Nothing was changed."
    ),
    "not_found": ErrorWords("There is no page here", "The address may be mistyped or out of date."),
    "server_error": _BROKEN,
    "slow_down": _BUSY,
    "temporarily_unavailable": _BUSY,
}

_STAGES = {
    "start": "Before the login starts",
    "authorize": "At the authorization request",
    "callback": "On the way back to the application",
    "token": "At the token request",
    "id_token": "In the ID token",
    "refresh": "At the refresh",
}


def error_words(error: str) -> ErrorWords:
    """Give plain words for an error code."""
    return _ERRORS.get(error, _APPLICATION)


def stage_words(stage: str) -> str:
    """Name a stage of the login for a heading."""
    return _STAGES.get(stage, stage.replace("_", " ").capitalize())


def waiting_time(seconds: int) -> str:
    """Write a waiting time as people say it."""
    seconds = max(1, seconds)
    if seconds < 120:
        return "1 second" if seconds == 1 else f"{seconds} seconds"
    return f"{-(-seconds // 60)} minutes"


def moment(seconds: float) -> str:
    """Write a time for people: UTC, to the second."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")


def machine_moment(seconds: float) -> str:
    """Write a time for <time datetime>."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
