"""Reserved characters in Basic credentials: form-encoded or not, the two sides disagree (RFC 6749 2.3.1)."""

from __future__ import annotations

from urllib.parse import unquote_plus

from proofkey.doctor import client_authentication
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.pattern import Pattern
from proofkey.doctor.transcript import login

_ESCAPE = Pattern(r"%[0-9A-Fa-f]{2}")


def check(login: Login) -> Finding | None:
    """The server refuses the client, and its credentials read differently with and without form decoding."""
    token = login.token
    if token is None or token.basic is None or not client_authentication.refuses_client(token):
        return None
    if token.answer.speaks_of("client-unknown") and not token.answer.speaks_of("secret-wrong"):
        return None
    legible = token.basic.legible
    what = _what_differs(token.basic.client_id, token.basic.secret) if legible else "no base64 of id:secret"
    if not what:
        return None
    return Finding(
        LIKELY,
        f"The Basic header holds {what}. Id and secret have to be form-encoded before they are joined and"
        " base64-encoded; where client and server do not both do that, the server compares another text.",
        (Evidence(f"{token.message.where}, authorization header", what), token.answer.shows()),
    )


def _what_differs(client_id: str, secret: str) -> str:
    for name, text in (("client id", client_id), ("secret", secret)):
        if _ESCAPE.search(text):
            encoded = unquote_plus(text) != text and "%" not in unquote_plus(text)
            return f"percent-encoded characters in the {name}" if encoded else f"a '%' in the {name}"
        found = [mark for mark in "%+" if mark in text]
        if " " in text.strip():
            return f"a space in the {name}"
        if found:
            return f"a raw {' and '.join(repr(mark) for mark in found)} in the {name}"
        if not text.isascii():
            return f"characters outside ASCII in the {name}"
    return ""


FAULT = Fault(
    title="Reserved characters in the Basic credentials were not form-encoded (or twice)",
    meaning=(
        "Basic authentication in OAuth has a step that HTTP's own has not: id and secret are form-encoded first. With"
        " letters and digits it makes no difference. With '%', '+', a colon or a space it does, and either side may"
        " have left the step out."
    ),
    fix="Form-encode id and secret before joining them; if this server does not decode, send them unencoded, or take a"
    " secret of letters, digits, '-', '.', '_' and '~' only.",
    example_js="const form = (text) => encodeURIComponent(text).replace(/%20/g, '+');\n"
    "headers.Authorization = 'Basic ' + btoa(`${form(id)}:${form(secret)}`);",
    example_py="user, password = quote_plus(client_id), quote_plus(client_secret)\n"
    "httpx.post(token_url, data=params, auth=(user, password))",
    wrong_fix="Encoding twice to be sure: then no server reads it.",
    spec=("RFC 6749 2.3.1", "RFC 6749 appendix B"),
    blame="client",
    explains=("client-secret-wrong", "code-not-accepted", "wrong-client-auth-method"),
    needs=("token.answer",),
    check=check,
    bad=login(
        token={"client_id": None},
        token_headers={"Authorization": "Basic YXBwOnE0Sys1JW16"},
        status=401,
        answer={"error": "invalid_client", "error_description": "Client authentication failed"},
    ),
    good=login(answer={}),
)
