"""The clocks of client and server differ by more than an ID token forgives (OpenID Connect Core 3.1.3.7)."""

from __future__ import annotations

import json

from proofkey.doctor.dialects import topics_of
from proofkey.doctor.facts import seconds
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.steps import TokenRequest
from proofkey.doctor.transcript import FORM, TOKENS, id_token, login, request, response

# Seconds. Libraries forgive one to five minutes; less than two is no reason to stop.
_AHEAD = 120.0
_BEHIND = 300.0
_LARGEST = 86_400.0  # a larger difference is no skew: a recorded answer, a time zone, a made-up token


def check(login: Login) -> Finding | None:
    """Compare the server's clock (Date, iat) with the client's (the capture's times), where the login stops there."""
    if login.api_calls:
        return None  # the client took the tokens
    for token in login.token_requests:
        claims = token.answer.id_token_claims
        if not token.answer.gave_tokens or not claims:
            continue
        if found := _measured(token, claims.get("nbf", claims.get("iat")), claims.get("exp")) or _said(login, token):
            return found
    return None


def _measured(token: TokenRequest, begins: object, ends: object) -> Finding | None:
    if not isinstance(begins, int | float):
        return None
    here, server = token.message.ended, _date(token)
    if server is not None and not -_BEHIND < begins - server < _LARGEST:
        return None  # the token does not go by the server's clock either
    if here is None:
        early = begins - server if server is not None else 0.0
        return _finding(token, early, "the answer's Date header") if early > _AHEAD else None
    early = begins - here
    if server is not None and abs(server - here) <= _AHEAD and early <= _AHEAD:
        return None
    if _AHEAD < early < _LARGEST:
        return _finding(token, early, "the time at which the client got it")
    late = server is not None and here - server > _BEHIND and here - begins < _LARGEST
    if not late:
        return None
    expired = isinstance(ends, int | float) and here > ends
    state = "has expired" if expired else "is old"
    return Finding(
        LIKELY,
        f"The client's clock is {seconds(-early)} ahead of the server's, so the new ID token {state} for the client.",
        (token.answer.shows("Date header and iat against the time of the capture"),),
    )


def _finding(token: TokenRequest, early: float, than: str) -> Finding:
    return Finding(
        LIKELY,
        f"The ID token begins to be valid {seconds(early)} after {than}. A client that checks it finds a token from the"
        " future.",
        (token.answer.shows("iat or nbf of the ID token"),),
    )


def _said(login: Login, token: TokenRequest) -> Finding | None:
    """Find a line of a console or log that complains about the time."""
    for fragment in login.fragments:
        if fragment.number > token.number and "clock" in topics_of(None, fragment.text):
            words = "The client refuses the ID token for its times, by its own clock."
            return Finding(LIKELY, words, (token.answer.shows("an ID token"),))
    return None


def _date(token: TokenRequest) -> float | None:
    """Read the server's clock."""
    from email.utils import parsedate_to_datetime  # slow to load, and seldom needed

    try:
        return parsedate_to_datetime(token.message.response_header("date") or "").timestamp()
    except ValueError:
        return None


def _redeemed(issued_at: int) -> str:
    answer = {**TOKENS, "id_token": id_token({"iat": issued_at, "exp": issued_at + 3600})}
    redemption = request(
        "POST",
        "https://login.example/oauth/token",
        {"Content-Type": FORM},
        "grant_type=authorization_code&code=SplxlOBeZQQYbYS6WxSbIA&redirect_uri=https%3A%2F%2Fapp.example%2Fcb"
        "&client_id=app&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    )
    headers = {"Content-Type": "application/json", "Date": "Sun, 01 Mar 2026 10:00:00 GMT"}
    return login(steps=("authorize", "callback")) + "\n" + redemption + response(200, headers, json.dumps(answer))


FAULT = Fault(
    title="The clocks of client and server differ",
    meaning=(
        "An ID token says when it was issued and when it ends, by the server's clock. The client's clock shows another"
        " time, so a fresh token looks not yet valid, too old or expired, and the login ends although everything else"
        " was right."
    ),
    fix="Set both clocks by NTP, and allow one to five minutes of difference when the times are checked.",
    example_js="new UserManager({ ..., clockSkewInSeconds: 120 });",
    example_py="jwt.decode(token, key, algorithms=['RS256'], audience=client_id, leeway=120)",
    wrong_fix="Ignoring exp: then an ID token is good for ever.",
    spec=("OpenID Connect Core 3.1.3.7",),
    blame="client",
    needs=("token.answer",),
    check=check,
    bad=_redeemed(1772359800),
    good=_redeemed(1772359201),
)
