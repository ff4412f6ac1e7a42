"""The error came with status 200 (RFC 6749 5.2)."""

from __future__ import annotations

from proofkey.doctor.client_authentication import refuses_client
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import LIKELY, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.soundness import flaws
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """A success status, an error in the body and no token; what is wrong with the request comes first."""
    token = login.token
    if token is None or token.answer.status not in range(200, 300):
        return None
    if token.answer.error is None or token.answer.gave_tokens:
        return None
    return Finding(
        LIKELY if flaws(login) or refuses_client(token) else PROVEN,
        f"The status is {token.answer.status} and the body says {token.answer.error!r}; there is no access_token. A"
        " program that looks at the status only believes that it has a token.",
        (Evidence(f"{token.message.where}, answer", f"status {token.answer.status}"), token.answer.shows()),
    )


FAULT = Fault(
    title="The error came with status 200",
    meaning=(
        "Errors of a token endpoint have status 400 or 401. This server (GitHub does the same) says 200 and puts the"
        " error into the body, so the failure shows only later, as a token that is undefined."
    ),
    fix="Look for `error` in the body, whatever the status; then mend what the error says.",
    example_js="const answer = await response.json();\n"
    "if (answer.error || !answer.access_token) throw new Error(answer.error);",
    example_py='answer = response.json()\nif "error" in answer: raise LoginFailed(answer["error"])',
    wrong_fix="Taking the missing token for a parsing mistake.",
    spec=("RFC 6749 5.2",),
    blame="server",
    explains=("code-not-accepted", "cors-answer-unreadable"),
    needs=("token.answer",),
    check=check,
    bad=login(status=200, answer={"error": "bad_verification_code", "error_description": "The code has expired."}),
    good=login(answer={}),
)
