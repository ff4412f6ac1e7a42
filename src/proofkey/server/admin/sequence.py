"""An exchange as a sequence of steps between browser, authorization server and app, the broken one marked.

What the server did not see is drawn where it must have happened (the callback), and said to be so. In production a
sound authorization request is not in the journal: what its code told of it is drawn instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from proofkey.core.records import JournalEntry
from proofkey.server.admin.exchanges import Exchange, detail, parameters

Actor = Literal["app", "browser", "server"]
Mark = Literal["", "wrong", "refused", "open"]
StageOf = Callable[[str], str]

_REQUESTS = {
    "token": "Token request",
    "authorize": "Authorization request",
    "par": "Pushed authorization request",
    "introspect": "Introspection request",
    "revoke": "Revocation request",
    "api": "Call with the access token",
    "userinfo": "Userinfo request",
}
_DENIED = "user-denied-access"  # an answer of the person's: no step before it holds a mistake
_KIND_OF_STAGE = {"start": "authorize", "authorize": "authorize", "callback": "callback"}


@dataclass(frozen=True, slots=True)
class Line:
    """What may be shown of a parameter; `spoiled`: the mistake is in it."""

    name: str
    what: str
    spoiled: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One arrow."""

    kind: str
    sender: Actor
    receiver: Actor
    title: str
    lines: tuple[Line, ...] = ()
    mark: Mark = ""
    note: str = ""  # what is wrong here
    at: float | None = None
    request_id: str = ""


def draw(exchange: Exchange, stage_of: StageOf) -> list[Step]:
    """Draw an exchange; `stage_of` names the stage of the login at which a fault is made."""
    steps: list[Step] = []
    for entry in exchange.entries:
        if entry.endpoint == "authorize":
            steps += _authorize(entry)
        else:
            if not any(step.kind == "authorize" for step in steps) and detail(entry, "code redirect_uri"):
                steps += _told_by_the_code(entry)
            steps += _request(entry)
    if exchange.outcome == "code":
        steps.append(Step("token", "app", "server", "No token request has come for this code yet", mark="open"))
    for entry in exchange.entries:
        if entry.error is not None and entry.fault and entry.fault != _DENIED:
            steps = _marked(steps, entry, stage_of(entry.fault))
    return steps


def _authorize(entry: JournalEntry) -> Iterator[Step]:
    title, lines = "Authorization request", _lines(entry)
    yield Step("authorize", "browser", "server", title, lines, at=entry.at, request_id=entry.request_id)
    if entry.error is None:
        user, how = detail(entry, "user"), detail(entry, "signed in")
        if user:
            yield Step("login", "browser", "server", f"{user} signed in {how or ''}".rstrip())
        yield Step("response", "server", "browser", "Back to the app with a code")
        yield Step("callback", "browser", "app", "The app receives the code")
    elif entry.status < 400:
        yield Step("response", "server", "browser", f"Back to the app with error={entry.error}", mark="refused")
        yield Step("callback", "browser", "app", "The app receives the error")
    else:
        title = f"An error page: {entry.status} {entry.error}. The app hears nothing"
        yield Step("response", "server", "browser", title, mark="refused")


def _told_by_the_code(entry: JournalEntry) -> Iterator[Step]:
    lines = tuple(
        Line(name.removeprefix("code "), what)
        for name, what in entry.details
        if name.startswith("code ") and name != "code age"
    )
    age = detail(entry, "code age")
    when = f", {age} before the token request" if age else ""
    yield Step("authorize", "browser", "server", f"Authorization request, as its code tells{when}", lines)
    yield Step("response", "server", "browser", "Back to the app with a code")
    yield Step("callback", "browser", "app", "The app receives the code")


def _request(entry: JournalEntry) -> Iterator[Step]:
    title = _REQUESTS.get(entry.endpoint, f"Request to {entry.endpoint}")
    grant = dict(parameters(entry)).get("grant_type", "")
    kind = entry.endpoint
    if grant == "refresh_token":
        title, kind = "Refresh", "refresh"
    elif grant == "client_credentials":
        title = "Token request of the app for itself"
    yield Step(kind, "app", "server", title, _lines(entry), at=entry.at, request_id=entry.request_id)
    if entry.error is None:
        given = (detail(entry, "given") or "").replace("_", " ").replace("id token", "ID token")
        yield Step("answer", "server", "app", f"{entry.status}: {given}" if given else str(entry.status))
    else:
        yield Step("answer", "server", "app", f"{entry.status} {entry.error}", mark="refused")


def _marked(steps: list[Step], entry: JournalEntry, stage: str) -> list[Step]:
    """Mark the step at which the mistake was made; it may be an earlier one than the refused request."""
    own = next(at for at, step in enumerate(steps) if step.request_id == entry.request_id)
    wanted = _KIND_OF_STAGE.get(stage)
    earlier = [at for at in range(own, -1, -1) if steps[at].kind == wanted]
    at = earlier[0] if earlier else own
    places = [name for name, _ in entry.details if name.startswith("evidence ")]
    lines = tuple(
        replace(line, spoiled=line.spoiled or any(place.endswith(f": {line.name}") for place in places))
        for line in steps[at].lines
    )
    note = steps[at].note or detail(entry, "title") or ""
    return [*steps[:at], replace(steps[at], mark="wrong", note=note, lines=lines), *steps[at + 1 :]]


def _lines(entry: JournalEntry) -> tuple[Line, ...]:
    told = [(name.removeprefix("code "), what) for name, what in entry.details if name.startswith("code code_")]
    known = parameters(entry)
    if entry.endpoint == "authorize":
        known += [*told, *_redirect(entry)]
    return tuple(Line(name, what) for name, what in known)


def _redirect(entry: JournalEntry) -> list[tuple[str, str]]:
    uri = detail(entry, "code redirect_uri")
    return [("redirect_uri", uri)] if uri else []
