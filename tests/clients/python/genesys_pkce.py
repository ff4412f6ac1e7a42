"""A command line program with Genesys Cloud's Python SDK: a PKCE login, the users API, the end of its token."""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

import PureCloudPlatformClientV2 as Genesys
from PureCloudPlatformClientV2.rest import ApiException
from speaking import answer_in, open_in_browser, read_settings, report


def main() -> None:
    """Log in and use the API; a refused token request is reported as the SDK shows it."""
    settings = read_settings()
    client = connect(settings)
    verifier = client.generate_pkce_code_verifier(128)
    state = secrets.token_urlsafe()
    request = {
        "client_id": settings["client_id"],
        "redirect_uri": settings["redirect_uri"],
        "code_challenge": client.compute_pkce_code_challenge(verifier),
        "response_type": "code",
        "code_challenge_method": "S256",
        "state": state,
    }
    answer = answer_in(open_in_browser(f"{settings['address']}/oauth/authorize?{urlencode(request)}"))
    assert answer["state"] == state
    sent = client.generate_pkce_code_verifier(128) if settings.get("wrong_verifier") else verifier
    arguments = (settings["client_id"], sent, answer["code"], settings["redirect_uri"])
    try:
        client, tokens = client.get_pkce_token(*arguments)
    except ApiException as refused:
        report(status=refused.status, body=refused.body, headers=dict(refused.headers))
        return
    user = Genesys.UsersApi(client).get_users_me(expand=["authorization", "token", "organization"])
    token = Genesys.TokensApi(client).get_tokens_me()
    Genesys.TokensApi(client).delete_tokens_me()
    report(
        token_type=tokens["token_type"],
        expires_in=tokens["expires_in"],
        has_refresh_token="refresh_token" in tokens,
        user=user.to_dict()["name"],
        email=user.email,
        organization=user.token.organization.id,
        client=token.o_auth_client.id,
        scopes=token.authorized_scope,
        afterwards=status_of(Genesys.UsersApi(client).get_users_me),
    )


def connect(settings: dict) -> Genesys.ApiClient:
    """Point the SDK at the server, in one of the two ways that it documents."""
    if settings["by"] == "gateway":
        client = Genesys.ApiClient()
        client.set_gateway("127.0.0.1", "http", settings["port"], None, None)
        return client
    Genesys.configuration.host = settings["address"]
    return Genesys.ApiClient()


def status_of(call) -> int:
    """Give the status with which a call is refused."""
    try:
        call()
    except ApiException as refused:
        return refused.status
    return 200


if __name__ == "__main__":
    main()
