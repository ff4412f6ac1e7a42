"""The ID token was issued to another client (OpenID Connect Core 3.1.3.7, items 3 to 5)."""

from __future__ import annotations

from proofkey.doctor.evidence import Evidence, Seen
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import TOKENS, id_token, login


def check(login: Login) -> Finding | None:
    """Compare `aud` with the client of the authorization request; a client that went on did not mind."""
    client_id = login.observe("authorize.client_id")
    if not isinstance(client_id, Seen) or login.api_calls:
        return None
    for request in login.token_requests:
        audience = request.answer.id_token_claims.get("aud")
        named = audience if isinstance(audience, list) else [audience]
        if audience is None or client_id.value in named:
            continue
        return Finding(
            LIKELY,
            "The ID token's aud does not name the client that asked. A client that checks it refuses the token.",
            (
                client_id.shows("client_id of the authorization request"),
                Evidence(f"{request.message.where}, answer", "an ID token with another aud"),
            ),
        )
    return None


FAULT = Fault(
    title="The ID token was issued to another client",
    meaning=(
        "The aud of an ID token names the client it was made for. This one names another, or several without azp saying"
        " that this client asked. A client that took it could be logged in with a token that some other application"
        " obtained."
    ),
    fix=(
        "Compare the client_id of the login with the registration: the server puts the client that it knows into aud."
        " Where aud names several, azp must be your client_id."
    ),
    example_js="const ours = [claims.aud].flat().includes(clientId) && (claims.azp ?? clientId) === clientId;",
    example_py="ours = client_id in audiences and claims.get('azp', client_id) == client_id",
    wrong_fix="Not checking aud: then a token that another application got opens yours.",
    spec=("OpenID Connect Core 2", "OpenID Connect Core 3.1.3.7"),
    blame="server",
    needs=("authorize.client_id",),
    check=check,
    bad=login(answer={**TOKENS, "id_token": id_token({"aud": "another-app"})}, status=200),
    good=login(answer={**TOKENS, "id_token": id_token({})}, status=200),
)
