"""A raw '+' of the challenge was read as a space by the server's form decoder (RFC 7636 4.2)."""

from __future__ import annotations

from proofkey.doctor import pair
from proofkey.doctor.fault import Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """Prove it with the verifier: the search undoes the damage."""
    return pair.proof(login, "challenge-plus-became-space")


FAULT = Fault(
    title="A raw '+' in the authorize URL arrived as a space",
    meaning=(
        "The challenge was written in standard base64 and put into the URL without encoding. In a query '+'"
        " means a space, so the server keeps another text than the client meant."
    ),
    fix=(
        "Write the challenge in base64url, where nothing needs encoding, and build the URL with"
        " URLSearchParams or urlencode."
    ),
    example_js=(
        "const url = new URL(authorizationEndpoint);\n"
        "url.search = new URLSearchParams({ ...parameters, code_challenge: challenge });"
    ),
    example_py="url = authorization_endpoint + '?' + urlencode(parameters | {'code_challenge': challenge})",
    wrong_fix="Percent-encoding the '+': it arrives then, but the alphabet is still not base64url.",
    spec=("RFC 7636 4.2",),
    blame="client",
    explains=(
        "verifier-unrelated",
        "challenge-wrong-transform",
        "challenge-standard-base64",
        "challenge-padded",
        "code-not-accepted",
    ),
    needs=("authorize.code_challenge", "token.code_verifier"),
    check=check,
    bad=login(authorize={"code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw cM"}),
    good=login(answer={}),
)
