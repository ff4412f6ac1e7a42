"""An earlier request with this code was refused for a reason of its own (RFC 6749 4.1.2)."""

from __future__ import annotations

from proofkey.doctor.assemble.codes import is_placeholder
from proofkey.doctor.facts import gap
from proofkey.doctor.fault import LIKELY, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.steps import TokenRequest
from proofkey.doctor.transcript import login, token_request

# Refusals before the server looked at the code.
_CODE_UNTOUCHED = ("invalid_client", "unauthorized_client", "unsupported_grant_type", "temporarily_unavailable")


def check(login: Login) -> Finding | None:
    """Look for a later request with the code of one that was refused."""
    requests = [each for each in login.token_requests if not each.answer.speaks_of("dpop-nonce")]
    for index, first in enumerate(requests):
        code = first.value("code")
        if code is None or is_placeholder(code) or not _refused_for_good(first):
            continue
        for later in requests[index + 1 :]:
            if later.value("code") == code and later.answer.refused and not _is_repetition(first, later):
                return _told(first, later)
    return None


def _told(first: TokenRequest, later: TokenRequest) -> Finding:
    untouched = first.answer.error in _CODE_UNTOUCHED or not _speaks_of_the_code(later)
    apart = gap(later.seconds_after(first), " {} before")
    return Finding(
        LIKELY if untouched else PROVEN,
        f"This code was in an earlier token request{apart}, which was refused: {first.answer.summary}. That first"
        " refusal is the fault to mend; many servers spend the code with it, and the later answer"
        f" ({later.answer.summary}) is its echo.",
        (first.shows(f"first attempt: {first.answer.summary}"), later.shows(f"later attempt: {later.answer.summary}")),
    )


def _refused_for_good(request: TokenRequest) -> bool:
    answer = request.answer
    return answer.refused and not answer.is_outage and answer.status not in (404, 405, 408, 415, 425, 429)


def _is_repetition(first: TokenRequest, later: TokenRequest) -> bool:
    """Tell whether the same request got the same answer again: then the second says nothing new."""
    return _sent(first) == _sent(later) and first.answer.summary == later.answer.summary


def _sent(request: TokenRequest) -> list[tuple[str, str]]:
    return [(each.name, each.value) for each in request.parameters or ()]


def _speaks_of_the_code(request: TokenRequest) -> bool:
    answer = request.answer
    return answer.error == "invalid_grant" or answer.speaks_of("code-used", "code-invalid", "code-expired")


FAULT = Fault(
    title="The code was used up by an earlier failed attempt",
    meaning=(
        "A code is for one attempt: many servers spend it with the first request that carries it, also where they"
        " refuse that request. A second attempt with the same code, mended or not, then meets an answer about the code."
    ),
    fix="Mend what the first answer names, then start a new login with a fresh code.",
    example_js="if (!response.ok) { showError(await response.json()); startLoginAgain(); } // a code is tried once",
    example_py='if response.is_error:\n    return redirect("/login")  # never the same code twice',
    wrong_fix="Reading only the last answer: it speaks of the spent code, not of the fault.",
    spec=("RFC 6749 4.1.2",),
    blame="client",
    explains=("code-not-accepted", "code-expired"),
    needs=("token.code", "token.answer"),
    check=check,
    bad=login(answer={"error": "invalid_grant", "error_description": "PKCE verification failed"})
    + "\n"
    + token_request(answer={"error": "invalid_grant", "error_description": "The code was already used"}),
    good=login(answer={}),
)
