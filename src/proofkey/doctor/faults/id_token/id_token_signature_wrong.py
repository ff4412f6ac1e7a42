"""The ID token is not signed by a key of its issuer (OpenID Connect Core 3.1.3.7, items 6 to 8)."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from typing import Any

from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import TOKENS, id_token, login

_UNSIGNED = "eyJhbGciOiAibm9uZSJ9"  # {"alg": "none"}


def check(login: Login) -> Finding | None:
    """Look for a token that says of itself that it is not signed; keys are not at hand here."""
    if login.api_calls:
        return None  # the client went on with the tokens
    for request in login.token_requests:
        algorithm = _header(request.answer.member("id_token") or "").get("alg")
        if isinstance(algorithm, str) and algorithm.lower() == "none":
            return Finding(
                LIKELY,
                "The header of the ID token says that it is not signed (alg: none). Clients refuse such a token.",
                (Evidence(f"{request.message.where}, answer", "an ID token with alg none"),),
            )
    return None


def _header(token: str) -> dict[str, Any]:
    part = token.partition(".")[0]
    try:
        header = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return {}
    return header if isinstance(header, dict) else {}


FAULT = Fault(
    title="The ID token is not signed by a key of its issuer",
    meaning=(
        "An ID token is believed because its issuer signed it. This one is not signed, is signed with a shared secret,"
        " or by a key that the issuer does not publish at its jwks_uri: the keys were changed, the jwks_uri is that of"
        " another tenant, or the token was made by somebody else."
    ),
    fix=(
        "Fetch the jwks_uri of the metadata of exactly this issuer, and fetch it again when a kid is unknown. Set the"
        " client's signing algorithm at the server to RS256 or ES256."
    ),
    example_js="const keys = createRemoteJWKSet(new URL(metadata.jwks_uri));",
    example_py="keys = httpx.get(metadata['jwks_uri']).json()['keys']",
    wrong_fix="Accepting alg none, or taking the key from the token's own header: then anybody can make a token.",
    spec=("OpenID Connect Core 3.1.3.7", "RFC 8725 3.1"),
    blame="server",
    needs=("token.answer",),
    check=check,
    bad=login(answer={**TOKENS, "id_token": _UNSIGNED + "." + id_token({}).split(".")[1] + "."}, status=200),
    good=login(answer={**TOKENS, "id_token": id_token({})}, status=200),
)
