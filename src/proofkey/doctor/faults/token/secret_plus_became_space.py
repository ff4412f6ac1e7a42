"""A reserved character of the secret was changed by the form (RFC 6749 appendix B)."""

from __future__ import annotations

from proofkey.doctor import client_authentication
from proofkey.doctor.evidence import Evidence, Seen
from proofkey.doctor.fault import LIKELY, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.pattern import Pattern
from proofkey.doctor.steps import TokenRequest
from proofkey.doctor.transcript import TOKENS, VERIFIER, login

_KNOWN = Pattern(r"[a-z][a-z_]{2,40}")


def check(login: Login) -> Finding | None:
    """The secret as written has a bare '+', and as decoded a space; or a raw '&' cut it off."""
    token = login.token
    if token is None or token.syntax not in ("form", "empty"):
        return None
    secret = token.get("client_secret")
    if not isinstance(secret, Seen) or client_authentication.is_empty(secret.value):
        return None
    inner = " " in secret.value.strip()
    raw = token.raw("client_secret")
    about_client = client_authentication.refuses_client(token)
    if inner and raw is not None and "+" in raw:
        what, certainty = "a bare '+' in client_secret, which decodes to a space", PROVEN if about_client else LIKELY
    elif inner and raw is None:
        what, certainty = "a space inside client_secret", LIKELY
    elif about_client and (tail := _cut_at(token)):
        what, certainty = f"client_secret is followed by {tail}: a raw '&' cut it", LIKELY
    else:
        return None
    return Finding(
        certainty,
        f"The body has {what}. The server compares the changed text with the secret, and they differ.",
        (Evidence(f"{token.message.where}, {token.place}: client_secret", what), token.answer.shows()),
    )


def _cut_at(token: TokenRequest) -> str:
    """Say what stands behind the secret if that is no parameter: a name without a value."""
    names = token.names
    following = names[names.index("client_secret") + 1 :][:1]
    if not following or _KNOWN.fullmatch(following[0]) or token.value(following[0]):
        return ""
    return f"a piece of {len(following[0])} characters without a value"


FAULT = Fault(
    title="A raw '+' in the secret became a space",
    meaning=(
        "The body was built by joining text, and the secret has a character that means something in a form: '+' is a"
        " space, '&' ends the value, '%' begins an escape. The secret in the settings is right; what the server decodes"
        " is not."
    ),
    fix="Build the body with a form encoder, which writes '+' as %2B.",
    example_js="body: new URLSearchParams({ ...params, client_secret: secret }) // not `client_secret=${secret}`",
    example_py="httpx.post(token_url, data=params)  # or urllib.parse.urlencode(params)",
    wrong_fix="Making new secrets until one has no '+'.",
    spec=("RFC 6749 appendix B", "RFC 6749 2.3.1"),
    blame="client",
    explains=(
        *("client-secret-wrong", "client-credentials-malformed", "code-not-accepted", "wrong-client-auth-method"),
        "secret-missing",
    ),
    needs=("token",),
    check=check,
    bad=login(
        token_body="grant_type=authorization_code&code=SplxlOBeZQQYbYS6WxSbIA&client_id=app&redirect_uri="
        f"https%3A%2F%2Fapp.example%2Fcb&code_verifier={VERIFIER}&client_secret=4hXcS3+tXOPnp",
        status=401,
        answer={"error": "invalid_client", "error_description": "Client authentication failed"},
    ),
    good=login(token={"client_secret": "4hXcS3+tXOPnp"}, answer={**TOKENS}, status=200),
)
