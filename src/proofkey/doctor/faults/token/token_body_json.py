"""The token request is JSON (RFC 6749 4.1.3, appendix B)."""

from __future__ import annotations

from proofkey.doctor.echoes import UNREAD
from proofkey.doctor.evidence import Seen
from proofkey.doctor.fault import PROVEN, Fault, Finding
from proofkey.doctor.json_takers import takes_json
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import VERIFIER, login

_FORM = "application/x-www-form-urlencoded"


def check(login: Login) -> Finding | None:
    """The body reads as JSON and its header does not claim a form (that is a fault of its own)."""
    token = login.token
    if token is None or token.syntax != "json":
        return None
    header = token.content_type
    if isinstance(header, Seen) and header.value.lower().startswith(_FORM):
        return None
    unread = token.answer.speaks_of("parameter-missing", "grant-type", "body-not-form") and "grant_type" in token.names
    if takes_json(token.address.host) and not unread:
        return None  # these read JSON; their refusal has another reason
    named = f"Content-Type is {header.value}" if isinstance(header, Seen) else "the body is a JSON object"
    names = ", ".join(dict.fromkeys(token.names)) or "no parameter"
    return Finding(
        PROVEN,
        "The parameters were sent as JSON. A token endpoint reads a form, so for the server this request has no"
        " grant_type, no code and no verifier, whatever its answer says.",
        (token.shows(f"{named}; members: {names}"), token.answer.shows()),
    )


FAULT = Fault(
    title="The token request is JSON instead of a form",
    meaning=(
        "The token endpoint takes application/x-www-form-urlencoded. A JSON body is not read at all, or not as"
        " parameters, and the answer may then speak of a missing grant type or an invalid code although both are fine."
    ),
    fix="Send the same names and values as a form: body: new URLSearchParams(params).",
    example_js="await fetch(tokenUrl, { method: 'POST', body: new URLSearchParams(params) });",
    example_py="httpx.post(token_url, data=params)  # data=, not json=",
    wrong_fix="Adding more members to the JSON, or fetching a fresh code: the body stays unread.",
    spec=("RFC 6749 4.1.3", "RFC 6749 appendix B"),
    blame="client",
    explains=(*UNREAD, "token-content-type-wrong"),
    needs=("token",),
    check=check,
    bad=login(
        content_type="application/json",
        token_body='{"grant_type": "authorization_code", "code": "SplxlOBeZQQYbYS6WxSbIA", "client_id": "app",'
        f' "redirect_uri": "https://app.example/cb", "code_verifier": "{VERIFIER}"}}',
    ),
    good=login(answer={}),
)
