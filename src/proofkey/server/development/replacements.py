"""Answers in the server's place. The request does not reach it, so nothing of it is spent."""

from __future__ import annotations

from collections.abc import Mapping

from proofkey.core.errors import OAuthError
from proofkey.server.api_answers import api_error
from proofkey.server.development.passing import Passing
from proofkey.server.http import NO_STORE, Answer, json_answer
from proofkey.server.personality.genesys import GENESYS
from proofkey.server.running import Server

Options = Mapping[str, str | int | float | None]

_PAGE = b"<!doctype html><html><head><title>Please wait</title></head><body><h1>Please wait</h1></body></html>\n"


def rate_limit(server: Server, passing: Passing, options: Options) -> Answer:
    """RFC 6585 4."""
    wait = (("retry-after", str(options["retry_after"])),)
    if passing.endpoint == "api":
        return api_error(passing.request, 429, "too.many.requests", "Too many requests.", wait)
    body = server.personality.oauth_error(OAuthError("too_many_requests", "Too many requests.", 429))
    return json_answer(body, 429, (*NO_STORE, *wait))


def genesys_rate_limit(server: Server, passing: Passing, options: Options) -> Answer:
    """400, not 429, and no Retry-After that anybody has seen."""
    return json_answer(GENESYS.oauth_error(OAuthError("invalid_request", "rate limit exceeded")), 400)


def unavailable(server: Server, passing: Passing, options: Options) -> Answer:
    """What a load balancer says while a server is restarted (RFC 9110 15.6.4): no JSON."""
    headers = (("content-type", "text/plain; charset=utf-8"), ("retry-after", str(options["retry_after"])), *NO_STORE)
    return Answer(503, headers, b"upstream connect error\n")


def web_page(server: Server, passing: Passing, options: Options) -> Answer:
    """What captive portals and wrong routes give."""
    return Answer(200, (("content-type", "text/html; charset=utf-8"), *NO_STORE), _PAGE)


def redirect(server: Server, passing: Passing, options: Options) -> Answer:
    """To the same address with a slash, unless told where to."""
    to = options["to"] or f"{server.settings.issuer}/oauth/token/"
    return Answer(int(options["status"] or 302), (("location", str(to)), *NO_STORE))
