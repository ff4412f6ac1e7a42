"""The server's answer is a success, and not what its protocol says (RFC 6749 5.1)."""

from __future__ import annotations

from proofkey.doctor import endpoints
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """A success of the authorization server itself whose JSON has no access token, and no error either."""
    token = login.token
    if token is None or token.answer.status not in range(200, 300) or endpoints.goes_elsewhere(login, token):
        return None
    answer = token.answer
    if not answer.members or answer.gave_tokens or answer.error is not None or answer.description:
        return None
    return Finding(
        LIKELY,
        f"The status is {answer.status}, and the JSON object in the body has no access_token that is a text.",
        (Evidence(f"{token.message.where}, answer", "a success without access_token"),),
    )


FAULT = Fault(
    title="The server's answer does not follow the protocol",
    meaning=(
        "The server said yes, and what it said is not what the protocol asks for: no access_token or token_type, a"
        " member twice, a lifetime that is no number, characters that a token cannot have; metadata, keys or an ID"
        " token without what must be in them; or far more than an answer can need. A client cannot know what is meant,"
        " and uses nothing of it."
    ),
    fix=(
        "Look at the answer itself (without showing its tokens to anybody) and hold it against the section of the"
        " standard that the error names. Then have the server, or whatever stands between, put right."
    ),
    example_js="if (typeof answer.access_token !== 'string' || !answer.token_type) throw new Error('no token answer');",
    wrong_fix="Reading the answer more leniently: what two readers understand differently is how attacks begin.",
    spec=("RFC 6749 5.1", "RFC 8414 3.2", "OpenID Connect Core 3.1.3.7"),
    blame="server",
    explains=("code-not-accepted", "cors-answer-unreadable"),
    needs=("token.answer",),
    check=check,
    bad=login(status=200, answer={"token": "t0ken", "type": "Bearer"}),
    good=login(answer={}),
)
