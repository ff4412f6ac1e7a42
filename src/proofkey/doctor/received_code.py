"""How the code of the token request differs from the code that the callback brought (RFC 6749 4.1.2, 4.1.3).

The comparison names one fault, so the faults about the code's text exclude each other.
"""

from __future__ import annotations

from urllib.parse import unquote, unquote_plus

from proofkey.doctor.evidence import Seen
from proofkey.doctor.login import Login
from proofkey.doctor.soundness import received_codes

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_SHORTEST_PIECE = 6  # characters that a code and a piece of it must share


def difference(sent: str, received: str) -> str | None:
    """Name the fault that tells how a sent code differs from the received one; None where they are equal."""
    if sent == received:
        return None
    if "://" in sent or sent.lower().startswith(("http%3a", "https%3a", "/?", "?")):
        return "code-is-other-value"
    if "%" in sent and received in (unquote(sent), unquote_plus(sent), unquote(unquote(sent))):
        return "code-percent-encoded"
    if "".join(sent.translate(_INVISIBLE).split()) == "".join(received.split()) or sent.replace(" ", "+") == received:
        return "code-with-whitespace"
    if _is_piece(sent, received) or _is_piece(received, sent) or _is_piece(unquote(sent), received):
        return "code-truncated"
    if _is_piece(sent.rstrip(".\u2026"), received):
        return "code-truncated"  # abbreviated for the eye, and sent so
    shared = _shared_beginning(sent, received)
    if shared >= 12 and shared * 10 >= len(received) * 6:
        return "code-truncated"
    return "code-is-other-value"


def compared(login: Login) -> tuple[str, Seen, Seen] | None:
    """Compare the code of the token request with those received: the fault's name, the sent and the nearest code.

    None where one of the two was not seen, or where the sent code is one of those received.
    """
    token = login.token
    if token is None:
        return None
    sent, codes = token.get("code"), received_codes(login)
    if not isinstance(sent, Seen) or not sent.value or not codes:
        return None
    nearest: tuple[str, Seen, Seen] | None = None
    for code in codes:
        name = difference(sent.value, code.value)
        if name is None or _is_as_written(login, sent.value):
            return None
        if nearest is None or nearest[0] == "code-is-other-value":
            nearest = name, sent, code
    return nearest


def _is_as_written(login: Login, sent: str) -> bool:
    """Tell whether a callback had this code with a raw '+', which its server meant as it is."""
    raws = [step.raw("code") for step in (*login.callbacks, *login.responses)]
    return any(raw is not None and "+" in raw and unquote(raw) == sent for raw in raws)


def _is_piece(piece: str, whole: str) -> bool:
    return piece in whole and (len(piece) >= _SHORTEST_PIECE or (piece != "" and whole.startswith(piece)))


def _shared_beginning(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
