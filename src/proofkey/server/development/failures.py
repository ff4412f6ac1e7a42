"""The named failures: what each does, to which requests, and how the doctor calls what a client sees of it.

A failure acts in one of five ways, in this order: it makes a request wait, loses it, has it judged as if it came
later, answers in the server's place, or changes the server's answer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from proofkey.server.development import replacements, rewriting
from proofkey.server.development.passing import Passing
from proofkey.server.http import Answer
from proofkey.server.running import Server
from proofkey.server.settings import DAY, Settings

Value = str | int | float | None
Options = Mapping[str, Value]

# Endpoints that may be named; those of the second kind are asked by nobody in particular.
OF_A_CLIENT = ("authorize", "token", "revoke", "introspect", "par", "userinfo", "api")
OF_NOBODY = ("jwks", "metadata")
RESPONDING = ("authorize", "login", "consent")  # whatever sends a person back to the client
LONGEST_DELAY = 600  # seconds


@dataclass(frozen=True, slots=True)
class Failure:
    """`endpoints`: where it happens unless it is told another; empty: at whatever sends a person back.

    `options`: names with what holds where nothing is said.
    """

    name: str
    words: str
    endpoints: tuple[str, ...]
    fault: str | None = None
    grant_type: str | None = None  # only such token requests
    options: tuple[tuple[str, Value], ...] = ()
    elsewhere: bool = False  # may be told another endpoint
    preflights: bool = False  # happens to preflights, too
    waits: bool = False
    loses_request: bool = False
    loses_answer: bool = False
    ahead: Callable[[Settings], float] | None = None  # seconds
    instead: Callable[[Server, Passing, Options], Answer] | None = None
    rewrite: Callable[[Server, Answer], Awaitable[bool] | bool] | None = None  # in place; False: nothing to do


FAILURES = {
    failure.name: failure
    for failure in (
        Failure(
            "expire-code",
            "the code is too old when it is redeemed; one that met this stays so",
            ("token",),
            "code-expired",
            grant_type="authorization_code",
            options=(("code", None),),
            ahead=lambda settings: settings.lifetimes.code + 1,
        ),
        Failure(
            "expire-access-token",
            "access tokens are over when the API or userinfo sees them",
            ("api", "userinfo"),
            ahead=lambda settings: 3 * DAY,  # a token lives two days at most
        ),
        Failure(
            "refuse-refresh",
            "the refresh token is over: invalid_grant",
            ("token",),
            "refresh-token-expired",
            grant_type="refresh_token",
            ahead=lambda settings: settings.lifetimes.refresh_token + 1,
        ),
        Failure(
            "drop-cors",
            "answers and preflights lack their CORS headers: a page of another origin cannot read them",
            ("token", "revoke", "userinfo", "api", "jwks", "metadata"),
            "cors-answer-unreadable",
            elsewhere=True,
            preflights=True,
            rewrite=rewriting.drop_cors,
        ),
        Failure(
            "rate-limit",
            "429 with Retry-After",
            ("token",),
            "rate-limited",
            options=(("retry_after", 1),),
            elsewhere=True,
            instead=replacements.rate_limit,
        ),
        Failure(
            "genesys-rate-limit",
            "400 and the words rate limit exceeded, as Genesys Cloud's token endpoint says it",
            ("token",),
            "rate-limited",
            instead=replacements.genesys_rate_limit,
        ),
        Failure(
            "unavailable",
            "503 with Retry-After, from something before the server",
            ("token",),
            "server-unavailable",
            options=(("retry_after", 1),),
            elsewhere=True,
            instead=replacements.unavailable,
        ),
        Failure(
            "html-answer",
            "200 and a web page in place of JSON",
            ("token",),
            "token-answer-html",
            elsewhere=True,
            instead=replacements.web_page,
        ),
        Failure(
            "redirect-token",
            "the token endpoint redirects",
            ("token",),
            "token-request-redirected",
            options=(("status", 302), ("to", None)),
            instead=replacements.redirect,
        ),
        Failure(
            "slow-answer",
            "the request waits before it is looked at",
            ("token",),
            options=(("seconds", 5),),
            elsewhere=True,
            waits=True,
        ),
        Failure(
            "lose-request",
            "the connection breaks before the server has done anything",
            ("token",),
            "server-unavailable",
            elsewhere=True,
            loses_request=True,
        ),
        Failure(
            "lose-answer",
            "the server has done what was asked, durably, and the connection breaks before the answer",
            ("token",),
            "server-unavailable",
            elsewhere=True,
            loses_answer=True,
        ),
        Failure(
            "wrong-issuer",
            "the authorization response carries the iss of another server (RFC 9207)",
            RESPONDING,
            "issuer-mismatch",
            rewrite=rewriting.wrong_issuer,
        ),
        Failure(
            "wrong-state",
            "the authorization response carries the state of another login",
            RESPONDING,
            "state-mismatch",
            rewrite=rewriting.wrong_state,
        ),
    )
}
