"""The request is well-formed, and the server does not recognise the secret (RFC 6749 5.2)."""

from __future__ import annotations

from proofkey.doctor import client_authentication
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.facts import characters
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """A secret is sent, one way only, and the answer is about the client."""
    token = login.token
    if token is None or not client_authentication.refuses_client(token):
        return None
    answer = token.answer
    other = answer.speaks_of("client-unknown", "two-authentications", "secret-refused", "browser-needs-pkce")
    if other and not answer.speaks_of("secret-wrong"):
        return None
    secret = client_authentication.secret(token)
    if secret is not None:
        evidence = secret.shows(f"a secret of {characters(secret.value)}")
    elif answer.speaks_of("secret-wrong") and client_authentication.may_be_hidden(login, token):
        if not token.names or token.authenticates or not _says_secret(answer.description):
            return None
        evidence = Evidence(token.message.where, "the Authorization header is not in the capture")
    else:
        return None
    return Finding(
        LIKELY,
        "The client authenticates in the right form, and the server reports that this failed. Whether the secret is the"
        " registered one only the server can tell: it may be old, cut off, of another client or environment, or the"
        " secret's id in place of its value.",
        (evidence, answer.shows()),
    )


def _says_secret(text: str) -> bool:
    return "secret" in text.lower()


FAULT = Fault(
    title="The secret is not the one the server knows",
    meaning=(
        "The server checks who the client is before it looks at the code, and the secret did not match. It was renewed,"
        " has expired, was cut by a settings file (at '#', or '$'), or belongs to another client or environment."
    ),
    fix="Copy the secret again from the registration of this client_id (the value, not its id), and quote it in"
    " settings files.",
    example_py='len(os.environ["CLIENT_SECRET"])  # as long as the one that was shown?',
    wrong_fix="Changing PKCE parameters or fetching fresh codes: the server has not looked at them.",
    spec=("RFC 6749 5.2", "RFC 6749 2.3.1"),
    blame="client",
    explains=("code-not-accepted",),
    needs=("token.answer",),
    check=check,
    bad=login(
        token={"client_secret": "Zf3kPq8wLr2vXn6t"},
        status=401,
        answer={"error": "invalid_client", "error_description": "Client authentication failed"},
    ),
    good=login(answer={}),
)
