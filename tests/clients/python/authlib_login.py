"""A back end with Authlib's session: PKCE login, userinfo, refresh, introspection, revocation."""

from __future__ import annotations

from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.jwk import KeySet
from speaking import open_in_browser, read_settings, report


def main() -> None:
    """Log in with what the metadata says, and end the login."""
    settings = read_settings()
    session = OAuth2Session(
        settings["client_id"],
        settings["client_secret"] or None,
        scope="openid profile email offline_access",
        redirect_uri=settings["redirect_uri"],
        code_challenge_method="S256",
        token_endpoint_auth_method=settings["method"],
        revocation_endpoint_auth_method=settings["method"],
    )
    server = session.get(f"{settings['issuer']}/.well-known/openid-configuration", withhold_token=True).json()
    verifier, nonce = generate_token(64), generate_token(20)
    url, state = session.create_authorization_url(server["authorization_endpoint"], code_verifier=verifier, nonce=nonce)
    callback = open_in_browser(url)
    first = dict(
        session.fetch_token(
            server["token_endpoint"], authorization_response=callback, code_verifier=verifier, state=state
        )
    )
    keys = KeySet.import_key_set(session.get(server["jwks_uri"], withhold_token=True).json())
    claims = jwt.decode(first["id_token"], keys).claims
    user = session.get(server["userinfo_endpoint"]).json()
    second = dict(session.refresh_token(server["token_endpoint"], refresh_token=first["refresh_token"]))
    seen = user_after = session.get(server["userinfo_endpoint"]).json()
    if settings["client_secret"]:
        seen = session.introspect_token(server["introspection_endpoint"], second["access_token"]).json()
    revoked = session.revoke_token(
        server["revocation_endpoint"], token=second["refresh_token"], token_type_hint="refresh_token"
    )
    report(
        claims_are_for_this_login=claims["nonce"] == nonce
        and claims["aud"] == settings["client_id"]
        and claims["iss"] == settings["issuer"],
        same_person=claims["sub"] == user["sub"] == user_after["sub"] == seen["sub"],
        name=user["name"],
        email=user["email"],
        rotated=first["refresh_token"] != second["refresh_token"],
        active=seen.get("active"),
        revoked=revoked.status_code,
        afterwards=session.get(server["userinfo_endpoint"]).status_code,
    )


if __name__ == "__main__":
    main()
