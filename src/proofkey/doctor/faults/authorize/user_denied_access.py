"""The callback says access_denied: a person or a policy refused (RFC 6749 4.1.2.1)."""

from __future__ import annotations

from proofkey.doctor.evidence import Seen
from proofkey.doctor.fault import PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.steps import Callback, TokenRequest
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """Read the callback's error."""
    callback = login.callback
    if callback is None:
        return None
    error = callback.get("error")
    if not isinstance(error, Seen) or error.value != "access_denied":
        return None
    words = callback.value("error_description")
    said = f' and says "{words[:200]}"' if words else ""
    what = f"The callback carries error=access_denied{said}. There is no code, so no token request can succeed."
    evidence = error.shows("error=access_denied")
    later = _accepted_after(login, callback)
    if later is None:
        return Finding(PROVEN, what, (evidence,))
    return Finding(
        PROVEN,
        f"{what} A later login of the same client worked.",
        (evidence, later.answer.shows("tokens for a later login")),
        "If a person pressed No and then logged in, there is nothing to mend. If nobody refused, ask the server's owner"
        " for the rule.",
    )


def _accepted_after(login: Login, callback: Callback) -> TokenRequest | None:
    """Give the redemption of a login of this client that began after the refusal and worked."""
    for other in login.others:
        token, asked = other.token, other.authorize
        same = login.client_id is not None and other.client_id == login.client_id
        if token is not None and other.accepted and same and asked is not None and asked.number > callback.number:
            return token
    return None


FAULT = Fault(
    title="The person (or a policy) refused the authorization",
    meaning=(
        "Instead of a code the callback brings access_denied: the person pressed No, is not allowed to use this"
        " application, or a rule of the server said so. It is an answer, not a mistake in the request."
    ),
    fix="Show that access was refused and offer a new login; if nobody refused, ask the server's owner for the rule.",
    spec=("RFC 6749 4.1.2.1",),
    blame="user",
    needs=("callback.error",),
    check=check,
    bad=login(callback={"code": None, "error": "access_denied"}, steps=("authorize", "callback")),
    good=login(answer={}),
)
