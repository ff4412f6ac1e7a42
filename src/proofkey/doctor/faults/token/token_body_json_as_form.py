"""JSON text is sent under the form content type (RFC 6749 4.1.3, appendix B)."""

from __future__ import annotations

from proofkey.doctor.echoes import UNREAD
from proofkey.doctor.evidence import Seen
from proofkey.doctor.fault import PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.steps import FORM_TYPE
from proofkey.doctor.transcript import VERIFIER, login


def check(login: Login) -> Finding | None:
    """The header says form, and the body begins like a JSON object."""
    token = login.token
    if token is None or token.syntax != "json":
        return None
    header = token.content_type
    if not isinstance(header, Seen) or not header.value.strip().lower().startswith(FORM_TYPE):
        return None
    names = ", ".join(dict.fromkeys(token.names)) or "none"
    return Finding(
        PROVEN,
        "The header announces a form and the body is JSON text. A form parser takes the whole text for the name of one"
        " odd parameter, so for the server there is no grant_type, no code and no verifier.",
        (header.shows(f"Content-Type: {header.value[:80]}"), token.shows(f"the body is JSON; members: {names}")),
    )


FAULT = Fault(
    title="JSON text is sent under the form content type",
    meaning=(
        "Header and body contradict each other: the header promises name=value pairs joined by '&', and the body is a"
        " JSON object. Setting the header by hand does not turn an object into a form, so the server reads nothing."
    ),
    fix="Encode the parameters as a form; then the header is right as it is.",
    example_js="await fetch(tokenUrl, { method: 'POST', body: new URLSearchParams(params) }); // sets the header, too",
    example_py="httpx.post(token_url, data=params)  # a dict; no json.dumps",
    wrong_fix="Changing the header to application/json: header and body then agree, and the endpoint still reads forms"
    " only.",
    spec=("RFC 6749 4.1.3", "RFC 6749 appendix B"),
    blame="client",
    explains=(*UNREAD, "token-body-json"),
    needs=("token",),
    check=check,
    bad=login(
        token_body='{"grant_type": "authorization_code", "code": "SplxlOBeZQQYbYS6WxSbIA", "client_id": "app",'
        f' "redirect_uri": "https://app.example/cb", "code_verifier": "{VERIFIER}"}}',
        answer={"error": "invalid_request", "error_description": "Missing grant type"},
    ),
    good=login(answer={}),
)
