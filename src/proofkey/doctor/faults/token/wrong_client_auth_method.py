"""The client authenticates by another method than registered (RFC 6749 2.3.1, RFC 7591 2)."""

from __future__ import annotations

from proofkey.doctor import client_authentication
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import LIKELY, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login

_BY_ASSERTION = ("private_key_jwt", "client_secret_jwt")


def check(login: Login) -> Finding | None:
    """Compare the method with the registration, else with the server's metadata, else heed its words."""
    token = login.token
    if token is None:
        return None
    used = client_authentication.methods(token)
    if len(used) != 1:
        return None
    mine = used[0]
    same = _BY_ASSERTION if mine == "private_key_jwt" else (mine,)
    registered = login.registration.token_endpoint_auth_method if login.registration is not None else None
    supported = login.metadata.get("token_endpoint_auth_methods_supported")
    if registered:
        if registered in ("none", *same) or registered.startswith(("tls_client", "self_signed")):
            return None
        certainty, against = PROVEN, f"the registration says {registered}"
    elif isinstance(supported, list) and supported and not set(same) & set(map(str, supported)):
        certainty, against = PROVEN, f"the server's metadata lists {', '.join(map(str, supported))[:120]}"
    elif token.answer.speaks_of("authentication-method") and not token.answer.speaks_of("two-authentications"):
        certainty, against = LIKELY, "the server refuses the method"
    else:
        return None
    return Finding(
        certainty,
        f"The token request authenticates with {mine}; {against}.",
        (Evidence(token.message.where, f"method {mine}"), token.answer.shows()),
    )


FAULT = Fault(
    title="The client authenticates by another method than registered",
    meaning=(
        "A secret travels either in an Authorization: Basic header (client_secret_basic) or in the body"
        " (client_secret_post), or a signed assertion takes its place. The registration names one of them, and servers"
        " look for the secret there only, so that a right secret in the other place counts as none."
    ),
    fix="Send the secret by the registered method, or change the registration to the method that your library uses.",
    example_js="// client_secret_basic\nheaders: { Authorization: 'Basic ' + btoa(`${id}:${secret}`) }\n"
    "// client_secret_post\nbody: new URLSearchParams({ ...params, client_id: id, client_secret: secret })",
    example_py="httpx.post(token_url, data=params, auth=(client_id, client_secret))  # client_secret_basic",
    wrong_fix="Sending it by both methods at once: that is refused as well.",
    spec=("RFC 6749 2.3.1", "RFC 7591 2"),
    blame="registration",
    explains=("client-secret-wrong", "code-not-accepted", "secret-missing"),
    needs=("token",),
    check=check,
    bad=login(
        token={"client_secret": "Zf3kPq8wLr2vXn6t"},
        status=401,
        answer={"error": "invalid_client", "error_description": "Client authentication failed"},
    ),
    good=login(answer={}),
    registration='{"client_id": "app", "token_endpoint_auth_method": "client_secret_basic"}',
)
