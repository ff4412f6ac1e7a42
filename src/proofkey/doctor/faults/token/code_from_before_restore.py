"""The code is older than a restore of the server's data, which cannot tell whether it was used (RFC 6749 4.1.2)."""

from __future__ import annotations

from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """Only the server knows, so its words decide."""
    token = login.token
    if token is None or not token.answer.refused or not token.answer.speaks_of("server-restored"):
        return None
    return Finding(
        LIKELY,
        "The server was restored from a backup after it issued this code. The backup does not say whether the code was"
        " used in between, so the server refuses it.",
        (token.answer.shows(),),
    )


FAULT = Fault(
    title="The code is from before a restore of the server",
    meaning=(
        "The server's data was restored from a backup. What happened after the backup was taken is not in it: a code"
        " from before the restore may be used up, and a code is good once. The server refuses all of them, and the"
        " logins that were in force end with them."
    ),
    fix="Start a new login. Nothing in the application is wrong.",
    wrong_fix="Sending the same code again: it stays refused.",
    spec=("RFC 6749 4.1.2",),
    blame="server",
    explains=("code-not-accepted", "server-refuses-correct-pair", "redirect-uri-altered-by-server"),
    needs=("token.answer",),
    check=check,
    bad=login(
        answer={
            "error": "invalid_grant",
            "error_description": "The authorization code was issued before the server's data was restored.",
        }
    ),
    good=login(answer={}),
)
