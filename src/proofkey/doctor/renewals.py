"""What the refresh requests of a login carry and what they got, for the faults of refreshing (RFC 6749 6)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from proofkey.doctor.login import Login
from proofkey.doctor.soundness import stands_for_nothing
from proofkey.doctor.steps import TokenRequest

# Refusals about something else than the token, after which the same token may be sent again.
_ABOUT_THE_REQUEST = ("invalid_client", "unauthorized_client", "invalid_request", "use_dpop_nonce", "invalid_scope")


def token_of(refresh: TokenRequest) -> str | None:
    """Give the refresh token that a request carries; None where there is none or it is not to be seen."""
    value = refresh.value("refresh_token")
    return None if value is None or stands_for_nothing(value) else value


def same_token(login: Login) -> Iterator[tuple[TokenRequest, TokenRequest]]:
    """Give each two refreshes that carry one token, the earlier first."""
    for first, second in combinations(login.refreshes, 2):
        token = token_of(first)
        if token is not None and token == token_of(second):
            yield first, second


def was_rotated(refresh: TokenRequest) -> bool:
    """Tell whether a refresh was answered with another refresh token than it carried."""
    given = refresh.answer.member("refresh_token")
    return refresh.answer.gave_tokens and bool(given) and given != token_of(refresh)


def token_was_refused(refresh: TokenRequest) -> bool:
    """Tell whether the server refused the token, as far as its error code says, and not the client or the request."""
    answer = refresh.answer
    if not answer.refused or (answer.status or 400) >= 500 or answer.status == 429:
        return False
    return answer.error not in _ABOUT_THE_REQUEST and not answer.speaks_of("dpop-nonce", "rate-limited")


def has_no_usable_answer(login: Login, refresh: TokenRequest) -> bool:
    """Tell whether the answer was lost on the way, or a gateway answered in the server's place.

    A recorder writes every answer that came, so an entry without one shows that none did; a text shows what it likes.
    """
    answer = refresh.answer
    broken = answer.message.network_error is not None and not answer.body
    unanswered = not answer.observed and "har" in login.capture.sources
    return answer.lost or broken or unanswered or (answer.status or 0) >= 500


def issuing(login: Login, refresh: TokenRequest) -> TokenRequest | None:
    """Find the request whose answer gave the token that this refresh carries."""
    token = token_of(refresh)
    if token is None:
        return None
    before = (each for each in (*login.token_requests, *login.refreshes) if each is not refresh)
    return next((each for each in before if each.answer.member("refresh_token") == token), None)


def recovered(login: Login, refresh: TokenRequest) -> bool:
    """Tell whether a later refresh of the login worked."""
    return any(each.answer.gave_tokens for each in login.refreshes if each.number > refresh.number)


def logged_in_again(login: Login, refresh: TokenRequest) -> bool:
    """Tell whether the same client went through a login after this refresh, as it should after a refusal."""
    return any(
        other.accepted and other.client_id == login.client_id and (other.token or refresh).number > refresh.number
        for other in login.others
    )
