"""The code was issued to another client_id than the one that redeems it (RFC 6749 4.1.3, 5.2)."""

from __future__ import annotations

from urllib.parse import unquote_plus

from proofkey.doctor.evidence import Seen
from proofkey.doctor.fault import PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.soundness import stands_for_nothing
from proofkey.doctor.transcript import login

_AROUND = " \t\r\n\"'()[],\u200b\ufeff"


def check(login: Login) -> Finding | None:
    """Compare the two client ids; the second may stand in the body or in the Basic credentials."""
    token = login.token
    asked, redeeming = login.observe("authorize.client_id"), login.observe("token.client_id")
    if token is None or not isinstance(asked, Seen) or not isinstance(redeeming, Seen):
        return None
    one, other = asked.value, redeeming.value
    if not one or not other or stands_for_nothing(other) or one == unquote_plus(other):
        return None
    if one.strip(_AROUND) == other.strip(_AROUND):
        return None  # the same id, malformed
    if token.basic is not None and token.basic.legible and unquote_plus(token.basic.client_id) == one:
        return None  # the header names the right client, the body another: two authentications
    return Finding(
        PROVEN,
        f"The login was started by the client {one[:80]!r} and the code is redeemed by the client {other[:80]!r}. A"
        " code belongs to the client that asked for it.",
        (asked.shows(f"client_id {one[:80]!r}"), redeeming.shows(f"client_id {other[:80]!r}")),
    )


FAULT = Fault(
    title="The code was issued to another client_id",
    meaning=(
        "The server keeps the client_id of the authorization request with the code. The token request names another"
        " client: a front end and a back end with separate settings, or the id of another environment."
    ),
    fix="Use one client_id in both steps.",
    example_js="const CLIENT_ID = import.meta.env.VITE_CLIENT_ID; // for the authorize URL and for the token request",
    example_py='CLIENT_ID = settings["client_id"]  # for both requests',
    wrong_fix="Adding a secret of the second client: the code still belongs to the first.",
    spec=("RFC 6749 4.1.3", "RFC 6749 5.2"),
    blame="client",
    explains=("code-not-accepted", "client-secret-wrong", "client-unknown", "secret-missing", "code-expired"),
    needs=("authorize.client_id", "token.client_id"),
    check=check,
    bad=login(authorize={"client_id": "shop-web"}, token={"client_id": "shop-api"}),
    good=login(answer={}),
)
