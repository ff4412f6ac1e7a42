"""The token request names no client (RFC 6749 3.2.1, 4.1.3)."""

from __future__ import annotations

from proofkey.doctor import client_authentication
from proofkey.doctor.echoes import UNIDENTIFIED
from proofkey.doctor.evidence import Absent, Evidence, Seen
from proofkey.doctor.fault import LIKELY, POSSIBLE, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.soundness import is_readable, stands_for_nothing
from proofkey.doctor.steps import TokenRequest
from proofkey.doctor.transcript import login

# Words about credentials: they came, in the header that is not shown.
_OF_A_SECRET = ("secret-wrong", "secret-missing", "secret-refused", "authentication-method", "two-authentications")


def check(login: Login) -> Finding | None:
    """Neither client_id nor an Authorization header nor an assertion says whose code it is."""
    token = login.token
    if token is None or not is_readable(token) or "client_assertion" in token.names:
        return None
    named = login.observe("token.client_id")
    if isinstance(named, Seen) and not stands_for_nothing(named.value):
        return None
    written = token.get("client_id")
    if token.message.request_header("authorization") is not None and not isinstance(named, Seen):
        return None
    if "client_id" in token.address.parameters and not token.in_query:
        return None  # it is there, in the wrong place
    certainty, what = PROVEN, "no client_id in the body and no Authorization header"
    if isinstance(written, Seen):
        what = f"client_id is {written.value!r}" if written.value.strip() else "client_id is empty"
    elif isinstance(named, Absent) and client_authentication.may_be_hidden(login, token):
        certainty = LIKELY if token.answer.speaks_of("client-id-missing") else POSSIBLE
    other = _misnamed(token)
    more = f" It has {other!r}, which no server reads." if other else ""
    return Finding(
        certainty,
        f"The token request does not say which client it comes from: {what}.{more} A client without a secret has to"
        " send its client_id in the body.",
        (Evidence(f"{token.message.where}, {token.place}", what), token.answer.shows()),
    )


def suspect(login: Login) -> Finding | None:
    """Without the header fields a refused client that the form does not name is suspected."""
    token = login.token
    if token is None or not is_readable(token) or not token.answer.refused:
        return None
    if not {"client_id", "client_secret", "client_assertion"}.isdisjoint((*token.names, *token.message.placeholders)):
        return None
    if "client_id" in token.address.parameters:
        return None
    about_client = token.answer.status == 401 or client_authentication.refuses_client(token)
    if not about_client or token.answer.is_html or token.answer.speaks_of(*_OF_A_SECRET):
        return None
    return Finding(
        POSSIBLE,
        "The form that is shown has no client_id, and the server refused the client. Unless an Authorization header,"
        " which is not shown, named the client, the server cannot tell whose code this is.",
        (Evidence(f"{token.message.where}, {token.place}", "no client_id"), token.answer.shows()),
        fix="Look for an Authorization header among the request headers. Where there is none, add client_id to the"
        " form, the same as in the authorization request.",
    )


def _misnamed(token: TokenRequest) -> str:
    return next((name for name in token.names if name.lower().replace("-", "").replace("_", "") == "clientid"), "")


FAULT = Fault(
    title="A public client sent no client_id to the token endpoint",
    meaning=(
        "A code belongs to a client. A client that does not authenticate names itself by client_id in the body of the"
        " token request; without it the server cannot tell whose code this is, and often answers 401."
    ),
    fix="Add client_id, the same as in the authorization request.",
    example_js="new URLSearchParams({ grant_type: 'authorization_code', client_id: CLIENT_ID, code, redirect_uri,\n"
    "  code_verifier })",
    example_py='data = {"grant_type": "authorization_code", "client_id": CLIENT_ID, "code": code, ...}',
    wrong_fix="Adding an Authorization header because the answer is 401: a public client has nothing to put there.",
    spec=("RFC 6749 4.1.3", "RFC 6749 3.2.1"),
    blame="client",
    explains=(*UNIDENTIFIED, "provider-requires-secret"),
    needs=("token.client_id",),
    check=check,
    suspect=suspect,
    bad=login(
        token={"client_id": None}, status=401, answer={"error": "access_denied", "error_description": "Unauthorized"}
    ),
    good=login(answer={}),
)
