"""A back end with Genesys Cloud's Python SDK and a secret: login, users API, refresh by hand and by itself, the end."""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

import PureCloudPlatformClientV2 as Genesys
from genesys_pkce import connect, status_of
from speaking import answer_in, open_in_browser, read_settings, report


def main() -> None:
    """Log in without PKCE, as this function of the SDK does, and keep the login alive."""
    settings = read_settings()
    client_id, secret = settings["client_id"], settings["client_secret"]
    state = secrets.token_urlsafe()
    request = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": settings["redirect_uri"],
        "state": state,
    }
    answer = answer_in(open_in_browser(f"{settings['address']}/oauth/authorize?{urlencode(request)}"))
    assert answer["state"] == state
    client = connect(settings)
    client, first = client.get_code_authorization_token(client_id, secret, answer["code"], settings["redirect_uri"])
    users = Genesys.UsersApi(client)
    name = users.get_users_me().name
    client, second = client.refresh_code_authorization_token(client_id, secret, first["refresh_token"])
    after_refresh = users.get_users_me().name
    client.access_token = "expired"  # an API call answered with 401 makes the SDK refresh and repeat
    after_refusal = users.get_users_me(expand=["presence"]).name
    Genesys.TokensApi(client).delete_tokens_me()
    client.refresh_token = ""  # or it would try to refresh once more
    report(
        names=[name, after_refresh, after_refusal],
        access_tokens=len({first["access_token"], second["access_token"], client.access_token}),
        refresh_tokens=len({first["refresh_token"], second["refresh_token"]}),
        afterwards=status_of(users.get_users_me),
    )


if __name__ == "__main__":
    main()
