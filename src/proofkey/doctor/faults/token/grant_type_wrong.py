"""grant_type is missing, or not exactly authorization_code (RFC 6749 4.1.3)."""

from __future__ import annotations

from proofkey.doctor.evidence import Absent, Seen, Unobserved
from proofkey.doctor.fault import LIKELY, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.soundness import is_readable
from proofkey.doctor.steps import TokenRequest
from proofkey.doctor.transcript import login

_GRANT = "authorization_code"


def check(login: Login) -> Finding | None:
    """Compare the value octet by octet; an absent one counts where the rest of the request is readable."""
    token = login.token
    if token is None or not (token.value("code") or token.value("code_verifier") or _code_is_blotted(token)):
        return None
    grant = token.get("grant_type")
    match grant:
        case Seen(value) if value == _GRANT:
            return None
        case Seen(value):
            extension = value.startswith("urn:")
            words = f"grant_type is {value[:60]!r}{_how(value)}, and the request carries a code."
            certainty = LIKELY if extension else PROVEN
            evidence = grant.shows(f"grant_type: {value[:60]!r}")
        case Absent() if is_readable(token) and not token.address.parameters.get("grant_type"):
            other = _misnamed(token)
            words = "The token request has no grant_type" + (f"; it has {other!r} instead." if other else ".")
            # A text may show a part of the request; a server that got as far as the code has seen a grant type.
            told = "text" in login.capture.sources and not token.message.request_headers
            beyond = told and token.answer.error == "invalid_grant"
            certainty = LIKELY if beyond else PROVEN
            evidence = grant.shows(f"parameters: {', '.join(dict.fromkeys(token.names))}")
        case _:
            return None
    return Finding(certainty, f"{words} The server expects exactly {_GRANT}.", (evidence, token.answer.shows()))


def _code_is_blotted(token: TokenRequest) -> bool:
    """Tell whether the request names a code whose value the asker took out."""
    return isinstance(token.get("code"), Unobserved) and "code" in token.names


def _how(value: str) -> str:
    if not value:
        return " (empty)"
    if value.strip() == _GRANT:
        return " (with white space around it)"
    if value.strip(" \t\r\n\"'\u200b\ufeff") == _GRANT:
        return " (with something around it)"
    if value.lower().replace("-", "_").replace(" ", "_") == _GRANT:
        return " (spelt otherwise)"
    return ""


def _misnamed(token: TokenRequest) -> str:
    return next((name for name in token.names if name.lower().replace("-", "").replace("_", "") == "granttype"), "")


FAULT = Fault(
    title="grant_type is missing or misspelt",
    meaning=(
        "grant_type tells the token endpoint what the request is. It must be authorization_code to the letter;"
        " a line break, a blank, British spelling or another grant's name makes the server look for parameters of"
        " something else, or refuse."
    ),
    fix="Send grant_type=authorization_code, without anything around it.",
    example_js="new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri, client_id,\n"
    "  code_verifier })",
    example_py='data = {"grant_type": "authorization_code", "code": code, ...}',
    wrong_fix="Enabling more grant types for the client: the one that is meant was never asked for.",
    spec=("RFC 6749 4.1.3",),
    blame="client",
    explains=(
        *("grant-not-enabled", "server-ignored-body", "code-not-accepted", "secret-missing", "client-secret-wrong"),
        *("token-answer-html", "server-unavailable", "server-refuses-correct-pair", "provider-requires-secret"),
    ),
    needs=("token.grant_type",),
    check=check,
    bad=login(token={"grant_type": "authorisation_code"}, answer={"error": "unsupported_grant_type"}),
    good=login(answer={}),
)
