"""The verifier is legal and has a '~' or '.', which this provider's decoder does not know (RFC 7636 4.1)."""

from __future__ import annotations

from proofkey.doctor.evidence import Seen
from proofkey.doctor.fault import LIKELY, POSSIBLE, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.pattern import Pattern
from proofkey.doctor.soundness import flaws, pair_is_right
from proofkey.doctor.transcript import login

# Salesforce, also under a customer's own name, reads verifiers as base64url.
_PROVIDER = Pattern(r"(?:.+\.)?(?:salesforce|force|salesforce-sites|cloudforce)\.(?:com|mil)")
_PATH = "/services/oauth2/"


def check(login: Login) -> Finding | None:
    """All is right, the verifier has one of the two characters, and the provider or its words speak for it."""
    token, verifier = login.token, login.verifier
    if token is None or not token.answer.refused or not isinstance(verifier, Seen) or not pair_is_right(login):
        return None
    named = " and ".join(repr(each) for each in "~." if each in verifier.value)
    if not named or flaws(login):
        return None
    known = _PROVIDER.fullmatch(token.address.host) is not None or _PATH in token.address.path
    of_pkce = token.answer.speaks_of("pkce-mismatch", "verifier-format", "verifier-decoding")
    if not of_pkce and not (known and token.answer.error == "invalid_grant"):
        return None
    # '~' is always refused there, '.' perhaps.
    certain = known and (of_pkce or "~" in verifier.value)
    certainty = LIKELY if certain or token.answer.speaks_of("verifier-decoding") else POSSIBLE
    return Finding(
        certainty,
        f"The pair is right and the verifier is legal; it contains {named}, which base64url output never has. "
        + ("This provider reads" if known else "The server may read")
        + " the verifier as base64url and stumbles over it.",
        (verifier.shows(f"code_verifier contains {named}"), token.answer.shows()),
    )


FAULT = Fault(
    title="The verifier is legal but this provider refuses '~' or '.'",
    meaning=(
        "RFC 7636 allows '-', '.', '_' and '~' in a verifier. Some providers decode the verifier as base64url, whose"
        " alphabet has neither '~' nor '.', and refuse what they cannot decode. A generator over all 66 characters then"
        " fails for most logins and works for some."
    ),
    fix="Build verifiers of base64url output only: 32 random bytes, encoded without padding.",
    example_js="const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));",
    example_py="verifier = secrets.token_urlsafe(32)  # letters, digits, '-' and '_'",
    wrong_fix="Trying the login again until it passes: it passes only when chance leaves these characters out.",
    spec=("RFC 7636 4.1",),
    blame="server",
    explains=("server-refuses-correct-pair", "code-not-accepted"),
    needs=("authorize.code_challenge", "token.code_verifier", "token.answer"),
    check=check,
    bad=login(
        authorize={"code_challenge": "elHYwCkVkhJ8yAJlGtpQWevhNFhDyqk2RDHVeY6HH74"},
        token={"code_verifier": "dBjftJeZ4CVP.mB92K27uhbUJU1p1r~wW1gFWFOEjXk"},
        authorize_url="https://login.salesforce.com/services/oauth2/authorize",
        token_url="https://login.salesforce.com/services/oauth2/token",
        answer={"error": "invalid_grant", "error_description": "invalid code verifier"},
    ),
    good=login(answer={}),
)
