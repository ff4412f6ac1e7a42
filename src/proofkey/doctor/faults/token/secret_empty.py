"""The client secret is there and empty (RFC 6749 2.3.1)."""

from __future__ import annotations

from proofkey.doctor import client_authentication
from proofkey.doctor.evidence import Evidence, Seen
from proofkey.doctor.fault import POSSIBLE, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.soundness import is_about_the_grant
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """Look at client_secret in the body and at the password of a Basic header."""
    token = login.token
    if token is None:
        return None
    written = token.get("client_secret")
    basic = token.basic
    if isinstance(written, Seen) and client_authentication.is_empty(written.value):
        what = "client_secret is empty" if not written.value.strip() else f"client_secret is {written.value.strip()!r}"
        place = f"{token.message.where}, {token.place}"
    elif basic is not None and basic.legible and client_authentication.is_empty(basic.secret):
        bare = not basic.secret.strip()
        what = "the password of the Basic header is " + ("empty" if bare else repr(basic.secret.strip()))
        place = f"{token.message.where}, authorization header"
    else:
        return None
    return Finding(
        POSSIBLE if is_about_the_grant(login) else PROVEN,
        f"In the token request {what}. Many servers take that for an attempt to authenticate that failed. A client"
        " without a secret sends neither the parameter nor the header.",
        (Evidence(place, what), token.answer.shows()),
    )


FAULT = Fault(
    title="The client secret is present but empty",
    meaning=(
        "An empty secret is not the same as none. With the parameter, or with a Basic header, the client says that it"
        " authenticates, and the empty text is compared with what is registered. Usually a setting was not loaded, or a"
        " library always sends the field."
    ),
    fix="Public client: leave out client_secret and the Authorization header, and send client_id in the body."
    " Confidential client: find out why the setting is empty.",
    example_js="if (secret) body.set('client_secret', secret); // never an empty one",
    example_py="auth = (client_id, client_secret) if client_secret else None",
    wrong_fix="Sending some other text as the secret: it is compared, too.",
    spec=("RFC 6749 2.3.1",),
    blame="client",
    explains=(
        *("secret-missing", "client-secret-wrong", "wrong-client-auth-method", "code-not-accepted", "client-unknown"),
        *("basic-credentials-badly-encoded", "client-credentials-malformed", "provider-requires-secret"),
        *("secret-in-public-client", "token-answer-html"),
    ),
    needs=("token",),
    check=check,
    bad=login(token={"client_secret": ""}, status=401, answer={"error": "invalid_client"}),
    good=login(answer={}),
)
