"""What a proxy cannot see of a login, in words: what passed it by, and what is not judged for that.

The browser goes from the server straight back to the app, so the callback is never seen; the code shows itself in the
token request. An app may have only one of its two endpoints at the proxy.
"""

from __future__ import annotations

from proofkey.doctor.address import origin_of, split
from proofkey.doctor.evidence import Seen
from proofkey.doctor.login import Login
from proofkey.doctor.steps import TokenRequest

_NOT_REDEEMED = (
    "The code of this login was not redeemed through the proxy. It may still come; if the app has finished or failed"
    " since, its token endpoint is not at the proxy, or the callback never reached it."
)


def unseen_of(login: Login) -> list[str]:
    """Give what is to be said of a login beside its findings."""
    token = login.token
    if token is None:
        return [_NOT_REDEEMED] if login.authorize is not None else []
    said = []
    if login.authorize is None:
        said.append(
            "The authorization request of this login did not come through the proxy, so its challenge, state and"
            " redirect URI were not compared. Point the app's authorization endpoint at the proxy, too."
        )
    elif "state" in login.authorize.names:
        said.append(
            "The callback does not come through the proxy, so whether the app compares state was not judged; the code"
            " was taken from the token request."
        )
    else:
        said.append("The authorization request carries no state, and the callback does not come through the proxy.")
    if apart := _other_origin(login, token):
        said.append(apart)
    return said


def _other_origin(login: Login, token: TokenRequest) -> str:
    """Compare the page that redeems, as its browser names it, with the place that the code was sent to."""
    origin = token.header("origin")
    redirect = login.observe("token.redirect_uri")
    if not isinstance(redirect, Seen) and login.authorize is not None:
        redirect = login.authorize.get("redirect_uri")
    if not isinstance(origin, Seen) or not isinstance(redirect, Seen) or not split(redirect.value).is_web:
        return ""
    target = origin_of(redirect.value)
    if not target or origin.value in (target, "null"):
        return ""
    return (
        f"The page that redeems the code is at {origin.value} (Origin), and the code is sent to {target}: what one of"
        " them stores the other cannot read."
    )
