"""A login as a row of arrows between app, browser and server, with the mistakes at the steps where they are.

Only values that the protocol makes public are shown; of every other one the length and a fingerprint (decision 6).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from proofkey.doctor.diagnosed import Diagnosed
from proofkey.doctor.facts import characters, fingerprint
from proofkey.doctor.login import Login
from proofkey.doctor.redact import Redactor
from proofkey.doctor.steps import Step, TokenRequest

Actor: TypeAlias = Literal["app", "browser", "server"]

MAX_ARROWS = 60
MAX_LINES = 30
PUBLIC = frozenset(
    (
        *("response_type", "response_mode", "client_id", "redirect_uri", "scope", "code_challenge_method", "iss"),
        *("grant_type", "prompt", "resource", "audience", "error", "error_description", "max_age", "token_type"),
        *("expires_in", "token_type_hint", "request_uri", "dpop_jkt"),
    )
)
_STEP_OF_STAGE = {"start": "authorize", "id_token": "token answer"}


@dataclass(slots=True)
class Arrow:
    """One message on its way; `lines` are name and what may be shown of the value."""

    kind: str  # "authorize", "callback", "token", "token answer", "refresh", ...
    sender: Actor
    receiver: Actor
    title: str
    where: str = ""  # the place in the capture, "" for a step that is not in it
    lines: list[tuple[str, str]] = field(default_factory=list)
    refused: bool = False
    mistakes: list[Diagnosed] = field(default_factory=list)


def arrows_of(login: Login, findings: Sequence[Diagnosed], clean: Redactor) -> list[Arrow]:
    """Draw up a login's steps in their order; each finding of it is at one of them."""
    numbered = sorted(_steps(login, clean), key=lambda each: each[0])
    arrows = [arrow for _, arrow in numbered]
    for each in findings:
        if each.login is login:
            _place(each, arrows)
    return arrows


def _place(diagnosed: Diagnosed, arrows: list[Arrow]) -> None:
    """Put a mistake at its stage's step: the one that the evidence names, else the first, else one that is missing."""
    kind = _STEP_OF_STAGE.get(diagnosed.fault.stage, diagnosed.fault.stage)
    places = [one.where for one in diagnosed.finding.evidence]
    of_kind = [arrow for arrow in arrows if arrow.kind == kind]
    named = [arrow for arrow in of_kind if any(_is_at(place, arrow.where) for place in places)]
    elsewhere = [arrow for arrow in arrows if any(_is_at(place, arrow.where) for place in places)]
    chosen = named or of_kind or elsewhere[-1:]
    if not chosen:
        sender, receiver, title = _MISSING.get(kind, ("app", "server", "Token request"))
        chosen = [Arrow(kind, sender, receiver, f"{title}: not in the capture")]
        arrows += chosen
    chosen[0].mistakes.append(diagnosed)


def _is_at(place: str, where: str) -> bool:
    return bool(where) and (place == where or place.startswith(f"{where},"))


_MISSING: dict[str, tuple[Actor, Actor, str]] = {
    "authorize": ("browser", "server", "Authorization request"),
    "callback": ("browser", "app", "Callback"),
    "refresh": ("app", "server", "Refresh"),
}


def _steps(login: Login, clean: Redactor) -> Iterator[tuple[float, Arrow]]:
    for step in login.pushed:
        yield from _with_answer("pushed", "app", "Pushed authorization request", step, clean)
    for step in login.authorize_hops:
        yield from _with_answer("authorize", "browser", "Authorization request", step, clean)
    for callback in login.responses:
        yield (
            callback.number + 0.5,
            Arrow("response", "server", "browser", "Authorization response", _where(callback), _lines(callback, clean)),
        )
    for callback in login.callbacks:
        yield (
            callback.number + 0.1,
            Arrow("callback", "browser", "app", "Callback", _where(callback), _lines(callback, clean)),
        )
    for preflight in login.preflights:
        yield from _with_answer("preflight", "browser", "Preflight (OPTIONS)", preflight, clean)
    for name, title, requests in (
        ("token", "Token request", login.token_requests),
        ("refresh", "Refresh", login.refreshes),
        ("other", "Token request of another grant", login.other_grants),
    ):
        for request in requests:
            yield from _with_answer(name, "app", title, request, clean)
    for call in login.api_calls[:5]:
        yield from _with_answer("api", "app", "Call with the access token", call, clean)


def _with_answer(kind: str, sender: Actor, title: str, step: Step, clean: Redactor) -> Iterator[tuple[float, Arrow]]:
    yield step.number, Arrow(kind, sender, "server", title, _where(step), _lines(step, clean))
    answer = step.answer
    redirected = kind == "authorize" and answer.status in (302, 303)  # what it carries is drawn as the response
    if (answer.observed or answer.lost) and not redirected:
        bad = answer.refused or answer.lost
        words = "tokens" if answer.gave_tokens else clean.clean(answer.summary[:600])
        arrow = Arrow(f"{kind} answer", "server", sender, f"Answer: {words}", _where(step), refused=bad)
        yield step.number + 0.2, arrow


def _where(step: Step) -> str:
    return step.message.where


def _lines(step: Step, clean: Redactor) -> list[tuple[str, str]]:
    lines = [("address", clean.clean(f"{step.message.method} {step.address.without_query[:1000]}"))]
    if isinstance(step, TokenRequest) and step.basic is not None:
        lines.append(("authorization", "Basic"))
    for item in list(step.parameters or ())[:MAX_LINES]:
        name = clean.clean(item.name[:100])
        lines.append((name, _shown(item.name, item.value, clean)))
    return lines


def _shown(name: str, value: str, clean: Redactor) -> str:
    if name in PUBLIC:
        return clean.clean(value[:1000]) or "empty"
    return f"{characters(value)}, fingerprint {fingerprint(value)}" if value else "empty"
