"""A program that logs in with proofkey and goes on with Genesys Cloud's Python SDK: the hand-over is one line."""

from __future__ import annotations

import PureCloudPlatformClientV2 as Genesys
from PureCloudPlatformClientV2.rest import ApiException
from speaking import open_in_browser, read_settings, report

from proofkey import genesys


def main() -> None:
    """Log in, call the API with the SDK, end the login with proofkey."""
    settings = read_settings()
    cloud = genesys.gateway(settings["address"])
    client = genesys.Client(cloud, client_id=settings["client_id"], redirect_uri=settings["redirect_uri"])
    url, transaction = client.begin()
    tokens = client.finish(open_in_browser(url), transaction)

    users = Genesys.UsersApi(genesys.hand_over(tokens, cloud))

    user = users.get_users_me(expand=["presence"])
    token = Genesys.TokensApi(users.api_client).get_tokens_me()
    client.revoke(tokens)
    report(
        user=user.name,
        client=token.o_auth_client.id,
        elsewhere=Genesys.ApiClient().access_token,
        afterwards=status_of(users.get_users_me),
    )


def status_of(call) -> int:
    """Give the status with which a call is refused."""
    try:
        call()
    except ApiException as refused:
        return refused.status
    return 200


if __name__ == "__main__":
    main()
