"""Whether a redeemed code may have been issued for another authorization request of the capture (RFC 6749 4.1.2).

A code is tied to its request by the state beside it, by the redirect that brings it, by order, or because the other
request is known to have got another answer: an authorization request gets one. What merely was grouped proves nothing.
"""

from __future__ import annotations

from itertools import chain

from proofkey.doctor.assemble.codes import is_placeholder, same_code
from proofkey.doctor.login import Login
from proofkey.doctor.steps import AuthorizeRequest, Callback


def may_come_from(login: Login, rival: AuthorizeRequest) -> bool:
    """Tell whether the code that this login redeemed may be the answer to `rival`, a request of the same capture."""
    owner = next((other for other in login.others if any(each is rival for each in _requests(other))), None)
    token = login.token
    if owner is None or token is None:
        return False  # an earlier hop of this very login: the server acted on the last one
    code = token.value("code") or ""
    arrivals = [each for each in _answers(login) if same_code(code, each.value("code") or "")]
    if any(_is_not_of(each, rival, login) for each in arrivals):
        return False
    # A text may tell the steps in any order; where its own request comes first, the order means something.
    if not arrivals and any(each.number < token.number for each in _requests(login)) and rival.number > token.number:
        return False
    return not _got_another(owner, login, code)


def _got_another(owner: Login, login: Login, code: str) -> bool:
    """Tell whether the owner of the rival request was answered otherwise than with this code."""
    own = _requests(login)
    for each in _answers(owner):
        if not same_code(code, each.value("code") or "") and all(_is_not_of(each, one, owner) for one in own):
            return True
    verifier = login.token.value("code_verifier") if login.token is not None else None
    sent = (each for each in owner.token_requests if each.value("code_verifier") == verifier)
    return any(not is_placeholder(other := each.value("code")) and other != code for each in sent)


def _is_not_of(arrival: Callback, request: AuthorizeRequest, owner: Login) -> bool:
    """Tell whether an authorization response cannot answer a request, and so answers one of `owner`."""
    if request.number > arrival.number:
        return True
    if any(arrival.message is hop.message for hop in owner.authorize_hops):
        return True  # the redirect that answers the request itself
    came, sent = arrival.value("state"), request.value("state")
    if came is None:
        return sent is not None and not any(each.value("state") for each in _requests(owner))
    return came != sent and any(each.value("state") == came for each in _requests(owner))


def _requests(login: Login) -> list[AuthorizeRequest]:
    return [*login.authorize_hops, *login.pushed]


def _answers(login: Login) -> chain[Callback]:
    return chain(login.responses, login.callbacks)
