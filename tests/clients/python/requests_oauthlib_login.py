"""A script with requests-oauthlib: PKCE login, userinfo, refresh; revocation by the request that oauthlib prepares."""

from __future__ import annotations

import requests
from requests_oauthlib import OAuth2Session
from speaking import open_in_browser, read_settings, report


def main() -> None:
    """Log in with what the metadata says, and end the login."""
    settings = read_settings()
    client_id, secret = settings["client_id"], settings["client_secret"]
    server = requests.get(f"{settings['issuer']}/.well-known/oauth-authorization-server", timeout=60).json()
    session = OAuth2Session(
        client_id, redirect_uri=settings["redirect_uri"], scope=["openid", "profile", "offline_access"], pkce="S256"
    )
    url, _ = session.authorization_url(server["authorization_endpoint"])
    callback = open_in_browser(url)
    # Without a secret the library must be told to name the client in the body.
    client = {"client_secret": secret} if secret else {"include_client_id": True}
    first = dict(session.fetch_token(server["token_endpoint"], authorization_response=callback, **client))
    user = session.get(server["userinfo_endpoint"]).json()
    proof = {"auth": (client_id, secret)} if secret else {"client_id": client_id}
    second = dict(session.refresh_token(server["token_endpoint"], **proof))
    user_after = session.get(server["userinfo_endpoint"]).json()
    address, headers, body = session._client.prepare_token_revocation_request(
        server["revocation_endpoint"], second["refresh_token"], client_id=client_id
    )
    auth = (client_id, secret) if secret else None
    revoked = requests.post(address, headers=headers, data=body, auth=auth, timeout=60)
    report(
        same_person=user["sub"] == user_after["sub"],
        name=user["name"],
        rotated=first["refresh_token"] != second["refresh_token"],
        scopes=sorted(second["scope"]),
        revoked=revoked.status_code,
        afterwards=requests.get(
            server["userinfo_endpoint"], headers={"Authorization": f"Bearer {second['access_token']}"}, timeout=60
        ).status_code,
    )


if __name__ == "__main__":
    main()
