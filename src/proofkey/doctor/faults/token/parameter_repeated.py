"""An OAuth parameter is sent more than once (RFC 6749 3.1, 3.2)."""

from __future__ import annotations

from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import LIKELY, POSSIBLE, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.soundness import flaws
from proofkey.doctor.steps import Step
from proofkey.doctor.transcript import VERIFIER, login

# `resource` and `audience` may be repeated (RFC 8707 2, RFC 8693 2.1); a repeated state has a fault of its own.
_TOKEN = (
    *("grant_type", "code", "redirect_uri", "client_id", "client_secret", "code_verifier", "scope"),
    *("client_assertion", "client_assertion_type"),
)
_AUTHORIZE = (
    *("response_type", "client_id", "redirect_uri", "scope", "nonce", "code_challenge", "code_challenge_method"),
    *("response_mode", "prompt", "request", "request_uri"),
)


def check(login: Login) -> Finding | None:
    """Count the names in the token request, in its body and its URL together, then in the authorization request."""
    token, authorize = login.token, login.authorize
    if token is not None:
        if repeated := _repeated(token, _TOKEN):
            return _told(token, repeated, "token request", True)
        if not token.in_query:
            both = [name for name in _TOKEN if name in token.names and name in token.address.parameters]
            if both:
                return Finding(
                    LIKELY,
                    f"The token request carries {', '.join(both)} in its URL and in its body.",
                    (token.shows(f"in URL and body: {', '.join(both)}"),),
                )
    if authorize is not None and (repeated := _repeated(authorize, _AUTHORIZE)):
        went_on = bool(login.responses or login.callbacks) and not authorize.answer.refused
        errors = any(each.value("error") for each in (*login.responses, *login.callbacks))
        return _told(authorize, repeated, "authorization request", errors or not went_on or not flaws(login))
    return None


def _repeated(step: Step, known: tuple[str, ...]) -> list[str]:
    return [name for name in known if step.names.count(name) > 1]


def _told(step: Step, repeated: list[str], request: str, sure: bool) -> Finding:
    name = repeated[0]
    count, kinds = step.names.count(name), len(set(step.all(name)))
    alike = "with the same value" if kinds == 1 else "with different values"
    return Finding(
        PROVEN if sure or kinds > 1 else POSSIBLE,
        f"The {request} carries {name} {count} times, {alike}. A parameter may be there once.",
        (Evidence(f"{step.message.where}, {step.place}", f"{count} times: {name}"),),
    )


FAULT = Fault(
    title="A parameter is sent twice",
    meaning=(
        "OAuth parameters must not be repeated. Some servers refuse such a request, others take the first or the last"
        " value, so the outcome depends on the order. Often a library adds a parameter that the program already set."
    ),
    fix="Send each parameter once: set it with a function that replaces, or leave it to the library.",
    example_js="params.set('client_id', CLIENT_ID); // set, not append",
    example_py='data["client_id"] = CLIENT_ID  # a dict, not a list of pairs',
    wrong_fix="Making both values equal: servers that refuse a repetition do not compare the values.",
    spec=("RFC 6749 3.1", "RFC 6749 3.2"),
    blame="client",
    explains=(
        *(
            "code-of-other-client",
            "redirect-uri-differs",
            "code-is-other-value",
            "verifier-unrelated",
            "code-not-accepted",
        ),
        *("code-not-accepted", "server-refuses-correct-pair", "server-ignored-body"),
    ),
    needs=(),
    check=check,
    bad=login(
        token_body="grant_type=authorization_code&code=SplxlOBeZQQYbYS6WxSbIA&client_id=app"
        f"&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&code_verifier={VERIFIER}&client_id=app",
        answer={"error": "invalid_request"},
    ),
    good=login(answer={}),
)
