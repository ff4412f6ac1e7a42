"""The method is neither S256 nor plain, letter for letter (RFC 7636 4.3, 6.2.2)."""

from __future__ import annotations

from proofkey.doctor.evidence import Seen
from proofkey.doctor.fault import PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """Two names exist, and case counts."""
    method = login.method
    if not isinstance(method, Seen) or not method.value or method.value in ("S256", "plain"):
        return None
    return Finding(
        PROVEN,
        f"code_challenge_method is {method.value[:40]!r}. Only S256 and plain exist, written exactly so.",
        (method.shows(f"code_challenge_method={method.value[:40]}"),),
    )


FAULT = Fault(
    title="code_challenge_method is misspelt",
    meaning=(
        "Only the names S256 and plain exist, and upper and lower case count. A server refuses another name"
        " when the login starts, or falls back to plain and finds later that nothing fits."
    ),
    fix="Send code_challenge_method=S256, exactly.",
    example_js="parameters.set('code_challenge_method', 'S256'); // not s256, SHA256, S-256",
    example_py="parameters['code_challenge_method'] = 'S256'  # not s256, SHA256, S-256",
    wrong_fix="Leaving the parameter out: a missing method means plain.",
    spec=("RFC 7636 4.3", "RFC 7636 6.2.2"),
    blame="client",
    explains=(
        "challenge-wrong-transform",
        "challenge-not-hashed",
        "verifier-unrelated",
        "challenge-method-missing",
        "challenge-method-plain-refused",
        "challenge-missing",
        "code-not-accepted",
        "challenge-method-s256-unsupported",
    ),
    needs=("authorize.code_challenge_method",),
    check=check,
    bad=login(authorize={"code_challenge_method": "sha256"}),
    good=login(answer={}),
)
