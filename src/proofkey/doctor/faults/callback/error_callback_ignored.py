"""The callback reported an error and the client went on to the token step (RFC 6749 4.1.2.1)."""

from __future__ import annotations

from proofkey.doctor.evidence import Absent, Seen
from proofkey.doctor.fault import LIKELY, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.soundness import stands_for_nothing
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """Look for a token request after a callback that has an error and no code."""
    token = login.token
    answers = [*login.callbacks, *login.responses]
    if token is None or any(each.value("code") for each in answers):
        return None
    failed = next((each for each in answers if each.value("error")), None)
    if failed is None or failed.number > token.number:
        return None
    error, code = failed.value("error") or "", token.get("code")
    if isinstance(code, Seen) and not stands_for_nothing(code.value):
        sent, certainty = "with a code that this callback did not bring", LIKELY
    elif isinstance(code, Seen):
        text = code.value.strip()
        sent, certainty = f"with {text[:30]!r} as the code" if text else "with an empty code", PROVEN
    elif isinstance(code, Absent):
        sent, certainty = "without a code", PROVEN
    else:
        return None
    words = failed.value("error_description")
    why = f' ("{words[:200]}")' if words else ""
    return Finding(
        certainty,
        f"The callback says error={error[:60]}{why} and has no code; the client sent a token request {sent} all the"
        " same. What is to be mended is the error in the callback.",
        (failed.shows(f"error={error[:60]}{why}, no code"), token.shows(f"a token request {sent}")),
    )


FAULT = Fault(
    title="The callback reported an error and the client went on to the token step",
    meaning=(
        "An authorization can fail, and then the callback brings error instead of code. This client did not look: it"
        " read a code that is not there and sent the empty value to the token endpoint, whose answer says nothing about"
        " the real reason."
    ),
    fix="Look for error first, show it together with error_description, and send no token request without a code.",
    example_js="const error = params.get('error');\n"
    "if (error) throw new Error(`${error}: ${params.get('error_description') ?? ''}`);\n"
    "if (!params.get('code')) return; // not a callback",
    example_py='if "error" in request.args:\n    return show_refusal(request.args["error"], request.args.get('
    '"error_description"))',
    wrong_fix="Looking for the fault in the token request: no form of it can succeed without a code.",
    spec=("RFC 6749 4.1.2.1",),
    blame="client",
    explains=(
        *("code-is-other-value", "code-not-accepted", "verifier-missing", "verifier-is-null-text", "code-expired"),
        *("verifier-unrelated", "server-refuses-correct-pair", "code-truncated"),
    ),
    needs=("callback.error", "token"),
    check=check,
    bad=login(callback={"code": None, "error": "server_error"}, token={"code": "undefined"}),
    good=login(answer={}),
)
