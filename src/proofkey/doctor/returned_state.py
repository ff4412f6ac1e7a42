"""How the state of a callback relates to the states that authorization requests sent (RFC 6749 4.1.2)."""

from __future__ import annotations

from urllib.parse import unquote, unquote_plus

from proofkey.doctor.evidence import Seen
from proofkey.doctor.html_text import unescape
from proofkey.doctor.login import Login

_SHORTENED = ("...", "\u2026")  # by hand, for the eye
_SHORTEST_PIECE = 4  # characters that a cut state and the whole one must share


def returned(login: Login) -> Seen | None:
    """Give the state of the deciding callback; None where it has none."""
    state = login.callback.get("state") if login.callback is not None else None
    return state if isinstance(state, Seen) and state.value else None


def is_pasted(login: Login) -> bool:
    """Tell whether the callback is a URL in a text, which somebody may have put together from several attempts."""
    callback = login.callback
    return callback is not None and callback.message.status is None and callback.message.request_headers is None


def sent_states(login: Login) -> set[str]:
    """Give every state that an authorization request of the capture sent."""
    return {
        state
        for each in login.logins
        for step in (*each.authorize_hops, *each.pushed)
        for state in step.all("state")
        if state and "state" not in step.message.placeholders
    }


def alteration(sent: str, state: str) -> str | None:
    """Say how a returned state was made from the sent one; None where nothing known makes the one of the other."""
    if sent == state or not sent or not state or sent.endswith(_SHORTENED) or state.endswith(_SHORTENED):
        return None
    if sent in (unquote(state), unquote_plus(state), unquote(unquote(state))):
        return "it was percent-encoded once more"
    if state in (unquote(sent), unquote_plus(sent), unquote(unquote(sent))):
        return "it was decoded once more than it was encoded"
    if state.replace(" ", "+") == sent.replace(" ", "+"):
        return "a plus sign and a blank took each other's place"
    if unescape(state) == sent or unescape(sent) == state:
        return "it was written for HTML"
    if state.strip("\"' \r\n\t") == sent.strip("\"' \r\n\t"):
        return "quotes or blanks were put around it or taken away"
    if state.casefold() == sent.casefold():
        return "the case of its letters changed"
    for whole, piece, how in ((sent, state, "it was cut"), (state, sent, "something was added to it")):
        if len(piece) >= _SHORTEST_PIECE and (whole.startswith(piece) or whole.endswith(piece)):
            return how
    decoded = unquote(state)
    if len(state) >= _SHORTEST_PIECE and decoded != state and (sent.startswith(decoded) or decoded.startswith(sent)):
        return "it was encoded once more and cut"
    if _letters(sent) == _letters(state) and len(_letters(sent)) >= 2 * _SHORTEST_PIECE:
        return "its punctuation changed"
    return None


def _letters(text: str) -> str:
    return "".join(each for each in text if each.isalnum())
